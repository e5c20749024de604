import type { Clock } from "../core/clock.ts";

/**
 * [SECURITY] How much of a thread one request may take: so long, and so much more for each character that was judged.
 * A megabyte is judged about twice (its values and the text as a whole), so that it takes a quarter of a second at most;
 * honest text takes less than half of that. What is left then is not inspected, and the anomaly that says so is a
 * reason to refuse.
 */
const FREE_MS = 100;
const MS_PER_CHAR = 75e-6;
/** Characters between two looks at the clock. Every value counts so many more. */
const CHARS_PER_LOOK = 4 * 1024;
const CHARS_PER_VALUE = 64;

/**
 * The bound of one request, over all its calls. Time is that of the thread's own work: what others take from it on a
 * busy machine makes no request suspicious.
 */
export class WorkBound {
  readonly #clock: Clock;
  #chars = 0;
  #charsToLook = CHARS_PER_LOOK;
  /** Of the calls that are over. */
  #spentMs = 0;
  /** Null: this call has not judged enough to be looked at. */
  #call: { readonly startMs: number; readonly startCpuMs: number } | null = null;
  #isExhausted = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get exhausted(): boolean {
    return this.#isExhausted;
  }

  /** Counts a value about to be judged. False: there is no time left for it. */
  allows(chars: number): boolean {
    this.#chars += chars;
    this.#charsToLook -= chars + CHARS_PER_VALUE;
    if (this.#charsToLook > 0 || this.#isExhausted) return !this.#isExhausted;
    this.#charsToLook = CHARS_PER_LOOK;
    this.#call ??= { startMs: this.#clock.monotonic(), startCpuMs: this.#clock.threadCpu() };
    this.#isExhausted = this.#isOver(this.#call.startMs, this.#call.startCpuMs);
    return !this.#isExhausted;
  }

  /** The wall clock is asked first: reading the thread's costs some microseconds, and it is never ahead. */
  #isOver(startMs: number, startCpuMs: number): boolean {
    const allowedMs = FREE_MS + this.#chars * MS_PER_CHAR - this.#spentMs;
    if (this.#clock.monotonic() - startMs < allowedMs) return false;
    return this.#clock.threadCpu() - startCpuMs >= allowedMs;
  }

  /** A call is over: what the thread does until the next one is not this request's. */
  endCall(): void {
    if (this.#call === null) return;
    this.#spentMs += Math.min(
      this.#clock.monotonic() - this.#call.startMs,
      this.#clock.threadCpu() - this.#call.startCpuMs,
    );
    this.#call = null;
  }
}
