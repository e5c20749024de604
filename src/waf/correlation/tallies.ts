import type { Hit } from "./sequence.ts";

interface Tally {
  readonly hits: Hit[];
  /** Milliseconds since 1970: until then a rule that was met says nothing new of this group. */
  mutedUntil: number;
  /** When it was last added to. */
  at: number;
}

/** Hits that all rules together remember; about 300 bytes each. */
const MOST_HITS = 100_000;

/**
 * What rules have counted, by rule and group. Small beside the rings, so that windows of an hour need no snapshots.
 *
 * [SECURITY] Bounded: whoever was not heard of for longest leaves first, so that a flood of addresses costs memory that
 * is known beforehand.
 */
export class Tallies {
  /** In the order in which they were last added to. */
  readonly #byKey = new Map<string, Tally>();
  readonly #most: number;
  #hits = 0;

  constructor(most = MOST_HITS) {
    this.#most = most;
  }

  get hits(): number {
    return this.#hits;
  }

  /**
   * Lets `add` change the hits of `key`; null while the group is muted. `now`: milliseconds since 1970.
   */
  change<T>(key: string, now: number, add: (hits: Hit[]) => T): T | null {
    const tally = this.#byKey.get(key) ?? { hits: [], mutedUntil: 0, at: now };
    if (now < tally.mutedUntil) return null;
    this.#byKey.delete(key);
    this.#byKey.set(key, tally);
    tally.at = now;
    const before = tally.hits.length;
    const made = add(tally.hits);
    this.#hits += tally.hits.length - before;
    this.#makeRoom();
    return made;
  }

  /** Begins the group anew, and says nothing of it until `until`. */
  mute(key: string, until: number): void {
    const tally = this.#byKey.get(key);
    if (tally === undefined) return;
    this.#hits -= tally.hits.length;
    tally.hits.length = 0;
    tally.mutedUntil = until;
  }

  /** Forgets groups that nobody added to since `before`. */
  expire(before: number): void {
    for (const [key, tally] of this.#byKey) {
      if (tally.at >= before) return;
      this.#drop(key, tally);
    }
  }

  clear(): void {
    this.#byKey.clear();
    this.#hits = 0;
  }

  #makeRoom(): void {
    for (const [key, tally] of this.#byKey) {
      if (this.#hits <= this.#most && this.#byKey.size <= this.#most) return;
      this.#drop(key, tally);
    }
  }

  #drop(key: string, tally: Tally): void {
    this.#byKey.delete(key);
    this.#hits -= tally.hits.length;
  }
}
