/** What one window saw of the client that most of its requests were thought to come from. */
export interface MainClientWindow {
  readonly client: string;
  /** Of that client, exact. */
  readonly requests: number;
  /** Of all clients. */
  readonly total: number;
}

/**
 * Finds the one client that most requests come from, in constant memory: a majority vote (Boyer and Moore, 1981) names
 * the suspect of a window, and the window after it counts that one exactly.
 */
export class MainClient {
  #suspect = "";
  #requests = 0;
  #total = 0;
  #candidate = "";
  #votes = 0;

  note(client: string): void {
    this.#total++;
    if (client === this.#suspect) this.#requests++;
    if (this.#votes === 0) this.#candidate = client;
    this.#votes += client === this.#candidate ? 1 : -1;
  }

  /** Ends the window. null: nobody was suspected in it, or nothing came. */
  turn(): MainClientWindow | null {
    const seen = this.#suspect === "" || this.#total === 0
      ? null
      : { client: this.#suspect, requests: this.#requests, total: this.#total };
    if (this.#total > 0) this.#suspect = this.#candidate;
    this.#requests = 0;
    this.#total = 0;
    this.#votes = 0;
    return seen;
  }
}
