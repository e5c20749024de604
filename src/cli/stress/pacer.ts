import type { Clock } from "../../core/clock.ts";

/** Hands out the numbers of requests, each not before its time. */
export class Pacer {
  readonly #total: number;
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  readonly #startedAt: number;
  #given = 0;

  /** `rate`: numbers a second; 0: at once. */
  constructor(total: number, rate: number, clock: Clock, stop: AbortSignal) {
    this.#total = total;
    this.#everyMs = rate === 0 ? 0 : 1_000 / rate;
    this.#clock = clock;
    this.#stop = stop;
    this.#startedAt = clock.monotonic();
  }

  /** The next number once its time has come; null where there is none any more, or the run was stopped. */
  async next(): Promise<number | null> {
    if (this.#given >= this.#total || this.#stop.aborted) return null;
    const i = this.#given++;
    const wait = this.#startedAt + i * this.#everyMs - this.#clock.monotonic();
    if (this.#everyMs > 0 && wait > 0) await pause(wait, this.#stop);
    return this.#stop.aborted ? null : i;
  }
}

/** Resolves after `ms`, or when `stop` says so. */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener("abort", end);
  });
}
