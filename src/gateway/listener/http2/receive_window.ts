/**
 * How much the client may send, on a stream or on the whole connection (RFC 9113, 5.2 and 6.9). It opens only as bytes
 * are taken, so it is also the most that is ever held; it grows while they are taken as fast as they come.
 */
export class ReceiveWindow {
  readonly #maxBytes: number;
  #size: number;
  #left: number;
  #taken = 0;

  /** `size`: what the client believes it to be. */
  constructor(size: number, maxBytes: number) {
    this.#size = size;
    this.#left = size;
    this.#maxBytes = maxBytes;
  }

  /** Takes a DATA frame off the window; false where it does not fit (FLOW_CONTROL_ERROR). */
  use(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /**
   * So many bytes are dealt with. Returns the increment to announce now, 0: none yet. `grows`: nothing is held, so the
   * window is what the client waits for.
   */
  give(bytes: number, grows: boolean): number {
    this.#taken += bytes;
    if (this.#taken * 2 < this.#size) return 0;
    let increment = this.#taken;
    this.#taken = 0;
    if (grows && this.#size < this.#maxBytes) {
      const size = Math.min(this.#size * 2, this.#maxBytes);
      increment += size - this.#size;
      this.#size = size;
    }
    this.#left += increment;
    return increment;
  }
}
