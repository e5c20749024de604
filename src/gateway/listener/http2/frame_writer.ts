import type { Output } from "../output.ts";
import { DEFAULT_MAX_FRAME_BYTES, Flag, FRAME_HEADER_BYTES, FrameType } from "./frame.ts";

/**
 * Puts frames into a connection's output (RFC 9113, 4.1 and 6). They leave together at the end of the turn: one record
 * and one system call carry answers of several streams.
 */
export class FrameWriter {
  readonly #output: Output;
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES);

  constructor(output: Output) {
    this.#output = output;
  }

  /** HEADERS, and CONTINUATION where the block does not fit; also trailers. */
  headers(id: number, block: Uint8Array, endStream: boolean): void {
    const flags = endStream ? Flag.endStream : 0;
    if (block.length <= DEFAULT_MAX_FRAME_BYTES) {
      this.#frame(block.length, FrameType.headers, flags | Flag.endHeaders, id);
      return this.#output.bytes(block);
    }
    for (let at = 0; at < block.length; at += DEFAULT_MAX_FRAME_BYTES) {
      const part = block.subarray(at, at + DEFAULT_MAX_FRAME_BYTES);
      const last = at + part.length === block.length ? Flag.endHeaders : 0;
      if (at === 0) this.#frame(part.length, FrameType.headers, flags | last, id);
      else this.#frame(part.length, FrameType.continuation, last, id);
      this.#output.bytes(part);
    }
  }

  /** One DATA frame; `chunk` is not longer than a frame may be. */
  data(id: number, chunk: Uint8Array, endStream: boolean): void {
    this.#frame(chunk.length, FrameType.data, endStream ? Flag.endStream : 0, id);
    if (chunk.length > 0) this.#output.bytes(chunk);
  }

  /** Pairs of identifier and value. */
  settings(pairs: readonly (readonly [number, number])[]): void {
    this.#frame(pairs.length * 6, FrameType.settings, 0, 0);
    for (const [key, value] of pairs) {
      this.#output.bytes(
        Uint8Array.of(key >>> 8, key, value >>> 24, value >>> 16, value >>> 8, value),
      );
    }
  }

  settingsAck(): void {
    this.#frame(0, FrameType.settings, Flag.ack, 0);
  }

  /** `data`: 8 bytes. */
  ping(data: Uint8Array, ack: boolean): void {
    this.#frame(8, FrameType.ping, ack ? Flag.ack : 0, 0);
    this.#output.bytes(data);
  }

  windowUpdate(id: number, increment: number): void {
    this.#frame(4, FrameType.windowUpdate, 0, id);
    this.#uint32(increment);
  }

  rstStream(id: number, code: number): void {
    this.#frame(4, FrameType.rstStream, 0, id);
    this.#uint32(code);
  }

  /** `lastId`: no stream above it was or will be looked at. */
  goaway(lastId: number, code: number): void {
    this.#frame(8, FrameType.goaway, 0, 0);
    this.#uint32(lastId);
    this.#uint32(code);
  }

  #frame(length: number, type: number, flags: number, id: number): void {
    const header = this.#header;
    header[0] = length >>> 16;
    header[1] = length >>> 8;
    header[2] = length;
    header[3] = type;
    header[4] = flags;
    header[5] = id >>> 24;
    header[6] = id >>> 16;
    header[7] = id >>> 8;
    header[8] = id;
    this.#output.bytes(header);
  }

  #uint32(value: number): void {
    this.#output.bytes(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
  }
}
