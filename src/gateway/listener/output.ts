import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { fillHoles, type Holes } from "../../lib/holes.ts";
import { type RoomUser, WriteRoom } from "../../lib/write_room.ts";

/** What is gathered before it is written without waiting for the end of the turn. */
const COALESCE_BYTES = 16_384;

/**
 * A socket's sending side: what is said in one turn of the event loop leaves in one write at its end. Everything handed
 * in is copied, so that the caller may reuse its buffers at once.
 */
export class Output implements RoomUser {
  start = 0;
  length = 0;
  readonly #socket: Socket;
  readonly #room: WriteRoom;
  #isWaiting = false;
  #handedBytes = 0;

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
    if (this.length + text.length > WriteRoom.MESSAGE_BYTES) {
      this.flush();
      if (text.length > WriteRoom.MESSAGE_BYTES) return this.#write(Buffer.from(text, "latin1"));
    }
    this.#room.text(this, text);
    this.#wait();
  }

  /** Adds a copy of `chunk`. */
  bytes(chunk: Uint8Array): void {
    if (this.length + chunk.length > WriteRoom.MESSAGE_BYTES) {
      this.flush();
      if (chunk.length > WriteRoom.MESSAGE_BYTES) return this.#write(Buffer.copyBytesFrom(chunk));
    }
    this.#room.bytes(this, chunk);
    this.#wait();
  }

  /** Adds a copy of `message` with `texts` in its holes. */
  filled(message: Uint8Array, holes: Holes, texts: readonly string[]): void {
    if (this.length + message.length > WriteRoom.MESSAGE_BYTES) {
      this.flush();
      if (message.length > WriteRoom.MESSAGE_BYTES) {
        const copy = Buffer.copyBytesFrom(message);
        fillHoles(copy, 0, holes, texts);
        return this.#write(copy);
      }
    }
    this.#room.filled(this, message, holes, texts);
    this.#wait();
  }

  /** What was added leaves at the end of this turn anyway; now if much has gathered. */
  flushSoon(): void {
    if (this.length >= COALESCE_BYTES) this.flush();
  }

  /** Of the room. */
  turnEnds(): void {
    this.#isWaiting = false;
    this.flush();
  }

  /** Hands all that was gathered to the socket. */
  flush(): void {
    const { length } = this;
    if (length === 0) return;
    if (this.#socket.destroyed) {
      this.length = 0;
      return;
    }
    this.#handedBytes += length;
    this.#room.send(this, this.#socket);
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#room.later(this);
  }

  #write(bytes: Buffer): void {
    this.#handedBytes += bytes.length;
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }
}
