import { isCollection, isNode, type LineCounter } from "yaml";

/** Line, from 1, of the deepest node on `path` that the document with these contents has: a missing field's place. */
export function lineOf(contents: unknown, lines: LineCounter, path: readonly PropertyKey[]): number {
  let node = contents;
  let line = 1;
  for (const key of path) {
    if (!isCollection(node)) break;
    const next: unknown = node.get(typeof key === "symbol" ? String(key) : key, true);
    if (!isNode(next)) break;
    node = next;
    if (next.range) line = lines.linePos(next.range[0]).line;
  }
  return line;
}
