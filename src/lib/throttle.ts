/** Lets bytes through at a rate, up to one second's worth at once. What is over it makes the next wait longer. */
export class Throttle {
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  /** `nowMs`: on a clock that never goes back. */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#at = nowMs;
  }

  /** `bytes` pass now; returns how many milliseconds the next ones have to wait. */
  take(bytes: number, nowMs: number): number {
    this.#tokens = Math.min(this.#perSecond, this.#tokens + (nowMs - this.#at) * this.#perSecond / 1_000) -
      bytes;
    this.#at = nowMs;
    return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens * 1_000 / this.#perSecond);
  }
}
