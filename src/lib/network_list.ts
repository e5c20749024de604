import { type Cidr, isIpv4 } from "./ip.ts";

/** Prefix lengths of IPv4 fit below it. */
export const PREFIX_RADIX = 64;
/** Of an IPv6 entry: four of its start, and its prefix. */
export const WORDS_V6 = 5;

/** Networks of one list as numbers: in the order in which they came, the same one possibly twice. */
export interface NetworkList {
  /** `start × 64 + prefix`. */
  readonly v4: Float64Array;
  readonly v6: Uint32Array;
}

export function sizeOf(list: NetworkList): number {
  return list.v4.length + list.v6.length / WORDS_V6;
}

/** Takes networks one by one, without an object for each. */
export class NetworkListBuilder {
  #v4 = new Float64Array(256);
  #n4 = 0;
  #v6 = new Uint32Array(64 * WORDS_V6);
  #n6 = 0;

  get size(): number {
    return this.#n4 + this.#n6;
  }

  add({ words, prefix }: Cidr): void {
    if (isIpv4(words) && prefix >= 96) {
      if (this.#n4 === this.#v4.length) this.#v4 = grown(this.#v4, new Float64Array(this.#n4 * 2));
      this.#v4[this.#n4++] = words[3] * PREFIX_RADIX + prefix - 96;
      return;
    }
    const at = this.#n6 * WORDS_V6;
    if (at === this.#v6.length) this.#v6 = grown(this.#v6, new Uint32Array(at * 2));
    this.#v6.set(words, at);
    this.#v6[at + 4] = prefix;
    this.#n6++;
  }

  /** What was added so far; nothing may be added any more. */
  build(): NetworkList {
    return { v4: this.#v4.subarray(0, this.#n4), v6: this.#v6.subarray(0, this.#n6 * WORDS_V6) };
  }
}

/** As bytes, to be kept: counts, then IPv4, then IPv6, as the machine writes numbers (little-endian). */
export function encodeNetworks({ v4, v6 }: NetworkList): Uint8Array {
  const bytes = new Uint8Array(8 + v4.byteLength + v6.byteLength);
  new Uint32Array(bytes.buffer, 0, 2).set([v4.length, v6.length]);
  new Float64Array(bytes.buffer, 8, v4.length).set(v4);
  new Uint32Array(bytes.buffer, 8 + v4.byteLength, v6.length).set(v6);
  return bytes;
}

/** What `encodeNetworks` wrote, over the same memory where it lies as it should. Throws RangeError for anything else. */
export function decodeNetworks(bytes: Uint8Array): NetworkList {
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const { buffer } = isWhole ? bytes : bytes.slice();
  if (buffer.byteLength < 8) throw new RangeError("these bytes are no list of networks");
  const [n4, n6] = new Uint32Array(buffer, 0, 2) as unknown as [number, number];
  if (8 + n4 * 8 + n6 * 4 !== buffer.byteLength) throw new RangeError("these bytes are no list of networks");
  return { v4: new Float64Array(buffer, 8, n4), v6: new Uint32Array(buffer, 8 + n4 * 8, n6) };
}

function grown<T extends Float64Array | Uint32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
