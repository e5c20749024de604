import type { Clock } from "../../core/clock.ts";
import type { CircuitBreaker } from "../../core/host.ts";

export type BreakerState = "closed" | "open" | "half-open";

/** Answers of `admit` besides the ticket of a probe, which is 0 or more. */
export const REFUSED = -2;
export const NO_TICKET = -1;

/** Int32 words of one breaker: its state (first), when it last opened or closed, how often it opened, and this run's paths. */
const CHANGED_AT = 1;
const OPENINGS = 2;
const PATHS = 3;
/** Most failures that a threshold can ask for: each has room for its path. */
export const MOST_FAILURES = 32;
const WIDTH = PATHS + MOST_FAILURES + 1;

/** Fields of the state word. What is counted: failures while closed, successes while half-open. */
const CLOSED = 0;
const OPEN = 1;
const HALF_OPEN = 2;
const STATE_MASK = 3;
const COUNT_SHIFT = 2;
const COUNT_MASK = 0x7f;
const PROBES_SHIFT = 9;
const PROBES_MASK = 0x3f;
const RUN_SHIFT = 15;
const RUN_MASK = 0xffff;
/** Low bits of a remembered path: which run it belongs to. */
const PATH_RUN_MASK = 0x3ff;

/** A target whose breaker has just closed gets its weight back in quarters over this time. */
const RETURN_MS = 10_000;

const NAMES: readonly BreakerState[] = ["closed", "open", "half-open"];

export function breakerBytes(cells: number): number {
  return cells * WIDTH * Int32Array.BYTES_PER_ELEMENT;
}

/**
 * Circuit breakers of all targets, in memory that all gateways share (spec 01, Balancing and health).
 *
 * State, count, probes under way and the number of the run stand in one word, and every step is one compare-exchange
 * of it: of two threads that take the last half-open slot at once exactly one gets it. The run number grows with every
 * change that makes earlier requests irrelevant; a probe's ticket is that number, so that what comes back from an
 * earlier run moves nothing. Nothing waits and nothing is locked.
 */
export class Breakers {
  readonly #words: Int32Array;
  readonly #clock: Clock;

  constructor(buffer: SharedArrayBuffer, byteOffset: number, cells: number, clock: Clock) {
    this.#words = new Int32Array(buffer, byteOffset, cells * WIDTH);
    this.#clock = clock;
  }

