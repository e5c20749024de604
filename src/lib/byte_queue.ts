import { Buffer } from "node:buffer";

const EMPTY = Buffer.alloc(0);

/**
 * Bytes that came in and are not used yet, in one piece. A chunk that arrives when nothing waits is only referred to;
 * it is copied when more arrives behind an unused rest, into room that doubles, so that many small pieces cost linear
 * time. The unused bytes are `buffer[start, end)`.
 */
export class ByteQueue {
  buffer: Buffer = EMPTY;
  start = 0;
  end = 0;
  /** True where `buffer` was allocated here and may be written to. */
  #owned = false;

  get length(): number {
    return this.end - this.start;
  }

  append(chunk: Buffer): void {
    const length = this.end - this.start;
    if (length === 0) {
      this.buffer = chunk;
      this.start = 0;
      this.end = chunk.length;
      this.#owned = false;
      return;
    }
    const needed = length + chunk.length;
    if (!this.#owned || this.end + chunk.length > this.buffer.length) {
      const target = this.#owned && needed * 2 <= this.buffer.length
        ? this.buffer
        : Buffer.allocUnsafeSlow(Math.max(1_024, needed * 2));
      this.buffer.copy(target, 0, this.start, this.end);
      this.buffer = target;
      this.#owned = true;
      this.start = 0;
      this.end = length;
    }
    chunk.copy(this.buffer, this.end);
    this.end += chunk.length;
  }

  /** Takes everything up to `position` (of `buffer`) as used. */
  consumeTo(position: number): void {
    this.start = position;
    if (position >= this.end) this.clear();
  }

  clear(): void {
    this.buffer = EMPTY;
    this.start = 0;
    this.end = 0;
    this.#owned = false;
  }
}
