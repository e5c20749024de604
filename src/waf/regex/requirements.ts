import { ANY, charKind, UPPER } from "../text/char_mask.ts";
import { literalChar, rarityOf } from "../program/literal_chars.ts";
import type { Need } from "../operators/matcher.ts";
import { CHAR_SET_SIZE, type CharSet, type RegexNode } from "./syntax.ts";

/** Bounds of the analysis: beyond them less is known, never something wrong. */
const MAX_BRANCHES = 32;
const MAX_LITERALS = 64;
const MAX_EXPANDED_SET = 6;
const MAX_LITERAL_LENGTH = 24;
/** More common literals occur everywhere; the masks say as much at less cost. */
const MIN_RARITY = 7;
/** What is found in few texts. */
const RARE = 14;

interface Known {
  /** Every text that the node matches, or null where they are too many. */
  readonly exact: readonly string[] | null;
  /**
   * The same, but of some texts only how they end: those begin with OPEN. So much is known of `\s*` and `\)+` too, and
   * what they stand between keeps its neighbours.
   */
  readonly ends: readonly string[] | null;
  /** What holds besides. */
  readonly sets: readonly (readonly string[])[];
}

const OPEN = "\u{ffff}";

/** A branch of a pattern's outermost alternation, as it was written. */
export interface Branch {
  readonly node: RegexNode;
  readonly source: string;
}

/** The pattern matches where one of these does. */
export function branchesOf(whole: Branch): readonly Branch[] {
  const branches = flatten(whole);
  return branches.length > MAX_BRANCHES ? [whole] : branches;
}

function flatten(branch: Branch): readonly Branch[] {
  const { node } = branch;
  return node.kind === "alt"
    ? node.of.flatMap((each, i) => flatten({ node: each, source: node.sources[i]! }))
    : [branch];
}

/** What a text must hold to be matched by a parsed pattern. Sound: a text that lacks any of it is not matched. */
export function needOf(node: RegexNode): Need {
  const [rarest = [], ...sets] = setsOf(analyse(node)).toSorted((a, b) => rarityOf(b) - rarityOf(a));
  // Beside a rare set a common one says little, and takes time wherever it is found.
  const further = rarityOf(rarest) < RARE ? sets : sets.filter((set) => rarityOf(set) >= RARE);
  return { literals: rarest.length === 0 ? [] : [rarest, ...further], masks: [...new Set(masksOf(node))] };
}

/** All sets of which a text that the node matches holds one. */
function setsOf({ exact, ends, sets }: Known): readonly (readonly string[])[] {
  if (exact !== null) return withSet(sets, exact);
  return ends === null ? sets : withRarer(sets, ends.map(closed));
}

function exactly(texts: readonly string[] | null, sets: readonly (readonly string[])[] = []): Known {
  return { exact: texts, ends: texts, sets };
}

function analyse(node: RegexNode): Known {
  switch (node.kind) {
    case "empty":
      return exactly([""]);
    case "set":
      return exactly(expand(node.set));
    case "cat":
      return concatenate(node.of);
    case "alt":
      return alternate(node.of.map(analyse));
    case "repeat":
      return repeat(node);
  }
}

/** The single-character strings of a small set, as literals are written; upper case never occurs in lower-cased text. */
function expand(set: CharSet): readonly string[] | null {
  const chars = new Set<string>();
  for (let code = 0; code < CHAR_SET_SIZE; code++) {
    if (set[code] === 1 && charKind(code) !== UPPER) chars.add(String.fromCharCode(literalChar(code)));
    if (chars.size > MAX_EXPANDED_SET) return null;
  }
  return [...chars];
}

function concatenate(parts: readonly RegexNode[]): Known {
  const known = parts.flatMap(partsOf).map(analyse);
  const whole = joined(known.map((part) => part.exact));
  const sets = known.flatMap((part) => part.sets);
  if (whole !== null) return exactly(whole, sets);
  let found: readonly (readonly string[])[] = [
    ...sets,
    ...runsOf(known.map((part) => part.exact)).flatMap(setsOfRun),
  ];
  for (const run of runsOf(known.map((part) => part.ends))) {
    found = withRarer(found, rarestStretch(run).texts);
  }
  return { exact: null, ends: joined(known.map((part) => part.ends)), sets: found };
}

function partsOf(node: RegexNode): readonly RegexNode[] {
  return node.kind === "cat" ? node.of.flatMap(partsOf) : [node];
}

function joined(parts: readonly (readonly string[] | null)[]): readonly string[] | null {
  let texts: readonly string[] | null = [""];
  for (const part of parts) texts = texts === null || part === null ? null : cross(texts, part);
  return texts;
}

/** Neighbouring parts whose texts are known. */
function runsOf(parts: readonly (readonly string[] | null)[]): readonly (readonly string[])[][] {
  const runs: (readonly string[])[][] = [[]];
  for (const texts of parts) {
    if (texts === null) runs.push([]);
    else runs.at(-1)!.push(texts);
  }
  return runs;
}

