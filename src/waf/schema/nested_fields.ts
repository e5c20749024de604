/** Levels of `a[b][c]` that are taken apart; what is deeper keeps its name as it is. */
const MOST_LEVELS = 8;
const MOST_INDEX_DIGITS = 4;

type Table = Record<string, unknown>;

/**
 * Fields of a form as one value: `a=1&a=2` is a list, so is `a[]=1`; `a[b]=1` and `a[0][b]=1` are tables (`deepObject`,
 * and what PHP, Rails and qs make of forms). `isField`: names that the document has as they stand, brackets and all.
 */
export function nestedFields(
  pairs: Iterable<readonly [name: string, values: readonly unknown[]]>,
  isField: (name: string) => boolean,
): Table {
  // [SECURITY] CWE-1321: a table without prototype, whatever the fields are called.
  const root: Table = Object.create(null);
  for (const [name, values] of pairs) {
    const keys = isField(name) ? null : keysOf(name);
    if (keys === null || !place(root, keys, values)) put(root, name, values, false);
  }
  return root;
}

/** `a[b][]` → `a`, `b`, ``; null where it is a plain name. */
function keysOf(name: string): string[] | null {
  const open = name.indexOf("[");
  if (open <= 0 || !name.endsWith("]")) return null;
  const keys = name.slice(open + 1, -1).split("][");
  const isPlain = keys.length <= MOST_LEVELS && keys.every((key) => !/[[\]]/.test(key));
  const isLast = (i: number) => i === keys.length - 1;
  return isPlain && keys.every((key, i) => key !== "" || isLast(i)) ? [name.slice(0, open), ...keys] : null;
}

/** False: something else stands in the way. */
function place(root: Table, keys: readonly string[], values: readonly unknown[]): boolean {
  let at = root;
  const isList = keys.at(-1) === "";
  const path = isList ? keys.slice(0, -1) : keys;
  for (const key of path.slice(0, -1)) {
    if (/^\d+$/.test(key) && key.length > MOST_INDEX_DIGITS) return false;
    at[key] ??= Object.create(null);
    const next = at[key];
    if (typeof next !== "object" || next === null || Array.isArray(next)) return false;
    at = next as Table;
  }
  const last = path.at(-1)!;
  if (at[last] !== undefined && !Array.isArray(at[last]) && !isList) return false;
  put(at, last, values, isList);
  return true;
}

function put(at: Table, key: string, values: readonly unknown[], isList: boolean): void {
  const known = at[key];
  if (known === undefined) at[key] = values.length === 1 && !isList ? values[0] : [...values];
  else at[key] = Array.isArray(known) ? [...known, ...values] : [known, ...values];
}
