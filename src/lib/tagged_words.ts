import { mix32 } from "./mix32.ts";

/** Entries that are looked at for one key, from the place that its hash names. */
const WINDOW = 16;
/** Words before the entries: two seeds, evictions, one that keeps entries aligned. */
const HEADER = 4;
const EVICTED = 2;

/** `entries`: a power of two, at least 64. Eight bytes each. */
export function createTaggedWords(entries: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer((HEADER + entries * 2) * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(buffer, 0, 2).set(crypto.getRandomValues(new Int32Array(2)));
  return buffer;
}

/**
 * What a word is worth keeping at `now` (in the caller's unit of time): of a full window the least leaves first, and
 * below or at 0 nothing is lost by it.
 */
export type Weigh = (word: number, now: number) => number;

/**
 * One 32-bit word per 64-bit key, in memory that several threads read and change together by compare-exchange. An entry
 * is 64 bits, the word in the lower half and the key's tag above, so that both are taken over at once.
 *
 * Bounded: where all entries within a key's window are taken, the one that weighs least gives way, and is counted where
 * something was lost by it.
 * [SECURITY] The place of a key depends on a secret, so that nobody can choose keys that fill one window (CWE-407).
 * Two keys of one window with the same tag share an entry: one in 2^28 pairs, and nobody can find which.
 */
export class TaggedWords {
  readonly #words: Int32Array;
  readonly #whole: BigInt64Array;
  readonly #entries: number;
  readonly #weigh: Weigh;

  constructor(buffer: SharedArrayBuffer, weigh: Weigh) {
    this.#words = new Int32Array(buffer);
    this.#whole = new BigInt64Array(buffer);
    this.#entries = (this.#words.length - HEADER) / 2;
    this.#weigh = weigh;
  }

  /** The memory's secret, for hashes of what is too long to be a key by itself. */
  get secret(): readonly [number, number] {
    return [this.#words[0]!, this.#words[1]!];
  }

  place(high: number, low: number): number {
    return mix32(mix32(high ^ this.#words[0]!) ^ low);
  }

  /** Never 0, which stands for a free entry. */
  tag(high: number, low: number): number {
    return mix32(mix32(low ^ this.#words[1]!) + high | 0) || 1;
  }

  /** The key's entry, or -1. */
  find(place: number, tag: number): number {
    for (let i = 0; i < WINDOW; i++) {
      const entry = (place + i) & (this.#entries - 1);
      if (Atomics.load(this.#words, tagAt(entry)) === tag) return entry;
    }
    return -1;
  }

  load(entry: number): number {
    return Atomics.load(this.#words, wordAt(entry));
  }

  /** False: it has become another key's. */
  isOf(entry: number, tag: number): boolean {
    return Atomics.load(this.#words, tagAt(entry)) === tag;
  }

  /** False: another thread was faster. */
  swap(entry: number, seen: number, next: number): boolean {
    return Atomics.compareExchange(this.#words, wordAt(entry), seen, next) === seen;
  }

  /** Makes the key's entry with `word` in it. False: a thread was faster; look again. */
  claim(place: number, tag: number, word: number, now: number): boolean {
    const entry = this.#victim(place, now);
    const seen = Atomics.load(this.#whole, wholeAt(entry));
    const mine = (BigInt(tag) << 32n) | BigInt(word >>> 0);
    if (Atomics.load(this.#words, tagAt(entry)) === tag) return false;
    if (Atomics.compareExchange(this.#whole, wholeAt(entry), seen, mine) !== seen) return false;
    if (seen !== 0n && this.#weigh(lowerHalf(seen), now) > 0) Atomics.add(this.#words, EVICTED, 1);
    if (!this.#hasTwin(place, tag, entry)) return true;
    // Two threads made the entry at once, each in another place: this one leaves, and its caller finds the other.
    return Atomics.compareExchange(this.#whole, wholeAt(entry), mine, 0n) !== mine;
  }

  /** Frees those of a part of the table (`part` of `parts`, 0-based) of which `isIdle` says that they may go. */
  sweep(part: number, parts: number, isIdle: (word: number) => boolean): void {
    const size = Math.ceil(this.#entries / parts);
    for (let entry = part * size; entry < Math.min((part + 1) * size, this.#entries); entry++) {
      if (Atomics.load(this.#words, tagAt(entry)) === 0) continue;
      if (!isIdle(Atomics.load(this.#words, wordAt(entry)))) continue;
      const seen = Atomics.load(this.#whole, wholeAt(entry));
      if (isIdle(lowerHalf(seen))) Atomics.compareExchange(this.#whole, wholeAt(entry), seen, 0n);
    }
  }

  /** Entries that are taken now. */
  held(): number {
    let held = 0;
    for (let entry = 0; entry < this.#entries; entry++) {
      if (Atomics.load(this.#words, tagAt(entry)) !== 0) held++;
    }
    return held;
  }

  /** Entries that had to give way while they were worth something, since the memory was made. */
  evicted(): number {
    return Atomics.load(this.#words, EVICTED) >>> 0;
  }

  #hasTwin(place: number, tag: number, own: number): boolean {
    for (let i = 0; i < WINDOW; i++) {
      const entry = (place + i) & (this.#entries - 1);
      if (entry !== own && Atomics.load(this.#words, tagAt(entry)) === tag) return true;
    }
    return false;
  }

  /** A free entry of the window, else the one that weighs least. */
  #victim(place: number, now: number): number {
    let best = place & (this.#entries - 1);
    let least = Infinity;
    for (let i = 0; i < WINDOW; i++) {
      const entry = (place + i) & (this.#entries - 1);
      if (Atomics.load(this.#words, tagAt(entry)) === 0) return entry;
      const weight = this.#weigh(Atomics.load(this.#words, wordAt(entry)), now);
      if (weight < least) {
        least = weight;
        best = entry;
      }
    }
    return best;
  }
}

function wholeAt(entry: number): number {
  return HEADER / 2 + entry;
}

/** Lower half of an entry: every machine that V8 runs this on is little-endian. */
function wordAt(entry: number): number {
  return HEADER + entry * 2;
}

function tagAt(entry: number): number {
  return HEADER + entry * 2 + 1;
}

function lowerHalf(whole: bigint): number {
  return Number(BigInt.asIntN(32, whole));
}
