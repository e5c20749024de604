import type { Reputation } from "../core/ports.ts";
import {
  BEST_REPUTATION,
  REPUTATION_DECAY_MS,
  REPUTATION_REASONS,
  type ReputationReason,
  WORST_REPUTATION,
} from "../core/reputation_reason.ts";
import { clientHigh, clientLow } from "../lib/client_words.ts";
import type { AddressWords } from "../lib/ip.ts";
import { mix32 } from "../lib/mix32.ts";

/** Entries that are looked at for one client, from the place that its hash names. */
const WINDOW = 8;
/** Int32 words before the entries: two seeds, evictions, one to keep entries aligned. */
const HEADER = 4;
const EVICTED = 2;
/** Int32 words of an entry: state, tag, high, low, two of reasons, seconds of the last change, one spare. */
const ENTRY = 8;
/** Seconds that one point takes to decay. */
const SECONDS_A_POINT = REPUTATION_DECAY_MS / 1_000 / BEST_REPUTATION;
const CIRCLE = 0x7fffffff;
const BITS_A_REASON = 4;
const REASONS_A_WORD = 8;
/** Times that one reason is counted. */
export const MOST_TIMES = (1 << BITS_A_REASON) - 1;

/** What is known of one client. */
export interface ReputationEntry {
  /** Words of `clientHigh` and `clientLow`. */
  readonly high: number;
  readonly low: number;
  /** −10 to +10, as it has decayed. */
  readonly score: number;
  /** How often each moved it since it was last 0, at most `MOST_TIMES`. */
  readonly reasons: Readonly<Partial<Record<ReputationReason, number>>>;
  /** Milliseconds since the last of them. */
  readonly sinceMs: number;
}

