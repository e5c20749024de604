/**
 * Values of a MaxMind DB's data section (format 2.0, https://maxmind.github.io/MaxMind-DB/). Bytes are not trusted: a
 * damaged file gives `undefined`, never a throw, and never a loop.
 */

export type MmdbValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | readonly MmdbValue[]
  | MmdbMap;
export interface MmdbMap {
  readonly [key: string]: MmdbValue;
}

/** Maps and arrays within each other; real files have four. */
const DEEPEST = 16;
/**
 * Values of one record; the widest real ones have some hundred.
 * [SECURITY] Arrays of pointers to arrays would multiply without it (as CVE-2003-1564 does in XML).
 */
const MOST_VALUES = 4_096;
const LONGEST_TEXT = 4_096;

const MAP = 7;
const ARRAY = 11;
const POINTER = 1;

const text = new TextDecoder();

/** Reads one value at `offset` of the section that begins at `base` and ends at `end`. */
export function decodeAt(
  bytes: Uint8Array,
  base: number,
  end: number,
  offset: number,
): MmdbValue | undefined {
  const decoder = new Decoder(bytes, base, end);
  return decoder.read(offset);
}

class Decoder {
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #end: number;
  #at = 0;
  #left = MOST_VALUES;

  constructor(bytes: Uint8Array, base: number, end: number) {
    this.#bytes = bytes;
    this.#base = base;
    this.#end = Math.min(end, bytes.length);
  }

  read(offset: number): MmdbValue | undefined {
    if (!Number.isSafeInteger(offset) || offset < 0) return undefined;
    this.#at = this.#base + offset;
    return this.#value(0, true);
  }

  #value(depth: number, mayPoint: boolean): MmdbValue | undefined {
    if (depth > DEEPEST || this.#left-- <= 0 || this.#at >= this.#end) return undefined;
    const control = this.#bytes[this.#at++]!;
    let type = control >>> 5;
    if (type === POINTER) return mayPoint ? this.#pointer(control, depth) : undefined;
    if (type === 0) {
      if (this.#at >= this.#end) return undefined;
      type = this.#bytes[this.#at++]! + 7;
    }
    const size = this.#size(control & 31);
    if (size < 0) return undefined;
    if (type === MAP) return this.#map(size, depth);
    if (type === ARRAY) return this.#array(size, depth);
    // A boolean's size is its value.
    if (type === 14) return size > 1 ? undefined : size === 1;
    if (this.#at + size > this.#end) return undefined;
    const from = this.#at;
    this.#at += size;
    return this.#scalar(type, from, size);
  }

  #size(low: number): number {
    if (low < 29) return low;
    const extra = low - 28;
    if (this.#at + extra > this.#end) return -1;
    const more = this.#unsigned(this.#at, extra);
    this.#at += extra;
    return (extra === 1 ? 29 : extra === 2 ? 285 : 65_821) + more;
  }

  /** A pointer never points at a pointer (format, "Pointer"). */
  #pointer(control: number, depth: number): MmdbValue | undefined {
    const extra = (control >>> 3 & 3) + 1;
    if (this.#at + extra > this.#end) return undefined;
    const low = this.#unsigned(this.#at, extra);
    const high = (control & 7) * 2 ** (8 * extra);
    const offset = extra === 4 ? low : high + low + (extra === 1 ? 0 : extra === 2 ? 2_048 : 526_336);
    const after = this.#at + extra;
    this.#at = this.#base + offset;
    const value = this.#value(depth, false);
    this.#at = after;
    return value;
  }

  #map(size: number, depth: number): MmdbValue | undefined {
    const found: Record<string, MmdbValue> = Object.create(null);
    for (let i = 0; i < size; i++) {
      const key = this.#value(depth + 1, true);
      const value = this.#value(depth + 1, true);
      if (typeof key !== "string" || value === undefined) return undefined;
      found[key] = value;
    }
    return found;
  }

  #array(size: number, depth: number): MmdbValue | undefined {
    const found: MmdbValue[] = [];
    for (let i = 0; i < size; i++) {
      const value = this.#value(depth + 1, true);
      if (value === undefined) return undefined;
      found.push(value);
    }
    return found;
  }

  #scalar(type: number, from: number, size: number): MmdbValue | undefined {
    switch (type) {
      case 2:
        // TextDecoder does not take a view on shared memory.
        return size > LONGEST_TEXT ? undefined : text.decode(this.#bytes.slice(from, from + size));
      case 3:
        return size === 8 ? viewOf(this.#bytes, from, 8).getFloat64(0) : undefined;
      case 4:
        return this.#bytes.slice(from, from + Math.min(size, LONGEST_TEXT));
      case 5:
      case 6:
        return size > 4 ? undefined : this.#unsigned(from, size);
      case 8:
        return size > 4 ? undefined : this.#unsigned(from, size) | 0;
      case 9:
      case 10:
        return size > 16 ? undefined : this.#big(from, size);
      case 15:
        return size === 4 ? viewOf(this.#bytes, from, 4).getFloat32(0) : undefined;
      default:
        return undefined;
    }
  }

  #unsigned(from: number, size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.#bytes[from + i]!;
    return value;
  }

  #big(from: number, size: number): bigint {
    let value = 0n;
    for (let i = 0; i < size; i++) value = value << 8n | BigInt(this.#bytes[from + i]!);
    return value;
  }
}

function viewOf(bytes: Uint8Array, from: number, size: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + from, size);
}
