import { Buffer } from "node:buffer";
import { CR, LF } from "../listener/http1/characters.ts";

/** Bytes of a response's head, status line to empty line. */
export const MAX_HEAD_BYTES = 65_536;

const EMPTY: Buffer = Buffer.alloc(0);

/** Gathers a head, in whatever pieces it arrives, up to and with its empty line. Copies only what comes in pieces. */
export class HeadReader {
  /** Once complete, `bytes[0, end)` is the head with its empty line; `bytes` is only valid during the call. */
  bytes: Buffer = EMPTY;
  end = 0;
  /** Why it was refused, null where it was not. */
  failure: string | null = null;
  #held: Buffer = EMPTY;
  #heldLength = 0;

  /** True where nothing of a head has arrived yet. */
  get empty(): boolean {
    return this.#heldLength === 0;
  }

  /** Returns how many bytes of `chunk` belong to the head, or -1 where it is not complete (or refused). */
  take(chunk: Buffer, start: number): number {
    const held = this.#heldLength;
    if (held === 0) {
      const end = this.#scan(chunk, start, start, chunk.length);
      if (end >= 0) {
        this.bytes = start === 0 ? chunk : chunk.subarray(start);
        this.end = end - start;
        return this.end;
      }
      if (this.failure === null) this.#hold(chunk, start);
      return -1;
    }
    this.#hold(chunk, start);
    const end = this.#scan(this.#held, 0, held, this.#heldLength);
    if (end < 0) return -1;
    this.bytes = this.#held;
    this.end = end;
    this.#held = EMPTY;
    this.#heldLength = 0;
    return end - held;
  }

  /**
   * Position after the empty line, or -1. Looks at every LF from `from`.
   * [SECURITY] A line that ends in a bare LF ends elsewhere for another parser (RFC 9112 §2.2, CWE-444).
   */
  #scan(bytes: Buffer, start: number, from: number, end: number): number {
    const limit = Math.min(end, start + MAX_HEAD_BYTES);
    for (let i = from; i < limit; i++) {
      if (bytes[i] !== LF) continue;
      if (i === start || bytes[i - 1] !== CR) {
        this.failure = "LF without CR in the response head";
        return -1;
      }
      if (i >= start + 3 && bytes[i - 2] === LF) return i + 1;
    }
    if (end - start > MAX_HEAD_BYTES) this.failure = `response head is over ${MAX_HEAD_BYTES} bytes`;
    return -1;
  }

  #hold(chunk: Buffer, start: number): void {
    const needed = this.#heldLength + chunk.length - start;
    if (needed > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#held.length * 2, 1_024));
      this.#held.copy(grown, 0, 0, this.#heldLength);
      this.#held = grown;
    }
    chunk.copy(this.#held, this.#heldLength, start);
    this.#heldLength = needed;
  }
}
