import { Buffer } from "node:buffer";
import { CR, LF } from "./characters.ts";
import type { ParsedFields } from "./request_parser.ts";

/** Longer sections are not kept: what a connection holds between two requests has to stay small. */
const MOST_BYTES = 2_048;

const EMPTY = Buffer.alloc(0);

/**
 * The field section of a connection's last request. Clients mostly repeat it to the byte while only the request line
 * changes; then all that was made of it serves again. Any other byte makes it another section, which is parsed.
 */
export class KnownFields {
  #bytes: Buffer = EMPTY;
  /** Of the section with its empty line; 0: none is known. */
  #length = 0;
  #fields: ParsedFields | null = null;

  /** What the last section became, where it stands again in `bytes[from, end)` as a whole. */
  match(bytes: Buffer, from: number, end: number): ParsedFields | null {
    const length = this.#length;
    if (length === 0 || end - from < length) return null;
    const known = this.#bytes;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== known[i]) return null;
    return this.#fields;
  }

  /** Bytes of the section, with its empty line. */
  get length(): number {
    return this.#length;
  }

  /** Keeps `bytes[from, end)`, which became `fields`. */
  keep(bytes: Buffer, from: number, end: number, fields: ParsedFields): void {
    const length = end - from;
    if (length > MOST_BYTES) return this.forget();
    if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(length);
    bytes.copy(this.#bytes, 0, from, end);
    this.#length = length;
    this.#fields = fields;
  }

  forget(): void {
    this.#bytes = EMPTY;
    this.#length = 0;
    this.#fields = null;
  }
}

/** Position of the CR that ends the line at `start`, or -1 where none does within `most` bytes. */
export function endOfLine(bytes: Buffer, start: number, end: number, most: number): number {
  const last = Math.min(end - 1, start + most);
  let at = start;
  while (at < last && bytes[at] !== CR) at++;
  return at < last && bytes[at + 1] === LF ? at : -1;
}
