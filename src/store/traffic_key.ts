import { AegisError } from "../core/errors.ts";

/**
 * Primary key of the request log: milliseconds since 1970 times 1,024, plus a number within the millisecond. It
 * stays exact in a double until the year 2248, and makes time order the order of the table and of every index.
 */
export const KEYS_PER_MS = 1_024;

/** The first key of a millisecond. */
export function firstKeyAt(at: number): number {
  return Math.max(0, Math.floor(at)) * KEYS_PER_MS;
}

/** Milliseconds since 1970 that a key stands for. */
export function timeOfKey(key: number): number {
  return Math.floor(key / KEYS_PER_MS);
}

/** The cursor of a page as a key; throws `invalid_input` for what no page ever gave. */
export function keyOfCursor(cursor: string): number {
  const key = /^\d{1,16}$/.test(cursor) ? Number(cursor) : NaN;
  if (Number.isSafeInteger(key)) return key;
  throw new AegisError("invalid_input", "the page to continue from is not known", {
    fields: [{ field: "before", message: "not a cursor", remedy: "use the `next` of the page before" }],
  });
}
