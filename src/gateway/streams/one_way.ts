import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";
import { Throttle } from "../../lib/throttle.ts";

/**
 * One direction of a relay: what comes from one socket goes to the other. It reads no further while the other does not
 * take more or its rate is used up, so it holds what one read brought and what waits in the socket, and no more.
 */
export class OneWay {
  /** Bytes that went through. */
  bytes = 0;
  /** The end has been passed on. */
  ended = false;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #clock: Clock;
  readonly #throttle: Throttle | null;
  #congested = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** `rate`: bytes a second; 0: no limit. */
  constructor(from: Socket, to: Socket, rate: number, clock: Clock) {
    this.#from = from;
    this.#to = to;
    this.#clock = clock;
    this.#throttle = rate === 0 ? null : new Throttle(rate, clock.monotonic());
  }

  data(chunk: Buffer): void {
    if (this.#stopped || this.ended) return;
    this.bytes += chunk.length;
    this.#congested = !this.#to.write(chunk);
    if (this.#throttle !== null) this.#slowDown(this.#throttle.take(chunk.length, this.#clock.monotonic()));
    if (this.#congested) this.#from.pause();
  }

  /** The receiving socket takes more. */
  drained(): void {
    this.#congested = false;
    this.#goOn();
  }

  /** The sending side is done; the other way goes on (half-close). */
  end(): void {
    if (this.ended || this.#stopped) return;
    this.ended = true;
    this.#to.end();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #slowDown(waitMs: number): void {
    if (waitMs === 0 || this.#timer !== undefined) return;
    this.#from.pause();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#goOn();
    }, waitMs);
  }

  #goOn(): void {
    if (!this.#stopped && !this.#congested && this.#timer === undefined) this.#from.resume();
  }
}
