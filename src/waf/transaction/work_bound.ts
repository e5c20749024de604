import type { Clock } from "../../core/clock.ts";

/**
 * [SECURITY] How much of a thread one request may take: so long, and so much more for each character that was judged.
 * What is left then is not inspected, and the anomaly that says so is a reason to refuse.
 *
 * Honest text takes a tenth of a microsecond a character. Where it takes several times that again and again, the text
 * was made for it, and the bound is a strict one: a quarter of a second for a megabyte.
 */
const LENIENT = { freeMs: 150, msPerChar: 4e-4 };
const STRICT = { freeMs: 80, msPerChar: 1.5e-4 };
/** What is refused already is only looked at for more to tell. */
const REFUSED = { freeMs: 40, msPerChar: 0 };
const SLOW_MS_PER_CHAR = 6e-4;
/** The first texts after the start are slow because patterns are compiled when they first run. */
const SLOW_LOOKS = 4;

/** Characters between two looks at the clock. Every value counts so many more. */
const CHARS_PER_LOOK = 4 * 1024;
/** Before the first: reading the clocks costs as much as judging a short body, which so many are not. */
const CHARS_TO_FIRST_LOOK = 8 * 1024;
const CHARS_PER_VALUE = 64;

/**
 * The bound of one request, over all its calls. Time is that of the thread's own work: what others take from it on a
 * busy machine makes no request suspicious.
 */
export class WorkBound {
  readonly #clock: Clock;
  #chars = 0;
  #charsToLook = CHARS_TO_FIRST_LOOK;
  /** Of the calls that are over. */
  #spentMs = 0;
  #charsAtLook = 0;
  #lookMs = 0;
  #slowLooks = 0;
  /** Null: this call has not judged enough to be looked at. */
  #call: { readonly startMs: number; readonly startCpuMs: number } | null = null;
  #isExhausted = false;
  /** The request is refused, whatever else is found in it. */
  isRefused = false;

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
    this.#isExhausted = this.#look();
    return !this.#isExhausted;
  }

  /** True where the bound is reached. Reading the thread's clock costs some microseconds; it is never ahead of the wall's. */
  #look(): boolean {
    const nowMs = this.#clock.monotonic();
    if (this.#call === null) {
      this.#call = { startMs: nowMs, startCpuMs: this.#clock.threadCpu() };
    } else if (nowMs - this.#lookMs > (this.#chars - this.#charsAtLook) * SLOW_MS_PER_CHAR) this.#slowLooks++;
    this.#lookMs = nowMs;
    this.#charsAtLook = this.#chars;
    const { freeMs, msPerChar } = this.isRefused ? REFUSED : this.#slowLooks < SLOW_LOOKS ? LENIENT : STRICT;
    const allowedMs = freeMs + this.#chars * msPerChar - this.#spentMs;
    if (nowMs - this.#call.startMs < allowedMs) return false;
    return this.#clock.threadCpu() - this.#call.startCpuMs >= allowedMs;
  }

  /** A call goes on with what another left: all of its time counts. */
  beginCall(): void {
    this.#call = { startMs: this.#clock.monotonic(), startCpuMs: this.#clock.threadCpu() };
    this.#lookMs = this.#call.startMs;
    this.#charsAtLook = this.#chars;
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
