/** A set of small integers in 32 bits a word. */
export type BitSet = Int32Array;

export function newBitSet(size: number): BitSet {
  return new Int32Array((size + 31) >> 5);
}

export function addBit(set: BitSet, member: number): void {
  set[member >> 5]! |= 1 << (member & 31);
}

export function hasBit(set: BitSet, member: number): boolean {
  return (set[member >> 5]! & (1 << (member & 31))) !== 0;
}

/** Adds every member of `other` to `set`; both were made for the same size. */
export function addAll(set: BitSet, other: BitSet): void {
  for (let i = 0; i < other.length; i++) set[i]! |= other[i]!;
}
