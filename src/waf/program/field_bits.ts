/**
 * Bits of the memos for whole fields that hold many values. [SECURITY] Where the model has seen the values too, the bit is
 * another one.
 */
const BITS = Object.freeze({ query: 1, cookie: 2, body: 1 });
const LEARNED_SHIFT = 2;

/** The bit under which a clean field of that kind is remembered. */
export function bitOf(field: keyof typeof BITS, isLearned: boolean): number {
  return isLearned ? BITS[field] << LEARNED_SHIFT : BITS[field];
}
