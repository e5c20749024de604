/**
 * Coders of one thread: each takes memory for as long as its answer runs, and a client can ask for many. Beyond the
 * limit answers go out as they are.
 */
export class EncoderRoom {
  readonly #most: number;
  #running = 0;

  constructor(most = 256) {
    this.#most = most;
  }

  get running(): number {
    return this.#running;
  }

  take(): boolean {
    if (this.#running >= this.#most) return false;
    this.#running++;
    return true;
  }

  give(): void {
    this.#running--;
  }
}
