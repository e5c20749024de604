import { charMask } from "./char_mask.ts";
import type { Span } from "./operators/matcher.ts";
import type { Plan, PlanNode } from "./plan.ts";
import type { Program } from "./program.ts";

/** A rule that matched a value. `span` is inside the output of the rule's chain. */
export interface Match {
  readonly rule: number;
  readonly span: Span;
}

/** No rule matched. The same array always, so that it can be compared. */
export const NO_MATCH: readonly Match[] = Object.freeze([]);
const NO_LITERALS: readonly number[] = Object.freeze([]);

/**
 * Runs every rule of `plan` on `value` and returns what matched.
 *
 * Work is skipped where it is proven to change nothing: a transformation whose characters the text does not hold, a
 * pattern whose literals or kinds of characters it does not hold. `evaluateNaively` is the same without the proofs;
 * a property test compares the two.
 */
export function evaluate(program: Program, plan: Plan, value: string): readonly Match[] {
  return walk(program, plan.root, value, charMask(value), null, null) ?? NO_MATCH;
}

function walk(
  program: Program,
  node: PlanNode,
  text: string,
  mask: number,
  literals: readonly number[] | null,
  matches: Match[] | null,
): Match[] | null {
  let found = matches;
  for (const index of node.always) found = tryRule(program, index, text, mask, found);
  let known = literals;
  if (node.gated !== null) {
    known ??= scan(program, text);
    if (known.length > 0) found = tryGated(program, node.gated, known, text, mask, found);
  }
  for (const child of node.children) {
    const transformation = child.transformation!;
    const output = (mask & transformation.needs) === 0 ? text : transformation.apply(text);
    found = output === text
      ? walk(program, child, text, mask, known, found)
      : walk(program, child, output, charMask(output), null, found);
  }
  return found;
}

function scan(program: Program, text: string): readonly number[] {
  const found: number[] = [];
  program.literals.scan(text, found);
  return found.length === 0 ? NO_LITERALS : found;
}

function tryGated(
  program: Program,
  gated: Uint8Array,
  literals: readonly number[],
  text: string,
  mask: number,
  matches: Match[] | null,
): Match[] | null {
  let found = matches;
  const tried: number[] = [];
  for (const literal of literals) {
    for (const index of program.rulesOfLiteral[literal]!) {
      if (gated[index] === 0 || tried.includes(index)) continue;
      tried.push(index);
      if (holdsFurther(program.rules[index]!.furtherLiterals, literals)) {
        found = tryRule(program, index, text, mask, found);
      }
    }
  }
  return found;
}

function holdsFurther(sets: readonly (readonly number[])[], literals: readonly number[]): boolean {
  for (const set of sets) if (!set.some((id) => literals.includes(id))) return false;
  return true;
}

function tryRule(
  program: Program,
  index: number,
  text: string,
  mask: number,
  matches: Match[] | null,
): Match[] | null {
  const matcher = program.rules[index]!.matcher!;
  for (const needed of matcher.masks) if ((mask & needed) === 0) return matches;
  const span = matcher.find(text);
  if (span === null) return matches;
  const found = matches ?? [];
  found.push({ rule: index, span });
  return found;
}
