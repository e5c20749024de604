import process from "node:process";

/** Where time comes from. Only this file reads the machine's clock, so that a test can hold time in its hand. */
export interface Clock {
  /** Wall clock, milliseconds since 1970 (UTC). May jump. */
  now(): number;
  /** Milliseconds on a clock that never goes back; only differences mean something. */
  monotonic(): number;
  /** Milliseconds that this thread has computed; only differences mean something. Some systems count in tens. */
  threadCpu(): number;
}

export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  threadCpu() {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  },
});

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  #monotonic = 0;

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  threadCpu(): number {
    return this.#monotonic;
  }

  /** Sets the machine's clock, as an operator or NTP does: the others run on. */
  set(now: number): void {
    this.#now = now;
  }

  /** Moves all clocks forward by `ms`. */
  advance(ms: number): void {
    this.#now += ms;
    this.#monotonic += ms;
  }

  /** Sets the wall clock alone, as a person or a time server does. */
  jump(ms: number): void {
    this.#now += ms;
  }
}
