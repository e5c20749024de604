import type { Turn } from "../lib/turn.ts";
import type { Clock } from "./clock.ts";

/**
 * A clock that stands still within a turn of the event loop: what happens in one turn happens at one moment, and a
 * request, which would ask ten times, asks once or twice for all that its turn carries.
 *
 * It lags by the turn's length at most. Whoever measures work within a turn, or has done much of it, calls `catchUp`.
 */
export class TurnClock implements Clock {
  readonly #clock: Clock;
  readonly #turn: Turn;
  /** Below 0: not asked for in this turn. */
  #at = -1;
  /** The wall clock's, likewise. */
  #wall = -1;
  readonly #forget = () => {
    this.#at = -1;
    this.#wall = -1;
  };

  constructor(clock: Clock, turn: Turn) {
    this.#clock = clock;
    this.#turn = turn;
  }

  now(): number {
    if (this.#wall < 0) this.#read();
    return this.#wall;
  }

  monotonic(): number {
    const at = this.#at;
    return at >= 0 ? at : this.#read();
  }

  threadCpu(): number {
    return this.#clock.threadCpu();
  }

  /** The time as it is now, from now on for everybody. */
  catchUp(): number {
    return this.#at < 0 ? this.#read() : this.#at = this.#clock.monotonic();
  }

  #read(): number {
    this.#turn.atEnd(this.#forget);
    this.#wall = this.#clock.now();
    return this.#at = this.#clock.monotonic();
  }
}
