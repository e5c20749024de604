import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { writeByteString, type WriteRoom } from "../../lib/write_room.ts";

/** What is gathered before it is written without waiting for the end of the turn. */
const COALESCE_BYTES = 16_384;
/** Room left behind a chunk for the framing that usually follows it. */
const SLACK_BYTES = 64;
/** Where the room that all share is taken: what is begun with, and what it grows to before it is written. */
const FIRST_BYTES = 2_048;
const MOST_BYTES = 65_536;

/**
 * A socket's sending side: what is said in one turn leaves in one write. Everything handed in is copied, so that the
 * caller may reuse its buffers at once.
 */
export class Output {
  readonly #socket: Socket;
  readonly #room: WriteRoom;
  #text = "";
  #buffer: Buffer | null = null;
  #length = 0;
  #scheduled = false;
  #handedBytes = 0;
  readonly #flushLater = () => {
    this.#scheduled = false;
    this.flush();
  };

  constructor(socket: Socket, room: WriteRoom) {
    this.#socket = socket;
    this.#room = room;
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
    const buffer = this.#reserve(text.length);
    this.#length += writeByteString(buffer, this.#length, text);
  }

  /** Adds a copy of `chunk`. */
  bytes(chunk: Uint8Array): void {
    const buffer = this.#reserve(chunk.length);
    buffer.set(chunk, this.#length);
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
    const socket = this.#socket;
    if (socket.destroyed) return this.#room.give(buffer);
    this.#room.send(socket, buffer, length);
  }

  /** A buffer with room for `bytes` more, behind what has gathered. */
  #reserve(bytes: number): Buffer {
    const buffer = this.#buffer;
    if (buffer !== null) {
      const length = this.#length + bytes;
      if (length <= buffer.length) return buffer;
      if (length <= MOST_BYTES) return this.#grow(buffer, length);
      this.flush();
    }
    const fresh = this.#room.take(Math.max(FIRST_BYTES, this.#text.length + bytes + SLACK_BYTES));
    this.#length = writeByteString(fresh, 0, this.#text);
    this.#text = "";
    this.#buffer = fresh;
    return fresh;
  }

  /** Several connections gather in one turn, and only one of them has the room: the others' frames leave together too. */
  #grow(buffer: Buffer, length: number): Buffer {
    const grown = Buffer.allocUnsafe(Math.max(length, Math.min(MOST_BYTES, buffer.length * 4)));
    buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
    return grown;
  }
}
