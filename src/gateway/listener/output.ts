import { Buffer } from "node:buffer";
import type { Socket } from "node:net";

/** What is gathered before it is written without waiting for the end of the turn. */
const COALESCE_BYTES = 16_384;
/** Room left behind a chunk for the framing that usually follows it. */
const SLACK_BYTES = 64;

/**
 * A socket's sending side: what is said in one turn leaves in one write. Everything handed in is copied, so that the
 * caller may reuse its buffers at once.
 */
export class Output {
  readonly #socket: Socket;
  #text = "";
  #buffer: Buffer | null = null;
  #length = 0;
  #scheduled = false;
  #handedBytes = 0;
  readonly #flushLater = () => {
    this.#scheduled = false;
    this.flush();
  };

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** True while the peer reads more slowly than we write; the codec's `drained` tells the end of it. */
  get congested(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** Bytes given to the socket that the kernel has not taken yet. */
  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  /** Bytes that the kernel has taken over the connection's life. */
  get sentBytes(): number {
    return this.#handedBytes - this.#socket.writableLength;
  }

  /** Adds a byte string. */
  text(text: string): void {
    if (this.#buffer === null) {
      this.#text += text;
      return;
    }
    this.#reserve(text.length);
    // After #reserve there is a buffer.
    this.#length += this.#buffer.write(text, this.#length, "latin1");
  }

  /** Adds a copy of `chunk`. */
  bytes(chunk: Uint8Array): void {
    this.#reserve(chunk.length);
    this.#buffer!.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  /** Writes at the end of this turn at the latest, now if much has gathered. */
  flushSoon(): void {
    if (this.#length >= COALESCE_BYTES) return this.flush();
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(this.#flushLater);
  }

  /** Hands all that was gathered to the socket. */
  flush(): void {
    const buffer = this.#buffer;
    if (buffer === null) {
      if (this.#text === "") return;
      const text = this.#text;
      this.#text = "";
      this.#handedBytes += text.length;
      if (!this.#socket.destroyed) this.#socket.write(text, "latin1");
      return;
    }
    this.#buffer = null;
    const length = this.#length;
    this.#length = 0;
    this.#handedBytes += length;
    if (!this.#socket.destroyed) this.#socket.write(buffer.subarray(0, length));
  }

  #reserve(bytes: number): void {
    const buffer = this.#buffer;
    if (buffer !== null) {
      const needed = this.#length + bytes;
      if (needed <= buffer.length) return;
      if (needed <= COALESCE_BYTES) {
        const grown = Buffer.allocUnsafe(Math.min(COALESCE_BYTES, needed * 2));
        buffer.copy(grown, 0, 0, this.#length);
        this.#buffer = grown;
        return;
      }
      this.flush();
    }
    const fresh = Buffer.allocUnsafe(this.#text.length + bytes + SLACK_BYTES);
    this.#length = fresh.write(this.#text, 0, "latin1");
    this.#text = "";
    this.#buffer = fresh;
  }
}
