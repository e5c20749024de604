import { Buffer } from "node:buffer";

/** Pieces below this share room with their neighbours: an object for each byte would be a hundred times its size. */
const SMALL_BYTES = 1_024;
const ROOM_BYTES = 4_096;

/** Copies of pieces of bytes, first in, first out. Small ones are put together, so that memory is about `length`. */
export class PieceQueue {
  readonly #pieces: Buffer[] = [];
  /** Where small pieces gather, behind all others; null: nowhere. */
  #room: Buffer | null = null;
  #roomUsed = 0;
  #length = 0;

  /** Bytes in it. */
  get length(): number {
    return this.#length;
  }

  /** Adds a copy of `chunk`. */
  push(chunk: Uint8Array): void {
    this.#length += chunk.length;
    if (chunk.length >= SMALL_BYTES) {
      this.#seal();
      this.#pieces.push(Buffer.from(chunk));
      return;
    }
    if (this.#room === null || this.#roomUsed + chunk.length > ROOM_BYTES) {
      this.#seal();
      this.#room = Buffer.allocUnsafeSlow(ROOM_BYTES);
    }
    this.#room.set(chunk, this.#roomUsed);
    this.#roomUsed += chunk.length;
  }

  /** Takes at most `most` bytes from the front, one piece at a time. There must be some. */
  take(most: number): Buffer {
    if (this.#pieces.length === 0) this.#seal();
    const first = this.#pieces[0]!;
    const size = Math.min(first.length, most);
    this.#length -= size;
    if (size === first.length) return this.#pieces.shift()!;
    this.#pieces[0] = first.subarray(size);
    return first.subarray(0, size);
  }

  #seal(): void {
    if (this.#room === null) return;
    this.#pieces.push(this.#room.subarray(0, this.#roomUsed));
    this.#room = null;
    this.#roomUsed = 0;
  }
}
