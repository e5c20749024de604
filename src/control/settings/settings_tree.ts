/** Settings as they are stored and declared: groups in groups, with values at their ends. */
export type Tree = { readonly [key: string]: unknown };

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value that says of what kind it is (`default_site`) is replaced whole. */
export function isGroup(value: unknown): value is Tree {
  return isTree(value) && !("kind" in value);
}
