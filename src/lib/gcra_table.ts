import { mix32 } from "./mix32.ts";

/** Entries that are looked at for one key, from the place that its hash names. */
const WINDOW = 16;
/** Words before the entries: two seeds. An entry is 64 bits: the bucket's time in the lower half, its tag above. */
const SEEDS = 2;
/** A bucket that has been full for so long is forgotten; what it would say is what a new one says. */
const IDLE_US = 60_000_000;
/** Another thread may win every race for an entry, but not so often. */
const MOST_TURNS = 16;
/** The longest that a bucket may take to drain, microseconds: half of the circle of 32 bits, with room to tell the sides apart. */
export const LONGEST_DRAIN_US = 1_800_000_000;

/** `entries`: a power of two, at least 64. */
export function createGcraTable(entries: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer((SEEDS + entries * 2) * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(buffer).set(crypto.getRandomValues(new Int32Array(SEEDS)));
  return buffer;
}

/**
 * Rate buckets that several threads draw from together, by the generic cell rate algorithm (ITU-T I.371, annex A; the
 * virtual scheduling form): of each key only the time is kept at which its bucket will be full again, so that a
 * decision is one compare-exchange, nothing waits, and no thread can let one request more through than the limit says.
 *
 * Times are microseconds on a circle of 32 bits (71 minutes), which is why no bucket may take longer than half an hour
 * to drain and why `sweep` has to come by.
 *
 * Bounded: where all entries within a key's window are taken, the one that owes least gives way, idle ones first.
 * [SECURITY] The place of a key depends on a secret, so that nobody can choose keys that fill one window (CWE-407).
 * Two keys of one window with the same tag share a bucket: one in 2^28 pairs, and nobody can find which.
 */
export class GcraTable {
  readonly #words: Int32Array;
  readonly #whole: BigInt64Array;
  readonly #entries: number;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
    this.#whole = new BigInt64Array(buffer);
    this.#entries = (this.#words.length - SEEDS) / 2;
  }

  /**
   * Draws one from the key's bucket. `intervalUs`: whole microseconds until one more may pass; `burst`: so many at once,
   * with `intervalUs * burst` at most `LONGEST_DRAIN_US`. `nowMs`: wall clock, because threads have to agree on it.
   *
   * Returns how many more may pass now (0 or more), or where none may: minus the microseconds until one may.
   */
  take(high: number, low: number, intervalUs: number, burst: number, nowMs: number): number {
    const now = nowMs * 1_000 | 0;
    const place = this.#place(high, low);
    const tag = this.#tag(high, low);
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const entry = this.#find(place, tag);
      if (entry < 0) {
        if (this.#claim(place, tag, now + intervalUs | 0, now)) return burst - 1;
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
    const size = Math.ceil(this.#entries / parts);
    for (let entry = part * size; entry < Math.min((part + 1) * size, this.#entries); entry++) {
      if (Atomics.load(this.#words, tagAt(entry)) === 0) continue;
      const seen = Atomics.load(this.#whole, wholeAt(entry));
      if (debtOf(seen, now) <= -IDLE_US) Atomics.compareExchange(this.#whole, wholeAt(entry), seen, 0n);
    }
  }

  /** Buckets that are kept now. */
  held(): number {
    let held = 0;
    for (let entry = 0; entry < this.#entries; entry++) {
      if (Atomics.load(this.#words, tagAt(entry)) !== 0) held++;
    }
    return held;
  }

  /** null: the entry has become another key's meanwhile. */
  #draw(entry: number, tag: number, intervalUs: number, burst: number, now: number): number | null {
    const words = this.#words;
    const most = intervalUs * burst;
    for (;;) {
      const full = Atomics.load(words, timeAt(entry));
      if (Atomics.load(words, tagAt(entry)) !== tag) return null;
      // Full since long ago counts as full now. More than a bucket holds is owed only after the clock was set back or
      // the limit was lowered: then as much as it holds.
      const debt = Math.min(Math.max(full - now | 0, 0), most);
      if (debt + intervalUs > most) return most - intervalUs - debt;
      const next = now + debt + intervalUs | 0;
      if (Atomics.compareExchange(words, timeAt(entry), full, next) !== full) continue;
      // Taken over in between: its new owner owes one more than it should, and this key begins anew.
      if (Atomics.load(words, tagAt(entry)) !== tag) return null;
      return Math.floor((most - debt - intervalUs) / intervalUs);
    }
  }

  #find(place: number, tag: number): number {
    for (let i = 0; i < WINDOW; i++) {
      const entry = (place + i) & (this.#entries - 1);
      if (Atomics.load(this.#words, tagAt(entry)) === tag) return entry;
    }
    return -1;
  }

  /** Makes the key's bucket, with one drawn from it. False: a thread was faster; look again. */
  #claim(place: number, tag: number, full: number, now: number): boolean {
    const entry = this.#victim(place, now);
    const seen = Atomics.load(this.#whole, wholeAt(entry));
    const mine = (BigInt(tag) << 32n) | BigInt(full >>> 0);
    if (Atomics.load(this.#words, tagAt(entry)) === tag) return false;
    if (Atomics.compareExchange(this.#whole, wholeAt(entry), seen, mine) !== seen) return false;
    const twin = this.#twin(place, tag, entry);
    if (twin < 0) return true;
    // Two threads made the bucket at once, each in another place: this one leaves, and its request draws from the other.
    return Atomics.compareExchange(this.#whole, wholeAt(entry), mine, 0n) !== mine;
  }

  #twin(place: number, tag: number, own: number): number {
    for (let i = 0; i < WINDOW; i++) {
      const entry = (place + i) & (this.#entries - 1);
      if (entry !== own && Atomics.load(this.#words, tagAt(entry)) === tag) return entry;
    }
    return -1;
  }

  /** A free entry of the window, else an idle one, else the one that owes least. */
  #victim(place: number, now: number): number {
    let best = place & (this.#entries - 1);
    let least = Infinity;
    for (let i = 0; i < WINDOW; i++) {
      const entry = (place + i) & (this.#entries - 1);
      if (Atomics.load(this.#words, tagAt(entry)) === 0) return entry;
      const debt = Atomics.load(this.#words, timeAt(entry)) - now | 0;
      if (debt < least) {
        least = debt;
        best = entry;
      }
    }
    return best;
  }

  #place(high: number, low: number): number {
    return mix32(mix32(high ^ this.#words[0]!) ^ low);
  }

  /** Never 0, which stands for a free entry. */
  #tag(high: number, low: number): number {
    return mix32(mix32(low ^ this.#words[1]!) + high | 0) || 1;
  }
}

function wholeAt(entry: number): number {
  return SEEDS / 2 + entry;
}

/** Lower half of an entry: every machine that V8 runs this on is little-endian. */
function timeAt(entry: number): number {
  return SEEDS + entry * 2;
}

function tagAt(entry: number): number {
  return SEEDS + entry * 2 + 1;
}

function debtOf(whole: bigint, now: number): number {
  return Number(BigInt.asIntN(32, whole)) - now | 0;
}
