import type { Clock } from "./clock.ts";

/** How far a thread's clock may stand from that of the others when it begins; beyond it the machine's was set. */
const NEAR_MS = 10_000;

/** Memory for `SteadyTime`: the latest time that any thread has told, a double. */
export function createSteadyTime(): SharedArrayBuffer {
  return new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
}

/**
 * Milliseconds that all threads agree on and that never go back or jump, whatever is done to the machine's clock: what
 * limits and reputations in shared memory are counted by. It begins as the wall clock and from then on runs by each
 * thread's monotonic one (whose zero is another in each thread). Only differences mean something.
 *
 * A thread that begins after the machine's clock was set takes the time of the others, and one that has fallen behind
 * takes the latest that any has told: `tell` has to be called about once a second.
 */
export class SteadyTime {
  readonly #latest: Float64Array;
  readonly #clock: Clock;
  #offset: number;

  constructor(memory: SharedArrayBuffer, clock: Clock) {
    this.#latest = new Float64Array(memory);
    this.#clock = clock;
    const wall = clock.now();
    const latest = this.#latest[0]!;
    const begin = latest === 0 || Math.abs(wall - latest) <= NEAR_MS ? Math.max(wall, latest) : latest;
    this.#offset = begin - clock.monotonic();
    this.#latest[0] = begin;
  }

  now(): number {
    return this.#clock.monotonic() + this.#offset;
  }

  /** Tells the others this thread's time, or takes theirs where it is later. */
  tell(): void {
    const mine = this.now();
    const latest = this.#latest[0]!;
    if (latest > mine) this.#offset += latest - mine;
    else this.#latest[0] = mine;
  }
}
