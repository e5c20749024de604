import type { Clock } from "../core/clock.ts";

/** Less is a time server's gentle correction, or the time that a computation took. */
const JUMP_MS = 2_000;

/**
 * Notices that the machine's clock was set, by comparing it with the monotonic one. `onJump` gets by how much (ms, below
 * 0: back), and is asked again at the next check where it says false: it could not follow. Call `check` before any end is reckoned from the wall clock.
 */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #onJump: (ms: number) => boolean;
  #difference: number;

  constructor(clock: Clock, onJump: (ms: number) => boolean) {
    this.#clock = clock;
    this.#onJump = onJump;
    this.#difference = clock.now() - clock.monotonic();
  }

  check(): void {
    const difference = this.#clock.now() - this.#clock.monotonic();
    const jump = difference - this.#difference;
    if (Math.abs(jump) < JUMP_MS) return;
    if (this.#onJump(Math.round(jump))) this.#difference = difference;
  }
}
