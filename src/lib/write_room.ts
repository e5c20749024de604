import { Buffer } from "node:buffer";

/** One read of a socket (65,536 bytes) with a head before it. */
const ROOM_BYTES = 69_632;

/**
 * Room to put an outgoing message together in, used again and again: a fresh buffer per message is memory that no cache
 * holds, and work for the collector. One room serves a thread; who finds it taken gets a buffer of its own.
 */
export class WriteRoom {
  #free: Buffer | null = null;
  /** The buffer that is the room, wherever it is at the moment. */
  #room: Buffer | null = null;

  /** At least `bytes` of room. Its content is whatever stood there before. */
  take(bytes: number): Buffer {
    if (bytes > ROOM_BYTES) return Buffer.allocUnsafe(bytes);
    const free = this.#free;
    if (free !== null) {
      this.#free = null;
      return free;
    }
    if (this.#room !== null) return Buffer.allocUnsafe(bytes);
    return this.#room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  }

  /** Nobody refers to what `take` gave any more. */
  give(buffer: Buffer): void {
    if (buffer === this.#room) this.#free = buffer;
  }

  /** What `take` gave is still to be sent: it is left to that, and the next one gets other room. */
  leave(buffer: Buffer): void {
    if (buffer === this.#room) this.#room = null;
  }
}

const encoder = new TextEncoder();

/**
 * Writes a byte string (one char a byte) at `at`, where there is room for it; returns its length. What stands behind it
 * may change. UTF-8 is the same for ASCII and five times as fast as `Buffer.write` with latin1, which makes an array of
 * char codes first.
 */
export function writeByteString(buffer: Buffer, at: number, text: string): number {
  const { read, written } = encoder.encodeInto(text, at === 0 ? buffer : buffer.subarray(at));
  // One char above 0x7f takes two bytes, or did not fit: then the slow way writes over it.
  if (read !== text.length || written !== text.length) buffer.write(text, at, "latin1");
  return text.length;
}
