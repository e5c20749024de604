import { Buffer } from "node:buffer";
import { DecoderTable } from "./decoder_table.ts";
import { huffmanDecode, huffmanDecodedBound } from "./huffman_decode.ts";
import {
  ENTRY_OVERHEAD_BYTES,
  INITIAL_TABLE_BYTES,
  STATIC_ENTRIES,
  STATIC_NAMES,
  STATIC_VALUES,
} from "./static_table.ts";

export interface HpackLimits {
  /** What SETTINGS_HEADER_TABLE_SIZE announces, bytes. */
  readonly maxTableSize: number;
  /** Of one block, bytes as SETTINGS_MAX_HEADER_LIST_SIZE counts them: names, values and 32 a field. */
  readonly maxListBytes: number;
  /** Fields of one block, pseudo-headers among them. */
  readonly maxFields: number;
}

/**
 * `COMPRESSION_ERROR`: the connection cannot go on. `too-large`: the block was read to its end, the table is in step and
 * the connection can, but its fields are not worth anything.
 */
export interface HpackFailure {
  readonly code: "COMPRESSION_ERROR" | "too-large";
  readonly detail: string;
}

/** Gets fields in their order; byte strings as they came, checked by nobody yet. */
export type HpackSink = (name: string, value: string) => void;

/** RFC 7541, 4.2: the smallest size and the last one since the block before. */
const MAX_SIZE_UPDATES = 2;
/** Four bytes behind the prefix hold 28 bits: more than any length or index there can be. */
const MAX_INTEGER_SHIFT = 21;
/** Room for decoded strings that a decoder keeps. */
const KEPT_SCRATCH_BYTES = 1_024;

const NOTHING = Buffer.alloc(0);

class CompressionError extends Error {}

/** The receiving side of HPACK on one connection (RFC 7541). Blocks must come in the order of the wire, all of them. */
export class HpackDecoder {
  readonly #limits: HpackLimits;
  readonly #table: DecoderTable;
  #scratch: Buffer | null = null;
  #block: Buffer = NOTHING;
  #at = 0;

  constructor(limits: HpackLimits) {
    this.#limits = limits;
    this.#table = new DecoderTable(Math.min(INITIAL_TABLE_BYTES, limits.maxTableSize));
  }

  /** Bytes of the dynamic table (RFC 7541, 4.1). */
  get tableSize(): number {
    return this.#table.size;
  }

  /**
   * Reads one complete header block and calls `sink` for its fields. null where all is well; else what was handed to
   * `sink` is to be thrown away. `block` may be used again afterwards.
   */
  decode(block: Uint8Array, sink: HpackSink): HpackFailure | null {
    this.#block = Buffer.isBuffer(block) ? block : Buffer.from(block.buffer, block.byteOffset, block.length);
    this.#at = 0;
    try {
      return this.#fields(sink);
    } catch (thrown) {
      if (!(thrown instanceof CompressionError)) throw thrown;
      return { code: "COMPRESSION_ERROR", detail: thrown.message };
    } finally {
      this.#block = NOTHING;
    }
  }

  #fields(sink: HpackSink): HpackFailure | null {
    const block = this.#block;
    const table = this.#table;
    const { maxFields, maxListBytes } = this.#limits;
    let fields = 0;
    let listBytes = 0;
    this.#sizeUpdates();
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      let name: string;
      let value: string;
      if (first >= 0x80) {
        const index = this.#index(this.#integer(0x7f));
        name = index <= STATIC_ENTRIES ? STATIC_NAMES[index]! : table.nameAt(index - STATIC_ENTRIES - 1);
        value = index <= STATIC_ENTRIES ? STATIC_VALUES[index]! : table.valueAt(index - STATIC_ENTRIES - 1);
      } else {
        const indexed = first >= 0x40;
        if (!indexed && first >= 0x20) throw new CompressionError("table size update behind a field");
        name = this.#name(indexed ? 0x3f : 0x0f);
        value = this.#string();
        if (indexed) table.add(name, value);
      }
      // [SECURITY] A byte can stand for 4 KiB of table: what fields cost is counted before anybody keeps them.
      listBytes += name.length + value.length + ENTRY_OVERHEAD_BYTES;
      if (++fields <= maxFields && listBytes <= maxListBytes) sink(name, value);
    }
    if (fields > maxFields) return { code: "too-large", detail: `${fields} fields, at most ${maxFields}` };
    if (listBytes > maxListBytes) {
      return { code: "too-large", detail: `header list of ${listBytes} bytes, at most ${maxListBytes}` };
    }
    return null;
  }

  /** RFC 7541, 4.2 and 6.3: size updates stand before the first field, and never go over what we announced. */
  #sizeUpdates(): void {
    const block = this.#block;
    for (let count = 0; this.#at < block.length && (block[this.#at]! & 0xe0) === 0x20; count++) {
      const size = this.#integer(0x1f);
      if (size > this.#limits.maxTableSize) throw new CompressionError(`table size ${size} was not offered`);
      // [SECURITY] More than two say nothing and cost a table each time.
      if (count === MAX_SIZE_UPDATES) throw new CompressionError("too many table size updates");
      this.#table.resize(size);
    }
  }

  #name(prefixMask: number): string {
    const integer = this.#integer(prefixMask);
    if (integer === 0) return this.#string();
    const index = this.#index(integer);
    return index <= STATIC_ENTRIES ? STATIC_NAMES[index]! : this.#table.nameAt(index - STATIC_ENTRIES - 1);
  }

  /** The index itself where there is such an entry (RFC 7541, 2.3.3). */
  #index(index: number): number {
    if (index === 0 || index > STATIC_ENTRIES + this.#table.entries) {
      throw new CompressionError(`no table entry ${index}`);
    }
    return index;
  }

  /** RFC 7541, 5.1. The block has at least one byte left. */
  #integer(prefixMask: number): number {
    const block = this.#block;
    let value = block[this.#at++]! & prefixMask;
    if (value < prefixMask) return value;
    for (let shift = 0;; shift += 7) {
      if (this.#at === block.length) throw new CompressionError("block ends inside an integer");
      // [SECURITY] Neither an overflow nor a tail of zeros without end.
      if (shift > MAX_INTEGER_SHIFT) throw new CompressionError("integer of more than 28 bits");
      const byte = block[this.#at++]!;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** RFC 7541, 5.2. */
  #string(): string {
    const block = this.#block;
    if (this.#at === block.length) throw new CompressionError("block ends before a string");
    const huffman = block[this.#at]! >= 0x80;
    const length = this.#integer(0x7f);
    const start = this.#at;
    const end = start + length;
    if (end > block.length) throw new CompressionError("block ends inside a string");
    this.#at = end;
    if (length === 0) return "";
    if (!huffman) return block.toString("latin1", start, end);
    const scratch = this.#scratchOf(huffmanDecodedBound(length));
    const decoded = huffmanDecode(block, start, end, scratch);
    if (decoded < 0) throw new CompressionError("bad Huffman code");
    return scratch.toString("latin1", 0, decoded);
  }

  #scratchOf(bytes: number): Buffer {
    if (bytes > KEPT_SCRATCH_BYTES) return Buffer.allocUnsafe(bytes);
    return this.#scratch ??= Buffer.allocUnsafeSlow(KEPT_SCRATCH_BYTES);
  }
}
