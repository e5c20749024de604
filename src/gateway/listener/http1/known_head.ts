import { Buffer } from "node:buffer";
import { CR, LF } from "./characters.ts";
import type { ParsedFields, ParsedRequest } from "./request_parser.ts";

/** Longer heads are not kept: what a connection holds between two requests has to stay small. */
const MOST_BYTES = 2_048;
/** Room is taken in such steps: request lines differ in length all the time. */
const STEP_BYTES = 256;

const EMPTY = Buffer.alloc(0);

/**
 * The head of a connection's last request. Clients mostly repeat its fields to the byte while only the request line
 * changes, and who polls, checks or floods repeats all of it; then what was made of it serves again. Any other byte makes
 * it another head, which is parsed. One call of the runtime compares
 * many bytes ten times as fast as a loop.
 */
export class KnownHead {
  /**
   * The field section with its empty line, then the request line with its CRLF. In this order, because the runtime's
   * `compare` throws where a range of the other buffer ends behind the length of its own.
   */
  #bytes: Buffer = EMPTY;
  #fieldsLength = 0;
  #lineLength = 0;
  /** null: none is known. */
  #request: ParsedRequest | null = null;

  get isKnown(): boolean {
    return this.#request !== null;
  }

  /** Bytes of the head, with its empty line. */
  get length(): number {
    return this.#lineLength + this.#fieldsLength;
  }

  /** Bytes of its field section, with the empty line. */
  get fieldsLength(): number {
    return this.#fieldsLength;
  }

  /** What the last head became, where it stands again in `bytes[from, end)` as a whole. */
  match(bytes: Buffer, from: number, end: number): ParsedRequest | null {
    if (end - from < this.length) return null;
    // A line is short: a loop is done before the runtime would be called.
    const known = this.#bytes;
    for (let i = 0, at = this.#fieldsLength; i < this.#lineLength; i++, at++) {
      if (bytes[from + i] !== known[at]) return null;
    }
    return this.#hasFields(bytes, from + this.#lineLength) ? this.#request : null;
  }

  /** What the last field section became, where it stands again in `bytes[from, end)` as a whole. */
  matchFields(bytes: Buffer, from: number, end: number): ParsedFields | null {
    return end - from >= this.#fieldsLength && this.#hasFields(bytes, from) ? this.#request!.fields : null;
  }

  /** Keeps `bytes[from, end)`, which became `request`; its field section begins at `fieldsFrom`. */
  keep(bytes: Buffer, from: number, fieldsFrom: number, end: number, request: ParsedRequest): void {
    if (!this.#makeRoom(end - from)) return;
    this.#fieldsLength = end - fieldsFrom;
    bytes.copy(this.#bytes, 0, fieldsFrom, end);
    this.#keepLine(bytes, from, fieldsFrom, request);
  }

  /** The same section behind another request line, `bytes[from, fieldsFrom)`, became `request`. */
  keepLine(bytes: Buffer, from: number, fieldsFrom: number, request: ParsedRequest): void {
    if (this.#makeRoom(fieldsFrom - from + this.#fieldsLength)) {
      this.#keepLine(bytes, from, fieldsFrom, request);
    }
  }

  forget(): void {
    this.#bytes = EMPTY;
    this.#fieldsLength = 0;
    this.#lineLength = 0;
    this.#request = null;
  }

  #hasFields(bytes: Buffer, from: number): boolean {
    const length = this.#fieldsLength;
    return bytes.compare(this.#bytes, 0, length, from, from + length) === 0;
  }

  /** False where `length` bytes are too many to be kept: then nothing is. */
  #makeRoom(length: number): boolean {
    if (length > MOST_BYTES) {
      this.forget();
      return false;
    }
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.ceil(length / STEP_BYTES) * STEP_BYTES);
      this.#bytes.copy(larger, 0, 0, this.#fieldsLength);
      this.#bytes = larger;
    }
    return true;
  }

  #keepLine(bytes: Buffer, from: number, fieldsFrom: number, request: ParsedRequest): void {
    bytes.copy(this.#bytes, this.#fieldsLength, from, fieldsFrom);
    this.#lineLength = fieldsFrom - from;
    this.#request = request;
  }
}

/** Position of the CR that ends the line at `start`, or -1 where none does within `most` bytes. */
export function endOfLine(bytes: Buffer, start: number, end: number, most: number): number {
  const last = Math.min(end - 1, start + most);
  let at = start;
  while (at < last && bytes[at] !== CR) at++;
  return at < last && bytes[at + 1] === LF ? at : -1;
}
