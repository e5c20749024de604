/** Requests in flight, without tunnels and event streams, that are too many (spec 03, Challenge). */
const MOST_IN_FLIGHT = 200;
/** How long it has to be so many before everybody is asked. */
const LASTS_MS = 5_000;
/** At this many it is over. */
const CALM_IN_FLIGHT = MOST_IN_FLIGHT / 2;

/** Tells when there are so many requests in flight that everybody has to prove something. */
export class HighLoad {
  #since: number | null = null;
  #isHigh = false;

  get isHigh(): boolean {
    return this.#isHigh;
  }

  /** `now`: monotonic milliseconds. Call it every second or oftener. True: it is high from now on, or no longer. */
  look(inFlight: number, now: number): boolean {
    if (this.#isHigh) {
      if (inFlight > CALM_IN_FLIGHT) return false;
      this.#isHigh = false;
      this.#since = null;
      return true;
    }
    if (inFlight < MOST_IN_FLIGHT) {
      this.#since = null;
      return false;
    }
    this.#since ??= now;
    this.#isHigh = now - this.#since >= LASTS_MS;
    return this.#isHigh;
  }
}
