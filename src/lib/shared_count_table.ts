/** Int32 words of one entry: two of the key, one count. */
const ENTRY = 3;
/** Entries that are looked at for one key, from the place that its hash names. */
const WINDOW = 32;
/** Words before the entries: two seeds, then for each writer its total and its overflow. */
const SEEDS = 2;
const PER_WRITER = 2;

export interface SharedCountTableSize {
  readonly writers: number;
  /** Entries of each writer; a power of two, at least 64. */
  readonly entries: number;
}

/** Memory for one table, with the secret that spreads its keys. */
export function createSharedCountTable(size: SharedCountTableSize): SharedArrayBuffer {
  const words = SEEDS + size.writers * (PER_WRITER + size.entries * ENTRY);
  const buffer = new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT);
  const seeds = crypto.getRandomValues(new Int32Array(SEEDS));
  new Int32Array(buffer).set(seeds);
  return buffer;
}

/**
 * Counts per 64-bit key that several threads raise and lower together, exact over all of them.
 *
 * Each thread writes a table of its own and reads those of the others, so nothing waits, nothing is retried, and when
 * a thread dies its part is wiped without touching what the others hold. An entry whose count is zero is free. Since
 * a thread first writes its count and then reads the others' (both sequentially consistent), of two that raise the
 * same key at once at least one sees both.
 *
 * Bounded: a key that finds no free entry within its window is counted in the writer's overflow only, and reads as 1.
 * [SECURITY] The place of a key depends on a secret, so that nobody can choose keys that fill one window.
 */
export class SharedCountTable {
  readonly #words: Int32Array;
  readonly #writers: number;
  readonly #entries: number;
  readonly #mine: number;

  /** `writer`: whose part this thread writes, 0-based. A thread that only reads may give any. */
  constructor(buffer: SharedArrayBuffer, writers: number, writer: number) {
    this.#words = new Int32Array(buffer);
    this.#writers = writers;
    this.#entries = ((this.#words.length - SEEDS) / writers - PER_WRITER) / ENTRY;
    this.#mine = writer;
  }

  /** Raises the key's count by one and returns it, summed over all threads. */
  enter(high: number, low: number): number {
    const place = this.#place(high, low);
    let at = this.#find(this.#mine, place, high, low);
    if (at < 0) at = this.#claim(place, high, low);
    this.#addOwn(0, 1);
    if (at < 0) {
      this.#addOwn(1, 1);
      return 1;
    }
    Atomics.add(this.#words, at + 2, 1);
    return this.#sum(place, high, low);
  }

  /** Lowers it again: once for each `enter` of this thread. */
  leave(high: number, low: number): void {
    this.#addOwn(0, -1);
    const at = this.#find(this.#mine, this.#place(high, low), high, low);
    if (at >= 0) Atomics.sub(this.#words, at + 2, 1);
    else this.#addOwn(1, -1);
  }

  /** The key's count, summed over all threads. */
  count(high: number, low: number): number {
    return this.#sum(this.#place(high, low), high, low);
  }

  /** All counts of all keys and threads, overflow included. */
  total(): number {
    return this.#sumOwn(0);
  }

  /** How many of `total` found no entry and are not held against their key. */
  overflow(): number {
    return this.#sumOwn(1);
  }

  /** Wipes what a dead thread held. That thread must not be running. */
  clear(writer: number): void {
    const start = this.#base(writer);
    for (let i = 0; i < this.#entries; i++) Atomics.store(this.#words, start + i * ENTRY + 2, 0);
    Atomics.store(this.#words, SEEDS + writer * PER_WRITER, 0);
    Atomics.store(this.#words, SEEDS + writer * PER_WRITER + 1, 0);
  }

  #base(writer: number): number {
    return SEEDS + this.#writers * PER_WRITER + writer * this.#entries * ENTRY;
  }

  /** Word of the key's entry in a writer's part, or -1. */
  #find(writer: number, place: number, high: number, low: number): number {
    const words = this.#words;
    const base = this.#base(writer);
    for (let i = 0; i < WINDOW; i++) {
      const at = base + ((place + i) & (this.#entries - 1)) * ENTRY;
      if (Atomics.load(words, at + 2) === 0) continue;
      if (Atomics.load(words, at) === high && Atomics.load(words, at + 1) === low) return at;
    }
    return -1;
  }

  /** A free entry of the own part, with the key written but not yet counted; -1 where the window is full. */
  #claim(place: number, high: number, low: number): number {
    const words = this.#words;
    const base = this.#base(this.#mine);
    for (let i = 0; i < WINDOW; i++) {
      const at = base + ((place + i) & (this.#entries - 1)) * ENTRY;
      if (Atomics.load(words, at + 2) !== 0) continue;
      Atomics.store(words, at, high);
      Atomics.store(words, at + 1, low);
      return at;
    }
    return -1;
  }

  #sum(place: number, high: number, low: number): number {
    let sum = 0;
    for (let writer = 0; writer < this.#writers; writer++) {
      const at = this.#find(writer, place, high, low);
      if (at < 0) continue;
      const count = Atomics.load(this.#words, at + 2);
      // The writer may have given the entry to another key in between.
      if (Atomics.load(this.#words, at) === high && Atomics.load(this.#words, at + 1) === low) sum += count;
    }
    return sum;
  }

  #addOwn(field: number, by: number): void {
    Atomics.add(this.#words, SEEDS + this.#mine * PER_WRITER + field, by);
  }

  #sumOwn(field: number): number {
    let sum = 0;
    for (let writer = 0; writer < this.#writers; writer++) {
      sum += Atomics.load(this.#words, SEEDS + writer * PER_WRITER + field);
    }
    return sum;
  }

  /** Two rounds of MurmurHash3's finaliser over the key and the secret. */
  #place(high: number, low: number): number {
    let hash = high ^ this.#words[0]!;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) + (low ^ this.#words[1]!);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) & (this.#entries - 1);
  }
}
