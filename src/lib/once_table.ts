/** Entries that are looked at for one key, from the place that the key itself names. */
const WINDOW = 32;
/** Bits of the end in an entry; the rest is of the key. Ends are told apart on a circle of 2^20 s, twelve days. */
const END_BITS = 20n;
const END_MASK = (1n << END_BITS) - 1n;
const HALF_CIRCLE = 1n << (END_BITS - 1n);
/** Another thread may win every race for an entry, but not so often. */
const MOST_TURNS = 16;

/** Memory for one table; `entries`: a power of two, at least 64. One more holds how many gave way. */
export function createOnceTable(entries: number): SharedArrayBuffer {
  return new SharedArrayBuffer((entries + 1) * BigInt64Array.BYTES_PER_ELEMENT);
}

/**
 * Keys that may be used once until their end, over all threads: of those that take the same key at once exactly one
 * gets it. An entry is one 64-bit word (44 bits of the key above its end, 0: free), so that it is read and written whole.
 *
 * Bounded: where all entries of a key's window still last, the one that ends first gives way, and that is counted. Keys
 * must be unpredictable (hashes with a secret), so that nobody can choose some that fill one window.
 */
export class OnceTable {
  readonly #words: BigInt64Array;
  readonly #entries: number;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new BigInt64Array(buffer);
    this.#entries = this.#words.length - 1;
  }

  /** True where nobody had it before. `key`: 64 bits; `end` and `now`: seconds since 1970. */
  take(key: bigint, end: number, now: number): boolean {
    const wanted = BigInt.asIntN(64, (key & ~END_MASK) | (BigInt(end) & END_MASK));
    const tag = wanted >> END_BITS;
    const place = Number(key & BigInt(this.#entries - 1));
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const { at, found, isTaken } = this.#look(place, tag, BigInt(now) & END_MASK);
      if (isTaken) return false;
      if (Atomics.compareExchange(this.#words, at, found, wanted) !== found) continue;
      // [SECURITY] Threads whose clocks stand on either side of an entry's end see different free ones, and may both win
      // theirs. Each has written before it looks, so at least one of them sees the other: then nobody has it.
      return !this.#isTwice(place, tag, at, BigInt(now) & END_MASK);
    }
    return false;
  }

  /** Whether the key stands at another place than `at` too. */
  #isTwice(place: number, tag: bigint, at: number, now: bigint): boolean {
    for (let i = 0; i < WINDOW; i++) {
      const index = (place + i) & (this.#entries - 1);
      if (index === at) continue;
      const word = Atomics.load(this.#words, index);
      if (word !== 0n && word >> END_BITS === tag && secondsLeft(word, now) >= 0n) return true;
    }
    return false;
  }

  /** How many gave way before their end. */
  evicted(): number {
    return Number(Atomics.load(this.#words, this.#entries));
  }

  /** Where the key stands, or the best entry for it. */
  #look(place: number, tag: bigint, now: bigint): { at: number; found: bigint; isTaken: boolean } {
    let at = -1;
    let found = 0n;
    let least = HALF_CIRCLE;
    for (let i = 0; i < WINDOW; i++) {
      const index = (place + i) & (this.#entries - 1);
      const word = Atomics.load(this.#words, index);
      const left = word === 0n ? -1n : secondsLeft(word, now);
      if (left >= 0n && word >> END_BITS === tag) return { at: index, found: word, isTaken: true };
      // The first free one, whoever looks: two threads that take one key meet there.
      if (left >= least || (least < 0n && left < 0n)) continue;
      at = index;
      found = word;
      least = left;
    }
    if (least >= 0n) Atomics.add(this.#words, this.#entries, 1n);
    return { at, found, isTaken: false };
  }
}

/** Negative: over. */
function secondsLeft(word: bigint, now: bigint): bigint {
  const left = ((word & END_MASK) - now) & END_MASK;
  return left < HALF_CIRCLE ? left : -1n;
}
