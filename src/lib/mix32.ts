/** Spreads 32 bits over 32 bits (MurmurHash3's finaliser): one to one, and every bit of the input moves half of them. */
export function mix32(value: number): number {
  let hash = value + 0x9e3779b9 | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
