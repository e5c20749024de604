/**
 * Lets retries be at most a share of requests, so that a failing upstream is not buried under repeats. Each request
 * deposits `share`; a retry takes one whole. The balance is capped, so that a quiet hour saves up no storm.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #cap: number;
  #balance: number;

  /** `share`: 0.2 allows one retry for five requests. `cap`: most retries in a burst; it starts full. */
  constructor(share: number, cap: number) {
    this.#share = share;
    this.#cap = cap;
    this.#balance = cap;
  }

  deposit(): void {
    this.#balance = Math.min(this.#cap, this.#balance + this.#share);
  }

  /** True where one retry may be made; it is then taken from the balance. */
  take(): boolean {
    if (this.#balance < 1) return false;
    this.#balance -= 1;
    return true;
  }
}
