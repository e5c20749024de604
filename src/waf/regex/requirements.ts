import { ANY, charKind, UPPER } from "../char_mask.ts";
import type { Need } from "../operators/matcher.ts";
import { CHAR_SET_SIZE, type CharSet, type RegexNode } from "./syntax.ts";

/** Bounds of the analysis: beyond them less is known, never something wrong. */
const MAX_BRANCHES = 32;
const MAX_LITERALS = 64;
const MAX_EXPANDED_SET = 6;
const MAX_LITERAL_LENGTH = 24;
/** Shorter literals occur everywhere; the masks say as much at less cost. */
const MIN_LITERAL_LENGTH = 2;

interface Known {
  /** Every text that the node matches, or null where they are too many. */
  readonly exact: readonly string[] | null;
  /** What holds besides. */
  readonly sets: readonly (readonly string[])[];
}

const NOTHING: Known = { exact: null, sets: [] };

/**
 * What a text must hold to be matched by a parsed pattern: one of the needs, one a branch of the pattern's outermost
 * alternation. Sound: a text that fulfils none of them is not matched.
 */
export function needsOf(node: RegexNode): Need[] {
  const branches = branchesOf(node);
  return (branches.length > MAX_BRANCHES ? [node] : branches).map(needOf);
}

function branchesOf(node: RegexNode): readonly RegexNode[] {
  return node.kind === "alt" ? node.of.flatMap(branchesOf) : [node];
}

function needOf(node: RegexNode): Need {
  const known = analyse(node);
  const sets = known.exact === null ? [...known.sets] : withSet(known.sets, known.exact);
  sets.sort((a, b) => selectivity(b) - selectivity(a));
  return { literals: sets, masks: [...new Set(masksOf(node))] };
}

function analyse(node: RegexNode): Known {
  switch (node.kind) {
    case "empty":
      return { exact: [""], sets: [] };
    case "set":
      return { exact: expand(node.set), sets: [] };
    case "cat":
      return concatenate(node.of.map(analyse));
    case "alt":
      return alternate(node.of.map(analyse));
    case "repeat":
      return repeat(node);
  }
}

/** The single-character strings of a small set of ASCII characters; upper case never occurs in lower-cased text. */
function expand(set: CharSet): readonly string[] | null {
  const chars: string[] = [];
  for (let code = 0; code < CHAR_SET_SIZE; code++) {
    if (set[code] === 0 || charKind(code) === UPPER) continue;
    if (code === CHAR_SET_SIZE - 1 || chars.length === MAX_EXPANDED_SET) return null;
    chars.push(String.fromCharCode(code));
  }
  return chars;
}

function concatenate(parts: readonly Known[]): Known {
  let sets: readonly (readonly string[])[] = [];
  let run: readonly string[] = [""];
  let whole = true;
  for (const part of parts) {
    sets = [...sets, ...part.sets];
    if (part.exact !== null) {
      const joined = cross(run, part.exact);
      if (joined !== null) {
        run = joined;
        continue;
      }
    }
    sets = withSet(sets, run);
    whole = false;
    run = part.exact ?? [""];
  }
  return whole ? { exact: run, sets } : { exact: null, sets: withSet(sets, run) };
}

function cross(left: readonly string[], right: readonly string[]): readonly string[] | null {
  if (left.length * right.length > MAX_LITERALS) return null;
  const joined = new Set<string>();
  for (const a of left) for (const b of right) joined.add(a + b);
  for (const each of joined) if (each.length > MAX_LITERAL_LENGTH) return null;
  return [...joined];
}

function alternate(branches: readonly Known[]): Known {
  if (branches.every((branch) => branch.exact !== null && branch.sets.length === 0)) {
    const union = [...new Set(branches.flatMap((branch) => branch.exact!))];
    if (union.length <= MAX_LITERALS) return { exact: union, sets: [] };
  }
  const best: string[] = [];
  for (const branch of branches) {
    const sets = branch.exact === null ? branch.sets : withSet(branch.sets, branch.exact);
    const chosen = [...sets].sort((a, b) => selectivity(b) - selectivity(a))[0];
    if (chosen === undefined) return NOTHING;
    best.push(...chosen);
  }
  return { exact: null, sets: withSet([], [...new Set(best)]) };
}

function repeat(node: Extract<RegexNode, { kind: "repeat" }>): Known {
  const inner = analyse(node.of);
  if (node.min === 0) {
    if (
      node.max === 1 && inner.exact !== null && inner.sets.length === 0 && inner.exact.length < MAX_LITERALS
    ) {
      return { exact: [...new Set(["", ...inner.exact])], sets: [] };
    }
    return NOTHING;
  }
  if (node.min === 1 && node.max === 1) return inner;
  if (node.min === node.max && node.min <= 4) return concatenate(new Array<Known>(node.min).fill(inner));
  return { exact: null, sets: inner.exact === null ? inner.sets : withSet(inner.sets, inner.exact) };
}

/** Adds a set where each of its literals says something. A literal that contains another of the set is implied. */
function withSet(sets: readonly (readonly string[])[], literals: readonly string[]): (readonly string[])[] {
  if (literals.length === 0 || literals.some((each) => each.length < MIN_LITERAL_LENGTH)) return [...sets];
  const minimal = literals.filter((each) =>
    !literals.some((other) => other !== each && each.includes(other))
  );
  return [...sets, minimal];
}

/** Longer and fewer is better. */
function selectivity(literals: readonly string[]): number {
  const shortest = Math.min(...literals.map((each) => each.length));
  return Math.min(shortest, 8) * 100 - literals.length;
}

function masksOf(node: RegexNode): readonly number[] {
  switch (node.kind) {
    case "empty":
      return [];
    case "set": {
      const mask = maskOfSet(node.set);
      return mask === ANY ? [] : [mask];
    }
    case "cat":
      return node.of.flatMap(masksOf);
    case "alt":
      return alternativeMasks(node.of.map(masksOf));
    case "repeat":
      return node.min === 0 ? [] : masksOf(node.of);
  }
}

function maskOfSet(set: CharSet): number {
  let mask = 0;
  for (let code = 0; code < CHAR_SET_SIZE; code++) if (set[code] === 1) mask |= charKind(code);
  return mask;
}

/** Masks that every branch has stay; of the others, the narrowest of each branch together make one. */
function alternativeMasks(branches: readonly (readonly number[])[]): readonly number[] {
  const shared = branches[0]!.filter((mask) => branches.every((branch) => branch.includes(mask)));
  let union = 0;
  for (const branch of branches) {
    const rest = branch.filter((mask) => !shared.includes(mask));
    const narrowest = rest.sort((a, b) => bitCount(a) - bitCount(b))[0];
    if (narrowest === undefined) return shared;
    union |= narrowest;
  }
  return union === ANY ? shared : [...shared, union];
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
