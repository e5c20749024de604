/** One window of the statistics (spec 03, Anomalies). */
export const WINDOW_MS = 60_000;
/** Share of the newest window in mean and variance. */
const ALPHA = 0.1;
/** Standard deviations over the mean … */
const SIGMAS = 3;
/** … with at least so many requests a second, and at least so many times the mean, are an attack. */
const LEAST_RPS = 10;
const LEAST_FACTOR = 5;
/** Windows that are learned from before there is a verdict. */
const LEAST_WINDOWS = 30;
/** Windows in a row within the usual that end it. */
const CALM_WINDOWS = 3;

export type AnomalyChange = "began" | "ended" | null;

/**
 * Whether one host, or the process, gets far more requests than usual: a mean and a variance of requests a second, both
 * moving averages that weigh the newest window by a tenth. Windows of an attack do not enter them, so that one that
 * lasts does not become the usual; nor do the calm ones that end it, so that it may flare up again.
 */
export class AnomalyWindow {
  #mean = 0;
  #variance = 0;
  #windows = 0;
  #calm = 0;
  #isUnderAttack = false;

  get isUnderAttack(): boolean {
    return this.#isUnderAttack;
  }

  /** Requests a second that are usual; null before there is a verdict. */
  get usual(): number | null {
    return this.#windows < LEAST_WINDOWS ? null : this.#mean;
  }

  /** Requests a second of the window that is over. Says what has changed by it. */
  add(rps: number): AnomalyChange {
    const isUnusual = this.#isUnusual(rps);
    if (this.#isUnderAttack) return this.#goOn(isUnusual);
    if (isUnusual) {
      this.#isUnderAttack = true;
      this.#calm = 0;
      return "began";
    }
    this.#learn(rps);
    return null;
  }

  /** Nothing is judged for now: an attack ends, what was learned stays. */
  rest(): AnomalyChange {
    if (!this.#isUnderAttack) return null;
    this.#isUnderAttack = false;
    return "ended";
  }

  #goOn(isUnusual: boolean): AnomalyChange {
    this.#calm = isUnusual ? 0 : this.#calm + 1;
    if (this.#calm < CALM_WINDOWS) return null;
    this.#isUnderAttack = false;
    return "ended";
  }

  #isUnusual(rps: number): boolean {
    if (this.#windows < LEAST_WINDOWS || rps < LEAST_RPS) return false;
    return rps >= this.#mean * LEAST_FACTOR && rps > this.#mean + SIGMAS * Math.sqrt(this.#variance);
  }

  /** The first window is the mean. Variance by West's update for exponential weights (West 1979). */
  #learn(rps: number): void {
    this.#windows++;
    if (this.#windows === 1) {
      this.#mean = rps;
      return;
    }
    const difference = rps - this.#mean;
    this.#mean += ALPHA * difference;
    this.#variance = (1 - ALPHA) * (this.#variance + ALPHA * difference * difference);
  }
}
