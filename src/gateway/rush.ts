/** Fewer connections than this leave nothing behind that is worth a collection. */
const CROWD = 128;
/** Gone is a rush when of its connections only this share is left. */
const LEFT = 1 / 4;
/** Looks between two of them: connections that come and go in waves are no reason to stop the thread again and again. */
const REST = 30;

/**
 * Tells when a rush of connections is over. What their buffers left behind lies outside of V8's heap, where an isolate
 * that falls idle sees no reason to collect it: 10 to 40 MB a gateway after 400 clients that did not read (measured).
 * Collected, the next rush uses that memory again instead of adding to it.
 */
export class Rush {
  #most = 0;
  #rest = 0;

  /** `open`: connections now; to be called about once a second. True: a rush is over, once for each. */
  isOver(open: number): boolean {
    this.#most = Math.max(this.#most, open);
    if (this.#rest > 0) this.#rest--;
    if (this.#rest > 0 || this.#most < CROWD || open > this.#most * LEFT) return false;
    this.#most = open;
    this.#rest = REST;
    return true;
  }
}
