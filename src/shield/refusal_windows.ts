import { clientHigh, clientLow } from "../lib/client_words.ts";
import type { AddressWords } from "../lib/ip.ts";
import { createTaggedWords, TaggedWords } from "../lib/tagged_words.ts";

/** Spec 03, Shield limits: so many refusals in each of so many windows in a row, and the client is banned for a while. */
export const WINDOW_MS = 10_000;
const REFUSALS_A_WINDOW = 5;
const WINDOWS_IN_A_ROW = 3;
export const FLOOD_BAN_SECONDS = 60;

/** Bits of a state: refusals of the present window, full windows right before it, and which window it is. */
const COUNT_BITS = 3;
const STREAK_BITS = 2;
const COUNT_MASK = (1 << COUNT_BITS) - 1;
const STREAK_MASK = (1 << STREAK_BITS) - 1;
const WINDOW_SHIFT = COUNT_BITS + STREAK_BITS;
const CIRCLE = 2 ** (32 - WINDOW_SHIFT);

export type RefusalStep = "counted" | "flood";

/** Clients that are refused at once; beyond it see `TaggedWords`. `clients`: a power of two, at least 64. */
export function createRefusalWindows(clients: number): SharedArrayBuffer {
  return createTaggedWords(clients);
}

/**
 * Which clients go on after they were told to slow down: refusals of each in windows of 10 s, counted by all threads
 * together. Nothing is kept of a client that is never refused.
 */
export class RefusalWindows {
  readonly #states: TaggedWords;

  constructor(buffer: SharedArrayBuffer) {
    this.#states = new TaggedWords(buffer, weightOf);
  }

  /**
   * One more refusal. `nowMs`: of a clock that all threads agree on. "flood": the one that fills the last of the windows
   * in a row; said once, to one thread.
   */
  refused(client: AddressWords, nowMs: number): RefusalStep {
    const window = windowAt(nowMs);
    const place = this.#states.place(clientHigh(client), clientLow(client));
    const tag = this.#states.tag(clientHigh(client), clientLow(client));
    for (;;) {
      const entry = this.#states.find(place, tag);
      if (entry < 0) {
        if (this.#states.claim(place, tag, nextState(0, window), window)) return "counted";
        continue;
      }
      const seen = this.#states.load(entry);
      if (!this.#states.isOf(entry, tag)) continue;
      const next = nextState(seen, window);
      if (this.#states.swap(entry, seen, next)) return stepOf(seen, next);
    }
  }

  /** Forgets clients whose last refusal is too long ago to matter, in a part of the table. */
  sweep(part: number, parts: number, nowMs: number): void {
    const window = windowAt(nowMs);
    this.#states.sweep(part, parts, (state) => weightOf(state, window) <= 0);
  }

  /** Clients that were refused of late. */
  held(): number {
    return this.#states.held();
  }

  evicted(): number {
    return this.#states.evicted();
  }
}

/** The state after one more refusal in `window`. 0 is the state of a client that was never refused. */
function nextState(state: number, window: number): number {
  const ago = since(state, window);
  // A thread may stand a little behind the one that began the window.
  if (ago === 0 || ago === CIRCLE - 1) return countOf(state) < REFUSALS_A_WINDOW ? state + 1 : state;
  const goesOn = ago === 1 && countOf(state) === REFUSALS_A_WINDOW;
  // After a flood was told of, its windows are used up: the next one needs as many again.
  const streak = goesOn && streakOf(state) < WINDOWS_IN_A_ROW - 1 ? streakOf(state) + 1 : 0;
  return window << WINDOW_SHIFT | streak << COUNT_BITS | 1;
}

function stepOf(before: number, after: number): RefusalStep {
  if (before === after || countOf(after) < REFUSALS_A_WINDOW) return "counted";
  return streakOf(after) === WINDOWS_IN_A_ROW - 1 ? "flood" : "counted";
}

/** Those of the present window count most; a client that was quiet for a whole window weighs nothing. */
function weightOf(state: number, window: number): number {
  return since(state, window) > 1 ? 0 : streakOf(state) * REFUSALS_A_WINDOW + countOf(state);
}

/** Windows from the state's to `window`, on their circle. */
function since(state: number, window: number): number {
  return state === 0 ? CIRCLE : (window - (state >>> WINDOW_SHIFT) + CIRCLE) % CIRCLE;
}

function countOf(state: number): number {
  return state & COUNT_MASK;
}

function streakOf(state: number): number {
  return state >>> COUNT_BITS & STREAK_MASK;
}

function windowAt(nowMs: number): number {
  return Math.trunc(nowMs / WINDOW_MS) % CIRCLE;
}
