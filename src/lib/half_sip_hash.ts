/** Two 32-bit words of key. */
export type HashKey = readonly [number, number];

/**
 * HalfSipHash-2-4 with 64 bits of output (Aumasson and Bernstein, SipHash's form for 32-bit machines) over a byte
 * string (one char a byte; of wider chars the low byte counts). [SECURITY] For tables that strangers fill: without the
 * key nobody can choose values that meet. It is no message authentication.
 *
 * `out` receives the two words, low one first, so that nothing is allocated.
 */
export function halfSipHash([k0, k1]: HashKey, text: string, out: Int32Array): void {
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;

  function rounds(times: number): void {
    for (let i = 0; i < times; i++) {
      v0 = v0 + v1 | 0;
      v1 = (v1 << 5 | v1 >>> 27) ^ v0;
      v0 = v0 << 16 | v0 >>> 16;
      v2 = v2 + v3 | 0;
      v3 = (v3 << 8 | v3 >>> 24) ^ v2;
      v0 = v0 + v3 | 0;
      v3 = (v3 << 7 | v3 >>> 25) ^ v0;
      v2 = v2 + v1 | 0;
      v1 = (v1 << 13 | v1 >>> 19) ^ v2;
      v2 = v2 << 16 | v2 >>> 16;
    }
  }

  const whole = text.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const word = byte(text, i) | byte(text, i + 1) << 8 | byte(text, i + 2) << 16 | byte(text, i + 3) << 24;
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  let last = text.length << 24;
  for (let i = whole; i < text.length; i++) last |= byte(text, i) << (i - whole) * 8;
  v3 ^= last;
  rounds(2);
  v0 ^= last;
  v2 ^= 0xee;
  rounds(4);
  out[0] = v1 ^ v3;
  v1 ^= 0xdd;
  rounds(4);
  out[1] = v1 ^ v3;
}

function byte(text: string, at: number): number {
  return text.charCodeAt(at) & 0xff;
}
