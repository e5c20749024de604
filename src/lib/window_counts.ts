import type { HashKey } from "./half_sip_hash.ts";
import { createTaggedWords, TaggedWords } from "./tagged_words.ts";

/** Bits of a word: what was counted, and above it the second in which its period began. */
const COUNT_BITS = 14;
const COUNT_MASK = (1 << COUNT_BITS) - 1;
/** Seconds of the circle that beginnings stand on: three days, of which a period may take one. */
const CIRCLE = 2 ** (32 - COUNT_BITS);
const LONGEST_PERIOD_SECONDS = 86_400;
/** It is not counted further. */
export const MOST_COUNTED = COUNT_MASK;

/** `entries`: a power of two, at least 64. */
export function createWindowCounts(entries: number): SharedArrayBuffer {
  return createTaggedWords(entries);
}

/**
 * How often something happened within a period that begins with the first time, by 64-bit key, counted by several
 * threads together: each is one compare-exchange, and none is lost. Times are whole seconds.
 *
 * Bounded: of a full window of the table the key that was counted least gives way (lib/tagged_words.ts). Periods that
 * are over are only known by their length, so `sweep` takes them for over after the longest there may be.
 */
export class WindowCounts {
  readonly #words: TaggedWords;
  /** For hashes of what is counted by; the same in all threads. */
  readonly hashKey: HashKey;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new TaggedWords(buffer, countOf);
    this.hashKey = this.#words.secret;
  }

  /** Counts one and returns how many there are now in its period. `nowMs`: of a clock that all threads agree on. */
  count(high: number, low: number, periodSeconds: number, nowMs: number): number {
    const now = secondAt(nowMs);
    const place = this.#words.place(high, low);
    const tag = this.#words.tag(high, low);
    for (;;) {
      const entry = this.#words.find(place, tag);
      if (entry < 0) {
        if (this.#words.claim(place, tag, wordOf(now, 1), now)) return 1;
        continue;
      }
      const seen = this.#words.load(entry);
      if (!this.#words.isOf(entry, tag)) continue;
      const goesOn = isWithin(seen, periodSeconds, now);
      if (goesOn && countOf(seen) === MOST_COUNTED) return MOST_COUNTED;
      const next = goesOn ? seen + 1 | 0 : wordOf(now, 1);
      if (this.#words.swap(entry, seen, next)) return countOf(next);
    }
  }

  /** Takes back one that was counted at `countedMs`; nothing where its period is over. */
  uncount(high: number, low: number, periodSeconds: number, countedMs: number, nowMs: number): void {
    const tag = this.#words.tag(high, low);
    const entry = this.#words.find(this.#words.place(high, low), tag);
    if (entry < 0) return;
    const now = secondAt(nowMs);
    const counted = secondAt(countedMs);
    for (;;) {
      const seen = this.#words.load(entry);
      if (!this.#words.isOf(entry, tag) || countOf(seen) === 0) return;
      const isOver = !isWithin(seen, periodSeconds, now) || since(seen, now) < since(wordOf(counted, 0), now);
      if (isOver || this.#words.swap(entry, seen, seen - 1 | 0)) return;
    }
  }

  /** How many there are in the key's period; 0 where none runs. */
  read(high: number, low: number, periodSeconds: number, nowMs: number): number {
    const seen = this.#load(high, low);
    return isWithin(seen, periodSeconds, secondAt(nowMs)) ? countOf(seen) : 0;
  }

  /** Seconds until the key's period is over; 0 where none runs. */
  endsIn(high: number, low: number, periodSeconds: number, nowMs: number): number {
    const seen = this.#load(high, low);
    const now = secondAt(nowMs);
    return isWithin(seen, periodSeconds, now) ? periodSeconds - since(seen, now) : 0;
  }

  /** Forgets what is older than any period, in a part of the table. Every part is due within a day. */
  sweep(part: number, parts: number, nowMs: number): void {
    const now = secondAt(nowMs);
    this.#words.sweep(part, parts, (word) => !isWithin(word, LONGEST_PERIOD_SECONDS, now));
  }

  held(): number {
    return this.#words.held();
  }

  evicted(): number {
    return this.#words.evicted();
  }

  #load(high: number, low: number): number {
    const tag = this.#words.tag(high, low);
    const entry = this.#words.find(this.#words.place(high, low), tag);
    if (entry < 0) return 0;
    const seen = this.#words.load(entry);
    return this.#words.isOf(entry, tag) ? seen : 0;
  }
}

function wordOf(second: number, count: number): number {
  return second << COUNT_BITS | count;
}

function countOf(word: number): number {
  return word & COUNT_MASK;
}

function isWithin(word: number, periodSeconds: number, now: number): boolean {
  return word !== 0 && since(word, now) < periodSeconds;
}

/** Seconds since the period began. A thread may stand a little behind the one that began it. */
function since(word: number, now: number): number {
  const ago = (now - (word >>> COUNT_BITS) + CIRCLE) % CIRCLE;
  return ago >= CIRCLE - 2 ? 0 : ago;
}

function secondAt(nowMs: number): number {
  return Math.trunc(nowMs / 1_000) % CIRCLE;
}
