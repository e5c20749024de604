import { ByteWriter } from "../../../lib/byte_writer.ts";

/** Frames that a block may be spread over; one of 64 KiB takes five. */
const MAX_FRAMES = 16;
/** A block may be longer than the list that it stands for by as much; past it nobody waits for its end. */
const MAX_EXPANSION = 2;
const FIRST_BYTES = 32_768;

/**
 * A header block that arrives in pieces: HEADERS and its CONTINUATION frames (RFC 9113, 4.3 and 6.10).
 *
 * [SECURITY] CVE-2024-27316: neither many frames nor many bytes; nothing of a block is used before its end.
 */
export class HeaderBlock {
  readonly id: number;
  readonly endStream: boolean;
  /** HEADERS name the stream itself as the one they depend on. */
  readonly dependsOnItself: boolean;
  readonly #maxBytes: number;
  readonly #bytes = new ByteWriter(FIRST_BYTES);
  #frames = 0;

  /** `maxListBytes`: what the list that it stands for may have. */
  constructor(id: number, endStream: boolean, dependsOnItself: boolean, maxListBytes: number) {
    this.id = id;
    this.endStream = endStream;
    this.dependsOnItself = dependsOnItself;
    this.#maxBytes = maxListBytes * MAX_EXPANSION;
  }

  /** Adds a fragment. Returns why there is too much of it, or null. */
  add(fragment: Uint8Array): string | null {
    if (++this.#frames > MAX_FRAMES) return `header block of more than ${MAX_FRAMES} frames`;
    if (this.#bytes.length + fragment.length > this.#maxBytes) {
      return `header block of more than ${this.#maxBytes} bytes`;
    }
    this.#bytes.bytes(fragment);
    return null;
  }

  written(): Uint8Array {
    return this.#bytes.written();
  }
}
