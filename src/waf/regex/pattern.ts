import { AegisError } from "../../core/errors.ts";
import { lowerCasePattern } from "./lower_case.ts";
import type { Need } from "../operators/matcher.ts";
import { branchesOf, needOf } from "./requirements.ts";
import { parseRegex, RegexSyntaxError } from "./syntax.ts";

/** A regex ready to run on lower-cased text. */
export interface CompiledPattern {
  /** The pattern in lower case. */
  readonly source: string;
  readonly regex: RegExp;
  /** What a text must hold to match: one of these. */
  readonly needs: readonly Need[];
}

/**
 * Compiles a pattern that was checked before. Throws AegisError `invalid_input` for one that is outside the subset
 * that this engine reads; `checkPattern` finds the same and more.
 */
export function compilePattern(pattern: string): CompiledPattern {
  const problem = patternProblem(pattern);
  if (problem !== null) throw new AegisError("invalid_input", `regex refused: ${problem}`);
  const source = lowerCasePattern(pattern);
  const branches = branchesOf({ node: parseRegex(source), source });
  const needs = branches.length === 1
    ? [needOf(branches[0]!.node)]
    : branches.map((branch) => ({ ...needOf(branch.node), test: testOf(branch.source) }));
  return { source, regex: new RegExp(source), needs };
}

/** A pattern of its own for one branch: where only a few of many may match, the others cost nothing. */
function testOf(source: string): (text: string) => boolean {
  let regex: RegExp | null = null;
  return (text) => (regex ??= new RegExp(source)).test(text);
}

/** Why the pattern cannot be used, with the position, or null. */
export function patternProblem(pattern: string): string | null {
  try {
    const source = lowerCasePattern(pattern);
    parseRegex(source);
    new RegExp(source);
    return null;
  } catch (thrown) {
    if (thrown instanceof RegexSyntaxError) return `${thrown.message}, at character ${thrown.position + 1}`;
    if (thrown instanceof SyntaxError) return thrown.message;
    throw thrown;
  }
}

/** Largest count in `{n,m}` that V8's linear engine unrolls. */
const MAX_COUNT = 16;

/**
 * Why the pattern may not be loaded, with the position, or null. Besides `patternProblem`, V8's linear engine must
 * accept it (flag `l`, under `--enable-experimental-regexp-engine`), so that no input can make it backtrack for long.
 */
export function linearProblem(pattern: string): string | null {
  const problem = patternProblem(pattern);
  if (problem !== null) return problem;
  if (!hasLinearEngine()) {
    throw new AegisError("internal", "rule check unavailable", {
      privateText: "V8 runs without --enable-experimental-regexp-engine: patterns cannot be checked",
    });
  }
  const source = lowerCasePattern(pattern);
  try {
    new RegExp(source, "l");
    return null;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    const count = largeCount(source);
    if (count !== null) {
      return `the count {${count.text}} is over ${MAX_COUNT}: use + or * instead, at character ${
        count.at + 1
      }`;
    }
    return "it cannot run in linear time";
  }
}

/** What to do about a problem that `linearProblem` found. */
export function patternRemedy(problem: string): string {
  return /linear|over \d+: use/.test(problem)
    ? "use the linear subset: no look-around, no back-references, counts up to 16"
    : "correct the pattern there; a \\ before a character makes it stand for itself, as in \\(";
}

const LINEAR_SAMPLE: string = "a";

function hasLinearEngine(): boolean {
  try {
    new RegExp(LINEAR_SAMPLE, "l");
    return true;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return false;
    throw thrown;
  }
}

function largeCount(source: string): { text: string; at: number } | null {
  for (const found of source.matchAll(/\{(\d+(?:,\d*)?)\}/g)) {
    if (found[1]!.split(",").some((each) => Number(each) > MAX_COUNT)) {
      return { text: found[1]!, at: found.index };
    }
  }
  return null;
}
