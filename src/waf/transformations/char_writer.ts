import { Buffer } from "node:buffer";

/**
 * Writes a text anew, with some of its parts replaced. A string that is put together from thousands of pieces costs a
 * hundred times as much as one written character by character, and whoever sends escapes decides how many there are;
 * few pieces are put together faster.
 */
export class CharWriter {
  readonly #text: string;
  /** So far the text is written. */
  #read = 0;
  #pieces = 0;
  /** What the first pieces make. */
  #out = "";
  /** What the others make, if there are any. */
  #units: Uint16Array | null = null;
  #length = 0;
  #bits = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Writes what was not read yet up to `from`, then `replacement`, and goes on at `to`. */
  replace(from: number, to: number, replacement: string): void {
    if (++this.#pieces <= FEW_PIECES) this.#out += this.#text.slice(this.#read, from) + replacement;
    else {
      this.#copyTo(from, replacement.length);
      for (let i = 0; i < replacement.length; i++) this.#put(replacement.charCodeAt(i));
    }
    this.#read = to;
  }

  /** The same with one character, by its code, or none at all where that is negative. */
  replaceByCode(from: number, to: number, code: number): void {
    if (this.#pieces < FEW_PIECES) return this.replace(from, to, code < 0 ? "" : String.fromCharCode(code));
    this.#pieces++;
    this.#copyTo(from, 1);
    if (code >= 0) this.#put(code);
    this.#read = to;
  }

  /** What was written, and the rest of the text. The text itself where nothing was replaced. */
  finish(): string {
    if (this.#pieces === 0) return this.#text;
    if (this.#units === null) return this.#out + this.#text.slice(this.#read);
    this.#copyTo(this.#text.length, 0);
    const units = this.#units.subarray(0, this.#length);
    // One byte a character, where that is enough: patterns run faster on such strings.
    if (this.#bits <= 0xff) return Buffer.from(new Uint8Array(units).buffer).toString("latin1");
    return Buffer.from(units.buffer, 0, units.byteLength).toString("utf16le");
  }

  /** Copies the text up to `end`, and makes room for so much more. */
  #copyTo(end: number, more: number): void {
    this.#makeRoom(end - this.#read + more);
    const text = this.#text;
    const units = this.#units!;
    let length = this.#length;
    let bits = this.#bits;
    for (let i = this.#read; i < end; i++) {
      const code = text.charCodeAt(i);
      bits |= code;
      units[length++] = code;
    }
    this.#length = length;
    this.#bits = bits;
  }

  #put(code: number): void {
    this.#bits |= code;
    this.#units![this.#length++] = code;
  }

  /** Replacements may be longer than what they stand for. */
  #makeRoom(units: number): void {
    const needed = this.#length + units;
    if (this.#units !== null && needed <= this.#units.length) return;
    const most = 2 * needed + this.#out.length;
    const larger = new Uint16Array(Math.max(most, this.#text.length + this.#out.length + SPARE_UNITS));
    const before = this.#units;
    this.#units = larger;
    if (before !== null) larger.set(before);
    // In one piece: a string of two parts is put together again where it is read first.
    else for (let i = 0; i < this.#out.length; i++) this.#put(this.#out.charCodeAt(i));
  }
}

const FEW_PIECES = 24;
const SPARE_UNITS = 16;