  /** As people read it. An open one whose time is over is still `open` until a request probes it. */
  state(slot: number): BreakerState {
    return NAMES[Atomics.load(this.#words, slot * WIDTH) & STATE_MASK]!;
  }

  /** Times that it opened since the target got its cell. */
  openings(slot: number): number {
    return Atomics.load(this.#words, slot * WIDTH + OPENINGS);
  }

  /**
   * Share of its weight that the target gets, 0.25 to 1: less while it returns, so that what was kept from it does not
   * fall upon it at once.
   */
  share(slot: number): number {
    const at = slot * WIDTH;
    if (Atomics.load(this.#words, at + OPENINGS) === 0) return 1;
    if ((Atomics.load(this.#words, at) & STATE_MASK) !== CLOSED) return 1;
    const passed = (this.#clock.now() | 0) - Atomics.load(this.#words, at + CHANGED_AT) | 0;
    return passed < 0 || passed >= RETURN_MS ? 1 : (Math.trunc(passed * 4 / RETURN_MS) + 1) / 4;
  }

  /** True where `admit` would let a request through now. */
  wouldAdmit(slot: number, settings: CircuitBreaker): boolean {
    const word = Atomics.load(this.#words, slot * WIDTH);
    switch (word & STATE_MASK) {
      case CLOSED:
        return true;
      case OPEN:
        return this.#hasRested(slot, settings);
      default:
        return probesOf(word) < settings.half_open_max_requests;
    }
  }

  /**
   * Asks for a request's way to the target: `REFUSED`, `NO_TICKET` while closed, else the ticket of a probe, which has
   * to come back exactly once through `succeeded`, `failed` or `released`.
   */
  admit(slot: number, settings: CircuitBreaker): number {
    const at = slot * WIDTH;
    for (;;) {
      const word = Atomics.load(this.#words, at);
      const state = word & STATE_MASK;
      if (state === CLOSED) return NO_TICKET;
      if (state === OPEN) {
        if (!this.#hasRested(slot, settings)) return REFUSED;
        const next = pack(HALF_OPEN, 0, 1, runOf(word) + 1);
        if (this.#swap(at, word, next)) return runOf(next);
      } else {
        if (probesOf(word) >= settings.half_open_max_requests) return REFUSED;
        if (this.#swap(at, word, word + (1 << PROBES_SHIFT))) return runOf(word);
      }
    }
  }

  /** The target answered, and not with 5xx. */
  succeeded(slot: number, ticket: number, settings: CircuitBreaker): void {
    const at = slot * WIDTH;
    for (;;) {
      const word = Atomics.load(this.#words, at);
      const state = word & STATE_MASK;
      let next: number;
      if (state === CLOSED) {
        if (countOf(word) === 0) return;
        next = pack(CLOSED, 0, 0, runOf(word) + 1);
      } else if (state === OPEN || ticket !== runOf(word)) return;
      else {
        const successes = countOf(word) + 1;
        if (successes >= settings.success_threshold) {
          Atomics.store(this.#words, at + CHANGED_AT, this.#clock.now() | 0);
        }
        next = successes >= settings.success_threshold
          ? pack(CLOSED, 0, 0, runOf(word) + 1)
          : pack(HALF_OPEN, successes, probesOf(word) - 1, runOf(word));
      }
      if (this.#swap(at, word, next)) return;
    }
  }

  /**
   * The target failed. `path`: hash of the path where it answered 5xx, so that one broken page counts once in a run
   * of failures; 0 for a failure of the target itself (no connection, no answer, garbage), which always counts.
   */
  failed(slot: number, ticket: number, path: number, settings: CircuitBreaker): void {
    const at = slot * WIDTH;
    let noted = -1;
    for (;;) {
      const word = Atomics.load(this.#words, at);
      const state = word & STATE_MASK;
      const run = runOf(word);
      if (state === OPEN || (state === HALF_OPEN && ticket !== run)) return;
      if (state === CLOSED) {
        if (path !== 0 && noted !== run && !this.#notePath(at, path, run)) return;
        noted = run;
        const failures = countOf(word) + 1;
        if (failures < settings.failure_threshold) {
          if (this.#swap(at, word, pack(CLOSED, failures, 0, run))) return;
          continue;
        }
      }
      // Before the state, so that nobody sees it open since an earlier time.
      Atomics.store(this.#words, at + CHANGED_AT, this.#clock.now() | 0);
      if (this.#swap(at, word, pack(OPEN, 0, 0, run + 1))) {
        Atomics.add(this.#words, at + OPENINGS, 1);
        return;
      }
    }
  }

  /** A probe ended without saying anything of the target: its client left, or it never began. */
  released(slot: number, ticket: number): void {
    const at = slot * WIDTH;
    for (;;) {
      const word = Atomics.load(this.#words, at);
      if ((word & STATE_MASK) !== HALF_OPEN || ticket !== runOf(word)) return;
      if (this.#swap(at, word, word - (1 << PROBES_SHIFT))) return;
    }
  }

  /** The cell belongs to another target now. Tickets that are out are worth nothing. */
  reset(slot: number): void {
    const at = slot * WIDTH;
    this.#restart(at, CLOSED);
    Atomics.store(this.#words, at + OPENINGS, 0);
  }

  /** A thread has died and took the tickets it held along: every half-open period begins anew. */
  forgetProbes(): void {
    for (let at = 0; at < this.#words.length; at += WIDTH) {
      if ((Atomics.load(this.#words, at) & STATE_MASK) === HALF_OPEN) this.#restart(at, HALF_OPEN);
    }
  }

  #restart(at: number, state: number): void {
    for (;;) {
      const word = Atomics.load(this.#words, at);
      if (this.#swap(at, word, pack(state, 0, 0, runOf(word) + 1))) return;
    }
  }

  /** False where this run has counted the path already. */
  #notePath(at: number, path: number, run: number): boolean {
    const words = this.#words;
    const tag = run & PATH_RUN_MASK;
    const wanted = ((path & ~PATH_RUN_MASK) | tag) || (PATH_RUN_MASK + 1);
    for (let i = 0; i < MOST_FAILURES;) {
      const known = Atomics.load(words, at + PATHS + i);
      if (known === wanted) return false;
      const isOfThisRun = known !== 0 && (known & PATH_RUN_MASK) === tag;
      if (!isOfThisRun && Atomics.compareExchange(words, at + PATHS + i, known, wanted) !== known) continue;
      if (!isOfThisRun) return true;
      i++;
    }
    return true;
  }

  /** A clock that was set back does not hold a target for longer than its own time. */
  #hasRested(slot: number, settings: CircuitBreaker): boolean {
    const passed = (this.#clock.now() | 0) - Atomics.load(this.#words, slot * WIDTH + CHANGED_AT) | 0;
    return passed >= settings.open_timeout_ms || passed < -settings.open_timeout_ms;
  }

  #swap(at: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, at, from, to) === from;
  }
}

function pack(state: number, count: number, probes: number, run: number): number {
  return state | (count << COUNT_SHIFT) | (probes << PROBES_SHIFT) | ((run & RUN_MASK) << RUN_SHIFT);
}

function countOf(word: number): number {
  return (word >>> COUNT_SHIFT) & COUNT_MASK;
}

function probesOf(word: number): number {
  return (word >>> PROBES_SHIFT) & PROBES_MASK;
}

function runOf(word: number): number {
  return (word >>> RUN_SHIFT) & RUN_MASK;
}