/** The stretch of a run whose texts together tell most, and the same of what is left on both of its sides. */
function setsOfRun(run: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const { from, to, texts } = rarestStretch(run);
  return rarityOf(texts) < MIN_RARITY
    ? []
    : [...setsOfRun(run.slice(0, from)), texts, ...setsOfRun(run.slice(to))];
}

function rarestStretch(
  run: readonly (readonly string[])[],
): { readonly from: number; readonly to: number; readonly texts: readonly string[] } {
  let best = { from: 0, to: 0, texts: [] as readonly string[], rarity: 0 };
  let last = 0;
  for (let from = 0; from < run.length && last < run.length; from++) {
    const stretch = longestFrom(run, from);
    // What ends with the stretch before it says less than that.
    if (stretch.to === last) continue;
    last = stretch.to;
    const texts = minimal(stretch.texts.map(closed));
    const rarity = rarityOf(texts);
    if (rarity > best.rarity) best = { from, to: last, texts, rarity };
  }
  return best;
}

function longestFrom(
  run: readonly (readonly string[])[],
  from: number,
): { readonly to: number; readonly texts: readonly string[] } {
  let texts: readonly string[] = [""];
  for (let to = from; to < run.length; to++) {
    const longer = cross(texts, run[to]!);
    if (longer === null) return { to, texts };
    texts = longer;
  }
  return { to: run.length, texts };
}

function cross(left: readonly string[], right: readonly string[]): readonly string[] | null {
  if (left.length * right.length > MAX_LITERALS) return null;
  const joined = new Set<string>();
  for (const a of left) for (const b of right) joined.add(b.startsWith(OPEN) ? b : a + b);
  for (const each of joined) if (each.length > MAX_LITERAL_LENGTH) return null;
  return [...joined];
}

function open(text: string): string {
  return OPEN + closed(text);
}

function closed(text: string): string {
  return text.startsWith(OPEN) ? text.slice(OPEN.length) : text;
}

function alternate(branches: readonly Known[]): Known {
  const exact = union(branches.map((branch) => branch.exact));
  if (exact !== null && branches.every((branch) => branch.sets.length === 0)) return exactly(exact);
  const ends = union(branches.map((branch) => branch.ends));
  const best: string[] = [];
  for (const branch of branches) {
    const chosen = setsOf(branch).toSorted((a, b) => rarityOf(b) - rarityOf(a))[0];
    if (chosen === undefined) return { exact: null, ends, sets: [] };
    best.push(...chosen);
  }
  return { exact: null, ends, sets: withSet([], [...new Set(best)]) };
}

function union(texts: readonly (readonly string[] | null)[]): readonly string[] | null {
  const all = new Set<string>();
  for (const each of texts) {
    if (each === null) return null;
    for (const text of each) all.add(text);
  }
  return all.size > MAX_LITERALS ? null : [...all];
}

function repeat(node: Extract<RegexNode, { kind: "repeat" }>): Known {
  const inner = analyse(node.of);
  if (node.min === 1 && node.max === 1) return inner;
  if (node.min > 0 && node.min === node.max && node.min <= 4) {
    return concatenate(new Array<RegexNode>(node.min).fill(node.of));
  }
  if (node.min > 0) return { exact: null, ends: inner.ends?.map(open) ?? null, sets: setsOf(inner) };
  if (node.max !== 1) {
    return { exact: null, ends: inner.ends === null ? null : ["", ...inner.ends.map(open)], sets: [] };
  }
  const optional = (texts: readonly string[] | null) => union([[""], texts]);
  const exact = inner.sets.length === 0 ? optional(inner.exact) : null;
  return { exact, ends: optional(inner.ends), sets: [] };
}

/** Adds a set that says something. */
function withSet(sets: readonly (readonly string[])[], literals: readonly string[]): (readonly string[])[] {
  const added = minimal(literals);
  return rarityOf(added) < MIN_RARITY ? [...sets] : [...sets, added];
}

/** Adds a set that says more than any of the others, in place of those that it implies. */
function withRarer(
  sets: readonly (readonly string[])[],
  literals: readonly string[],
): readonly (readonly string[])[] {
  const added = minimal(literals);
  if (rarityOf(added) < MIN_RARITY || sets.some((set) => rarityOf(set) >= rarityOf(added))) return sets;
  const isImplied = (set: readonly string[]) =>
    added.every((text) => set.some((each) => text.includes(each)));
  return [...sets.filter((set) => !isImplied(set)), added];
}

/** Without literals that contain another of the set: they are implied. */
function minimal(literals: readonly string[]): readonly string[] {
  return literals.filter((each) => !literals.some((other) => other !== each && each.includes(other)));
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