/** `entries`: a power of two, at least 64. 32 bytes each. */
export function createReputationTable(entries: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer((HEADER + entries * ENTRY) * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(buffer, 0, 2).set(crypto.getRandomValues(new Int32Array(2)));
  return buffer;
}

/**
 * Reputations of clients (an IPv4 address or an IPv6 /64) in memory that several threads read and move together:
 * each move is one compare-exchange, and nothing waits.
 *
 * A score runs from −10 to +10 and comes back to 0 by 10 points in 24 h. So only the second is kept at which it will
 * be 0 again, with its sign: decay costs nothing. Beside it stands how often each reason moved it, for people: those
 * counts begin anew when a score has reached 0.
 *
 * Bounded: where all entries within a client's window are taken, the one nearest to 0 gives way, and is counted.
 * [SECURITY] The place of a client depends on a secret, so that nobody can choose addresses that fill one window
 * (CWE-407). Two clients of one window with the same tag share an entry: one in 2^28 pairs, and nobody can find which.
 */
export class ReputationTable implements Reputation {
  readonly #words: Int32Array;
  readonly #whole: BigInt64Array;
  readonly #entries: number;
  readonly #nowMs: () => number;

  /** `nowMs`: a time that all threads agree on and that never jumps (core/steady_time.ts). */
  constructor(buffer: SharedArrayBuffer, nowMs: () => number) {
    this.#words = new Int32Array(buffer);
    this.#whole = new BigInt64Array(buffer);
    this.#entries = (this.#words.length - HEADER) / ENTRY;
    this.#nowMs = nowMs;
  }

  of(client: AddressWords): number {
    const at = this.#find(clientHigh(client), clientLow(client));
    return at < 0 ? 0 : scoreOf(Atomics.load(this.#words, at), this.#seconds());
  }

  add(client: AddressWords, points: number, reason: ReputationReason): void {
    const high = clientHigh(client);
    const low = clientLow(client);
    const now = this.#seconds();
    for (;;) {
      const at = this.#find(high, low);
      if (at < 0) {
        this.#claim(high, low, now);
        continue;
      }
      this.#dropOldReasons(at, now);
      if (!this.#move(at, this.#tag(high, low), points, now)) continue;
      this.#note(at, reason);
      Atomics.store(this.#words, at + 6, now);
      return;
    }
  }

  /** What is known of a client; null: nothing, its score is 0. */
  read(client: AddressWords): ReputationEntry | null {
    const at = this.#find(clientHigh(client), clientLow(client));
    return at < 0 ? null : this.#entry(at, this.#seconds());
  }

  /** Forgets a client. True: something was known. */
  reset(client: AddressWords): boolean {
    const at = this.#find(clientHigh(client), clientLow(client));
    if (at < 0) return false;
    Atomics.store(this.#whole, at / 2, 0n);
    return true;
  }

  /** Those that moved in the last `ms`, and a second or two before: so that two looks in a row miss none. */
  movedWithin(ms: number): ReputationEntry[] {
    const now = this.#seconds();
    const seconds = Math.ceil(ms / 1_000) + 1;
    const found: ReputationEntry[] = [];
    for (let at = HEADER; at < this.#words.length; at += ENTRY) {
      if (Atomics.load(this.#words, at + 1) === 0) continue;
      if (now - Atomics.load(this.#words, at + 6) > seconds) continue;
      const entry = this.#entry(at, now);
      if (entry !== null) found.push(entry);
    }
    return found;
  }

  /** Puts back what an earlier process knew of a client. What is known of it here stands. */
  restore({ high, low, score, reasons, sinceMs }: ReputationEntry): void {
    const now = this.#seconds();
    if (this.#find(high, low) >= 0) return;
    this.#claim(high, low, now);
    const at = this.#find(high, low);
    if (at < 0 || !this.#move(at, this.#tag(high, low), score, now)) return;
    for (const word of [at + 4, at + 5]) Atomics.store(this.#words, word, 0);
    for (const reason of REPUTATION_REASONS) {
      for (let times = reasons[reason] ?? 0; times > 0; times--) this.#note(at, reason);
    }
    Atomics.store(this.#words, at + 6, now - Math.round(sinceMs / 1_000));
  }

  /** Those with the lowest scores below 0, worst first. Reads the whole table: for people, not for requests. */
  worst(most: number): ReputationEntry[] {
    const now = this.#seconds();
    const found: ReputationEntry[] = [];
    for (let at = HEADER; at < this.#words.length; at += ENTRY) {
      if (Atomics.load(this.#words, at + 1) === 0) continue;
      if (scoreOf(Atomics.load(this.#words, at), now) >= 0) continue;
      const entry = this.#entry(at, now);
      if (entry !== null) found.push(entry);
    }
    return found.sort((a, b) => a.score - b.score).slice(0, most);
  }

  /** Clients whose score is not 0 now, and how many were forgotten since the start because the table was full. */
  figures(): { readonly good: number; readonly bad: number; readonly evicted: number } {
    const now = this.#seconds();
    let good = 0;
    let bad = 0;
    for (let at = HEADER; at < this.#words.length; at += ENTRY) {
      if (Atomics.load(this.#words, at + 1) === 0) continue;
      const score = scoreOf(Atomics.load(this.#words, at), now);
      if (score > 0) good++;
      else if (score < 0) bad++;
    }
    return { good, bad, evicted: Atomics.load(this.#words, EVICTED) };
  }

  /** False: the entry has become another client's meanwhile. */
  #move(at: number, tag: number, points: number, now: number): boolean {
    for (;;) {
      const seen = Atomics.load(this.#words, at);
      if (Atomics.load(this.#words, at + 1) !== tag) return false;
      const score = scoreOf(seen, now);
      const next = stateOf(Math.min(BEST_REPUTATION, Math.max(WORST_REPUTATION, score + points)), now);
      if (Atomics.compareExchange(this.#words, at, seen, next) === seen) return true;
    }
  }

  /** Counts are read before the score: another thread that begins the entry anew moves the score before it counts. */
  #dropOldReasons(at: number, now: number): void {
    for (const word of [at + 4, at + 5]) {
      const seen = Atomics.load(this.#words, word);
      if (seen === 0 || scoreOf(Atomics.load(this.#words, at), now) !== 0) continue;
      Atomics.compareExchange(this.#words, word, seen, 0);
    }
  }

  #note(at: number, reason: ReputationReason): void {
    const index = REPUTATION_REASONS.indexOf(reason);
    const word = at + 4 + Math.trunc(index / REASONS_A_WORD);
    const shift = index % REASONS_A_WORD * BITS_A_REASON;
    for (;;) {
      const seen = Atomics.load(this.#words, word);
      if (((seen >>> shift) & MOST_TIMES) === MOST_TIMES) return;
      if (Atomics.compareExchange(this.#words, word, seen, seen + (1 << shift) | 0) === seen) return;
    }
  }

  /** null: it has become another client's meanwhile. */
  #entry(at: number, now: number): ReputationEntry | null {
    const words = this.#words;
    const [high, low] = [Atomics.load(words, at + 2), Atomics.load(words, at + 3)];
    const reasons: Partial<Record<ReputationReason, number>> = {};
    for (let i = 0; i < REPUTATION_REASONS.length; i++) {
      const word = Atomics.load(words, at + 4 + Math.trunc(i / REASONS_A_WORD));
      const times = (word >>> (i % REASONS_A_WORD * BITS_A_REASON)) & MOST_TIMES;
      if (times > 0) reasons[REPUTATION_REASONS[i]!] = times;
    }
    const score = scoreOf(Atomics.load(words, at), now);
    const sinceMs = Math.max(0, now - Atomics.load(words, at + 6)) * 1_000;
    return Atomics.load(words, at + 1) === this.#tag(high, low)
      ? { high, low, score, reasons, sinceMs }
      : null;
  }

  #find(high: number, low: number): number {
    const place = this.#place(high, low);
    const tag = this.#tag(high, low);
    for (let i = 0; i < WINDOW; i++) {
      const at = this.#at(place + i);
      if (Atomics.load(this.#words, at + 1) === tag) return at;
    }
    return -1;
  }

  /** Makes an entry with score 0, where no other thread does at this moment: look again. */
  #claim(high: number, low: number, now: number): void {
    const place = this.#place(high, low);
    const tag = this.#tag(high, low);
    const at = this.#victim(place, now);
    const seen = Atomics.load(this.#whole, at / 2);
    if (this.#find(high, low) >= 0) return;
    const mine = BigInt(tag) << 32n;
    if (Atomics.compareExchange(this.#whole, at / 2, seen, mine) !== seen) return;
    if (scoreOf(Number(BigInt.asIntN(32, seen)), now) !== 0) Atomics.add(this.#words, EVICTED, 1);
    Atomics.store(this.#words, at + 2, high);
    Atomics.store(this.#words, at + 3, low);
    // Two threads made the entry at once, each in another place: this one leaves where nothing was written to it yet.
    if (this.#hasTwin(place, tag, at)) Atomics.compareExchange(this.#whole, at / 2, mine, 0n);
  }

  #hasTwin(place: number, tag: number, own: number): boolean {
    for (let i = 0; i < WINDOW; i++) {
      const at = this.#at(place + i);
      if (at !== own && Atomics.load(this.#words, at + 1) === tag) return true;
    }
    return false;
  }

  /** A free entry of the window, else the one nearest to 0. */
  #victim(place: number, now: number): number {
    let best = this.#at(place);
    let least = Infinity;
    for (let i = 0; i < WINDOW; i++) {
      const at = this.#at(place + i);
      if (Atomics.load(this.#words, at + 1) === 0) return at;
      const weight = Math.abs(scoreOf(Atomics.load(this.#words, at), now));
      if (weight < least) {
        least = weight;
        best = at;
      }
    }
    return best;
  }

  #at(place: number): number {
    return HEADER + (place & (this.#entries - 1)) * ENTRY;
  }

  #place(high: number, low: number): number {
    return mix32(mix32(high ^ this.#words[0]!) ^ low);
  }

  /** Never 0, which stands for a free entry. */
  #tag(high: number, low: number): number {
    return mix32(mix32(low ^ this.#words[1]!) + high | 0) || 1;
  }

  #seconds(): number {
    return Math.trunc(this.#nowMs() / 1_000) & CIRCLE;
  }
}

/** The sign bit says that it is below 0, the rest is the second at which it is 0 again, on a circle of 2^31. */
function stateOf(score: number, now: number): number {
  if (score === 0) return 0;
  const zeroAt = (now + Math.round(Math.abs(score) * SECONDS_A_POINT)) & CIRCLE;
  return score < 0 ? zeroAt | 0x80000000 : zeroAt;
}

function scoreOf(state: number, now: number): number {
  if (state === 0) return 0;
  const left = ((state & CIRCLE) - now) & CIRCLE;
  // Beyond the end of the scale, on a circle, means past.
  if (left === 0 || left > REPUTATION_DECAY_MS / 1_000) return 0;
  const score = left / SECONDS_A_POINT;
  return state < 0 ? -score : score;
}
