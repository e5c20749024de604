import { type AddressWords, isIpv4 } from "./ip.ts";
import { type NetworkList, PREFIX_RADIX, WORDS_V6 } from "./network_list.ts";

/**
 * Networks of several lists in one block of memory that threads share and none can change. Layout, in 32-bit words:
 * counts of IPv4 and IPv6 entries; for each upper half of an IPv4 address, how many entries start before it (65,537);
 * IPv4 starts; IPv6 starts (4 each); then a 16-bit word an entry: `list << 8 | prefix`, IPv4 first. An entry costs 6 bytes (IPv4)
 * or 18 (IPv6). Entries are sorted and none holds another, so that at most one of them can hold an address.
 */
const COUNTS = 2;
const BUCKETS = 65_536;
const V4_AT = COUNTS + BUCKETS + 1;
/** Numbers of lists fit into one byte. */
export const MOST_LISTS = 255;

/**
 * Joins lists; a network answers with its list's place in `lists`. What a wider network holds is left out, and of the
 * same network in several lists the first stays. A network of IPv6 says nothing of IPv4, though mapped addresses lie in some.
 */
export function createCidrSet(lists: readonly NetworkList[]): SharedArrayBuffer {
  if (lists.length > MOST_LISTS) throw new RangeError(`${lists.length} lists, ${MOST_LISTS} at most`);
  const v4 = joinV4(lists);
  const v6 = joinV6(lists);
  const n6 = v6.length / ENTRY_V6;
  const words = V4_AT + v4.length + n6 * 4;
  const buffer = new SharedArrayBuffer(words * 4 + (v4.length + n6) * 2);
  const all = new Uint32Array(buffer, 0, words);
  const metas = new Uint16Array(buffer, words * 4);
  all[0] = v4.length;
  all[1] = n6;
  v4.forEach((entry, i) => {
    const start = startOf(entry);
    all[V4_AT + i] = start;
    metas[i] = (entry % 256) << 8 | prefixOf(entry);
    all[COUNTS + (start >>> 16) + 1]!++;
  });
  for (let bucket = 1; bucket <= BUCKETS; bucket++) all[COUNTS + bucket]! += all[COUNTS + bucket - 1]!;
  for (let i = 0; i < n6; i++) {
    all.set(v6.subarray(i * ENTRY_V6, i * ENTRY_V6 + 4), V4_AT + v4.length + i * 4);
    metas[v4.length + i] = v6[i * ENTRY_V6 + 5]! << 8 | v6[i * ENTRY_V6 + 4]!;
  }
  return buffer;
}

/** Which of some lists holds an address; see `createCidrSet`. */
export class CidrSet {
  readonly #words: Uint32Array;
  readonly #metas: Uint16Array;
  readonly #n4: number;
  readonly #n6: number;

  constructor(buffer: SharedArrayBuffer) {
    const counts = new Uint32Array(buffer, 0, COUNTS);
    this.#n4 = counts[0]!;
    this.#n6 = counts[1]!;
    const words = V4_AT + this.#n4 + this.#n6 * 4;
    this.#words = new Uint32Array(buffer, 0, words);
    this.#metas = new Uint16Array(buffer, words * 4);
  }

  get size(): number {
    return this.#n4 + this.#n6;
  }

  /** Place of the list with a network that holds the address; -1: none. */
  find(address: AddressWords): number {
    return isIpv4(address) ? this.#findV4(address[3]) : this.#findV6(address);
  }

  #findV4(address: number): number {
    const words = this.#words;
    const bucket = COUNTS + (address >>> 16);
    let low = words[bucket]!;
    let high = words[bucket + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (words[V4_AT + middle]! <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return -1;
    const meta = this.#metas[low - 1]!;
    const shift = 32 - (meta & 0xff);
    const start = words[V4_AT + low - 1]!;
    return shift === 32 || (address ^ start) >>> shift === 0 ? meta >>> 8 : -1;
  }

  #findV6(address: AddressWords): number {
    const words = this.#words;
    const base = V4_AT + this.#n4;
    let low = 0;
    let high = this.#n6;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isNotAfter(words, base + middle * 4, address)) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return -1;
    const meta = this.#metas[this.#n4 + low - 1]!;
    return holdsV6(words, base + (low - 1) * 4, meta & 0xff, address) ? meta >>> 8 : -1;
  }
}

function isNotAfter(words: Uint32Array, at: number, address: AddressWords): boolean {
  for (let i = 0; i < 4; i++) {
    const word = words[at + i]!;
    if (word !== address[i]) return word < address[i]!;
  }
  return true;
}

/** The network of `prefix` bits that starts at `at` holds the address. */
function holdsV6(words: Uint32Array, at: number, prefix: number, address: AddressWords): boolean {
  let rest = prefix;
  for (let i = 0; rest > 0; i++, rest -= 32) {
    const differs = words[at + i]! ^ address[i]!;
    if ((rest >= 32 ? differs : differs >>> (32 - rest)) !== 0) return false;
  }
  return true;
}

/** Sorted entries `(start × 64 + prefix) × 256 + list`: 46 bits, which a number holds exactly. */
function joinV4(lists: readonly NetworkList[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, list) => sum + list.v4.length, 0));
  let at = 0;
  lists.forEach((list, place) => {
    for (const entry of list.v4) all[at++] = entry * 256 + place;
  });
  all.sort();
  let kept = 0;
  let end = -1;
  for (const entry of all) {
    const start = startOf(entry);
    if (start <= end) continue;
    end = start + 2 ** (32 - prefixOf(entry)) - 1;
    all[kept++] = entry;
  }
  return all.subarray(0, kept);
}

function startOf(entry: number): number {
  return Math.floor(entry / (PREFIX_RADIX * 256));
}

function prefixOf(entry: number): number {
  return Math.floor(entry / 256) % PREFIX_RADIX;
}

/** Start (4), prefix, list. */
const ENTRY_V6 = 6;

function joinV6(lists: readonly NetworkList[]): Uint32Array {
  const count = lists.reduce((sum, list) => sum + list.v6.length / WORDS_V6, 0);
  const all = new Uint32Array(count * ENTRY_V6);
  let at = 0;
  lists.forEach((list, place) => {
    for (let i = 0; i < list.v6.length; i += WORDS_V6, at += ENTRY_V6) {
      all.set(list.v6.subarray(i, i + WORDS_V6), at);
      all[at + 5] = place;
    }
  });
  const order = new Uint32Array(count).map((_, i) => i).sort((a, b) => {
    for (let i = 0; i < ENTRY_V6; i++) {
      const difference = all[a * ENTRY_V6 + i]! - all[b * ENTRY_V6 + i]!;
      if (difference !== 0) return difference;
    }
    return 0;
  });
  const joined = new Uint32Array(all.length);
  let kept = 0;
  for (const each of order) {
    const entry = all.subarray(each * ENTRY_V6, (each + 1) * ENTRY_V6);
    const last = (kept - 1) * ENTRY_V6;
    const start: AddressWords = [entry[0]!, entry[1]!, entry[2]!, entry[3]!];
    if (kept > 0 && holdsV6(joined, last, joined[last + 4]!, start)) continue;
    joined.set(entry, kept++ * ENTRY_V6);
  }
  return joined.subarray(0, kept * ENTRY_V6);
}
