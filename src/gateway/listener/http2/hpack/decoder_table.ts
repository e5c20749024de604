import { ENTRY_OVERHEAD_BYTES } from "./static_table.ts";

/** Entries that have fallen out and still stand in the arrays before they are moved together. */
const SLACK_ENTRIES = 64;

/**
 * The decoder's dynamic table (RFC 7541, 2.3.2): newest first on the wire, a queue in here. It is empty until something
 * is added, so that an idle connection costs nothing.
 */
export class DecoderTable {
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  /** Place of the oldest entry. */
  #first = 0;
  #size = 0;
  #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get entries(): number {
    return this.#names.length - this.#first;
  }

  /** Bytes as RFC 7541, 4.1 counts them. */
  get size(): number {
    return this.#size;
  }

  /** Name of entry `i`; 0 is the newest. `i` must be below `entries`. */
  nameAt(i: number): string {
    return this.#names[this.#names.length - 1 - i]!;
  }

  valueAt(i: number): string {
    return this.#values[this.#values.length - 1 - i]!;
  }

  /** Adds an entry; one larger than the whole table empties it, which is no error (RFC 7541, 4.4). */
  add(name: string, value: string): void {
    const size = name.length + value.length + ENTRY_OVERHEAD_BYTES;
    this.#evictTo(this.#maxSize - size);
    if (size > this.#maxSize) return;
    this.#names.push(name);
    this.#values.push(value);
    this.#size += size;
  }

  resize(maxSize: number): void {
    this.#maxSize = maxSize;
    this.#evictTo(maxSize);
  }

  #evictTo(size: number): void {
    const names = this.#names;
    while (this.#size > size && this.#first < names.length) {
      const at = this.#first++;
      this.#size -= names[at]!.length + this.#values[at]!.length + ENTRY_OVERHEAD_BYTES;
      // The strings are free at once, whenever the arrays are moved together.
      names[at] = "";
      this.#values[at] = "";
    }
    if (this.#first < SLACK_ENTRIES && this.#first < names.length) return;
    names.splice(0, this.#first);
    this.#values.splice(0, this.#first);
    this.#first = 0;
  }
}
