import { Buffer } from "node:buffer";

/**
 * Writes a text anew, with some of its parts replaced. Strings that are put together from thousands of pieces cost a
 * hundred times as much, and whoever sends escapes decides how many there are.
 */
export class CharWriter {
  readonly #text: string;
  #units: Uint16Array;
  #length = 0;
  #bits = 0;
  /** So far the text is written. */
  #read = 0;

  constructor(text: string) {
    this.#text = text;
    this.#units = new Uint16Array(text.length + SPARE_UNITS);
  }

  /** Writes what was not read yet up to `from`, then `replacement`, and goes on at `to`. */
  replace(from: number, to: number, replacement: string): void {
    this.#copyTo(from);
    this.#read = to;
    this.#makeRoom(replacement.length);
    for (let i = 0; i < replacement.length; i++) this.#put(replacement.charCodeAt(i));
  }

  /** The same with one character, by its code, or none at all where that is negative. */
  replaceByCode(from: number, to: number, code: number): void {
    this.#copyTo(from);
    this.#read = to;
    if (code < 0) return;
    this.#makeRoom(1);
    this.#put(code);
  }

  /** What was written, and the rest of the text. The text itself where nothing was replaced. */
  finish(): string {
    if (this.#read === 0) return this.#text;
    this.#copyTo(this.#text.length);
    const units = this.#units.subarray(0, this.#length);
    // One byte a character, where that is enough: patterns run faster on such strings.
    if (this.#bits <= 0xff) return Buffer.from(units).toString("latin1");
    return Buffer.from(units.buffer, 0, units.byteLength).toString("utf16le");
  }

  #copyTo(end: number): void {
    this.#makeRoom(end - this.#read);
    for (let i = this.#read; i < end; i++) this.#put(this.#text.charCodeAt(i));
  }

  #put(code: number): void {
    this.#bits |= code;
    this.#units[this.#length++] = code;
  }

  /** Replacements may be longer than what they stand for. */
  #makeRoom(units: number): void {
    if (this.#length + units <= this.#units.length) return;
    const larger = new Uint16Array(2 * (this.#length + units));
    larger.set(this.#units);
    this.#units = larger;
  }
}

const SPARE_UNITS = 16;
