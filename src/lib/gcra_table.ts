import { createTaggedWords, TaggedWords } from "./tagged_words.ts";

/** A bucket that has been full for so long is forgotten; what it would say is what a new one says. */
const IDLE_US = 60_000_000;
/** Another thread may win every race for an entry, but not so often. */
const MOST_TURNS = 16;
/** The longest that a bucket may take to drain, microseconds: half of the circle of 32 bits, with room to tell the sides apart. */
export const LONGEST_DRAIN_US = 1_800_000_000;

/** `entries`: a power of two, at least 64. */
export function createGcraTable(entries: number): SharedArrayBuffer {
  return createTaggedWords(entries);
}

/**
 * Rate buckets that several threads draw from together, by the generic cell rate algorithm (ITU-T I.371, annex A; the
 * virtual scheduling form): of each key only the time is kept at which its bucket will be full again, so that a
 * decision is one compare-exchange, nothing waits, and no thread can let one request more through than the limit says.
 *
 * Times are microseconds on a circle of 32 bits (71 minutes), which is why no bucket may take longer than half an hour
 * to drain and why `sweep` has to come by.
 *
 * Bounded: of a full window the bucket that owes least gives way, idle ones first (lib/tagged_words.ts).
 */
export class GcraTable {
  readonly #buckets: TaggedWords;

  constructor(buffer: SharedArrayBuffer) {
    this.#buckets = new TaggedWords(buffer, debtOf);
  }

  /**
   * Draws one from the key's bucket. `intervalUs`: whole microseconds until one more may pass; `burst`: so many at once,
   * with `intervalUs * burst` at most `LONGEST_DRAIN_US`. `nowMs`: of a clock that all threads agree on.
   *
   * Returns how many more may pass now (0 or more), or where none may: minus the microseconds until one may.
   */
  take(high: number, low: number, intervalUs: number, burst: number, nowMs: number): number {
    const now = nowMs * 1_000 | 0;
    const place = this.#buckets.place(high, low);
    const tag = this.#buckets.tag(high, low);
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const entry = this.#buckets.find(place, tag);
      if (entry < 0) {
        if (this.#buckets.claim(place, tag, now + intervalUs | 0, now)) return burst - 1;
        continue;
      }
      const answer = this.#draw(entry, tag, intervalUs, burst, now);
      if (answer !== null) return answer;
    }
    return 0;
  }

  /** Forgets idle buckets in a part of the table: `part` of `parts`, 0-based. Every part is due within half an hour. */
  sweep(part: number, parts: number, nowMs: number): void {
    const now = nowMs * 1_000 | 0;
    this.#buckets.sweep(part, parts, (full) => debtOf(full, now) <= -IDLE_US);
  }

  /** Buckets that are kept now. */
  held(): number {
    return this.#buckets.held();
  }

  /** Buckets that had to give way before they were full again, since the memory was made. */
  evicted(): number {
    return this.#buckets.evicted();
  }

  /** null: the entry has become another key's meanwhile. */
  #draw(entry: number, tag: number, intervalUs: number, burst: number, now: number): number | null {
    const buckets = this.#buckets;
    const most = intervalUs * burst;
    for (;;) {
      const full = buckets.load(entry);
      if (!buckets.isOf(entry, tag)) return null;
      // Full since long ago counts as full now. More than a bucket holds is owed only after the clock was set back or
      // the limit was lowered: then as much as it holds.
      const debt = Math.min(Math.max(debtOf(full, now), 0), most);
      if (debt + intervalUs > most) return most - intervalUs - debt;
      if (!buckets.swap(entry, full, now + debt + intervalUs | 0)) continue;
      // Taken over in between: its new owner owes one more than it should, and this key begins anew.
      if (!buckets.isOf(entry, tag)) return null;
      return Math.floor((most - debt - intervalUs) / intervalUs);
    }
  }
}

/** Microseconds until it is full, below 0 where it is. */
function debtOf(full: number, now: number): number {
  return full - now | 0;
}
