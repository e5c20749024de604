/** First 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
// deno-fmt-ignore
const K = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);

/** And of the square roots of the first eight (5.3.3). */
// deno-fmt-ignore
const START = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);

const BLOCK = 64;
const DIGEST = 32;

/**
 * HMAC-SHA256 (RFC 2104, FIPS 180-4) of many short texts with one key. A call into native code costs ten times what the
 * four blocks of such a text do, and challenges are signed by the thousand a second.
 *
 * The key's blocks are computed once. What is done depends on the text's length alone, never on its content or the key.
 */
export class HmacSha256 {
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;
  readonly #words = new Int32Array(64);
  readonly #state = new Int32Array(8);
  readonly #bytes = new Uint8Array(1_024);

  /** `key`: 64 bytes at most. */
  constructor(key: Uint8Array) {
    this.#inner = this.#padded(key, 0x36);
    this.#outer = this.#padded(key, 0x5c);
  }

  /** 32 bytes. `text`: ASCII, at most 900 characters; throws RangeError where it is longer. */
  digest(text: string): Uint8Array {
    const bytes = this.#bytes;
    if (text.length > 900) throw new RangeError("the text is too long");
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    this.#state.set(this.#inner);
    this.#finish(text.length);
    const state = this.#state;
    for (let i = 0; i < DIGEST; i++) bytes[i] = state[i >> 2]! >>> (24 - (i & 3) * 8);
    state.set(this.#outer);
    this.#finish(DIGEST);
    const out = new Uint8Array(DIGEST);
    for (let i = 0; i < DIGEST; i++) out[i] = state[i >> 2]! >>> (24 - (i & 3) * 8);
    return out;
  }

  /** The state after the first block: the key, padded. */
  #padded(key: Uint8Array, pad: number): Int32Array {
    if (key.length > BLOCK) throw new RangeError("the key is too long");
    for (let i = 0; i < BLOCK; i++) this.#bytes[i] = (key[i] ?? 0) ^ pad;
    this.#state.set(START);
    this.#compress(0);
    return this.#state.slice();
  }

  /** Takes the first `length` of `#bytes` in, behind one block that is in already, and ends. */
  #finish(length: number): void {
    const bytes = this.#bytes;
    const blocks = (length + 9 + BLOCK - 1) >> 6;
    bytes.fill(0, length, blocks * BLOCK);
    bytes[length] = 0x80;
    const bits = (BLOCK + length) * 8;
    for (let i = 1; i <= 4; i++) bytes[blocks * BLOCK - i] = bits >>> (8 * (i - 1));
    for (let block = 0; block < blocks; block++) this.#compress(block * BLOCK);
  }

  #compress(at: number): void {
    const words = this.#words;
    const bytes = this.#bytes;
    const state = this.#state;
    for (let i = 0; i < 16; i++, at += 4) {
      words[i] = bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!;
    }
    for (let i = 16; i < 64; i++) {
      const x = words[i - 15]!;
      const y = words[i - 2]!;
      words[i] = words[i - 16]! + words[i - 7]! + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) +
        ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
    }
    let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
    let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
    for (let i = 0; i < 64; i++) {
      const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (g ^ e & (f ^ g)) +
          K[i]! + words[i]! | 0;
      const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b | c & (a | b)) |
        0;
      h = g;
      g = f;
      f = e;
      e = d + t | 0;
      d = c;
      c = b;
      b = a;
      a = t + u | 0;
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
    state[4]! += e;
    state[5]! += f;
    state[6]! += g;
    state[7]! += h;
  }
}
