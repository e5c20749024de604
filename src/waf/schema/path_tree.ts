import { decodeSegment } from "./raw_parameters.ts";

/** A path template's segment: fixed text and variables by turns, beginning and ending with text (perhaps empty). */
interface SegmentPattern {
  /** One more than variables. */
  readonly texts: readonly string[];
}

interface Branch<T> {
  readonly pattern: SegmentPattern;
  readonly node: TreeNode<T>;
}

class TreeNode<T> {
  readonly literals = new Map<string, TreeNode<T>>();
  readonly branches: Branch<T>[] = [];
  /** Entries of paths that end here. */
  readonly ends: T[] = [];
  /** Entries of paths whose last variable takes the rest. */
  readonly rests: T[] = [];
}

/** An entry whose template fits, with the texts of its variables as sent. */
export interface PathMatch<T> {
  readonly entry: T;
  readonly values: readonly string[];
}

/** Beyond so many looks at nodes a path fits nothing: templates that overlap over and over. */
const MAX_LOOKS = 5_000;

/**
 * Path templates (`/users/{0}/photos/{1}.{2}`) in one tree. Fixed text goes before variables (OpenAPI 3.1, 4.8.8.2).
 * Variables take at least one character and never a slash, but for one that ends with `*` at the end of a template.
 */
export class PathTree<T> {
  readonly #root = new TreeNode<T>();
  readonly #isLoose: boolean;
  #looks = 0;

  /** `loose`: paths are read as tolerant applications read them, see `looseSegments`. */
  constructor(reading: "exact" | "loose" = "exact") {
    this.#isLoose = reading === "loose";
  }

  add(template: string, entry: T): void {
    let node = this.#root;
    for (const segment of this.#segmentsOf(template)) {
      if (/^\{\d+\*\}$/.test(segment)) return void node.rests.push(entry);
      node = segment.includes("{")
        ? branchOf(node, this.#folded(segment))
        : literalOf(node, this.#plain(segment));
    }
    node.ends.push(entry);
  }

  /** Calls `visit` for each entry that fits, the most exact first, until it says that it has enough. */
  find(path: string, visit: (match: PathMatch<T>) => boolean): void {
    this.#looks = 0;
    this.#walk(this.#root, this.#segmentsOf(path), 0, [], visit);
  }

  #walk(
    node: TreeNode<T>,
    segments: readonly string[],
    at: number,
    values: readonly string[],
    visit: (match: PathMatch<T>) => boolean,
  ): boolean {
    if (++this.#looks > MAX_LOOKS) return true;
    if (at === segments.length) return node.ends.some((entry) => visit({ entry, values }));
    const segment = segments[at]!;
    const literal = node.literals.get(this.#plain(segment));
    if (literal !== undefined && this.#walk(literal, segments, at + 1, values, visit)) return true;
    for (const { pattern, node: next } of node.branches) {
      const taken = takeApart(pattern, segment, this.#folded(segment));
      if (taken !== null && this.#walk(next, segments, at + 1, [...values, ...taken], visit)) return true;
    }
    if (node.rests.length === 0) return false;
    const rest = segments.slice(at).join("/");
    return rest !== "" && node.rests.some((entry) => visit({ entry, values: [...values, rest] }));
  }

  #segmentsOf(path: string): string[] {
    return this.#isLoose ? looseSegments(path) : segmentsOf(path);
  }

  #folded(segment: string): string {
    return this.#isLoose ? segment.toLowerCase() : segment;
  }

  #plain(segment: string): string {
    return this.#isLoose ? decodeSegment(segment).toLowerCase() : segment;
  }
}

function segmentsOf(path: string): string[] {
  return path.slice(1).split("/");
}

/**
 * [SECURITY] What routers take for the same path although it is written in another way (CWE-436): with a slash at its
 * end, an escaped one or a backslash between segments, `;…` behind a segment. Case and escapes are for the tree.
 */
function looseSegments(path: string): string[] {
  const segments = path.split(/[/\\]|%2f|%5c/i).map((segment) => segment.split(";", 1)[0]!);
  return segments.filter((segment) => segment !== "");
}

function literalOf<T>(node: TreeNode<T>, segment: string): TreeNode<T> {
  let next = node.literals.get(segment);
  if (next === undefined) node.literals.set(segment, next = new TreeNode());
  return next;
}

function branchOf<T>(node: TreeNode<T>, segment: string): TreeNode<T> {
  const texts = segment.split(/\{\d+\*?\}/);
  const known = node.branches.find(({ pattern }) => pattern.texts.join("{}") === texts.join("{}"));
  if (known !== undefined) return known.node;
  const branch = { pattern: { texts }, node: new TreeNode<T>() };
  node.branches.push(branch);
  // More fixed text first: `{id}.json` before `{id}`.
  node.branches.sort((a, b) => b.pattern.texts.join("").length - a.pattern.texts.join("").length);
  return branch.node;
}

/** The variables' texts, or null where the segment does not fit. One pass: each variable ends at the first chance. */
function takeApart({ texts }: SegmentPattern, segment: string, folded: string): string[] | null {
  const first = texts[0]!;
  const last = texts.at(-1)!;
  if (!folded.startsWith(first) || !folded.endsWith(last)) return null;
  const end = segment.length - last.length;
  const values: string[] = [];
  let at = first.length;
  for (let i = 1; i < texts.length; i++) {
    const next = i === texts.length - 1 ? end : folded.indexOf(texts[i]!, at + 1);
    if (next <= at || next > end) return null;
    values.push(segment.slice(at, next));
    at = next + texts[i]!.length;
  }
  return values;
}
