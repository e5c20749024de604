import type { HeaderList } from "../../../../core/header_list.ts";
import type { ByteWriter } from "../../../../lib/byte_writer.ts";
import { EncoderTable, type KnownName } from "./encoder_table.ts";
import { huffmanEncode, huffmanEncodedBytes } from "./huffman_encode.ts";
import { isSensitive } from "./sensitive.ts";
import { ENTRY_OVERHEAD_BYTES, INITIAL_TABLE_BYTES, STATIC_NAMES, STATIC_VALUES } from "./static_table.ts";

/** First bits of each representation (RFC 7541, 6). */
const INDEXED = 0x80;
const LITERAL_INDEXED = 0x40;
const SIZE_UPDATE = 0x20;
const LITERAL_NEVER_INDEXED = 0x10;
const LITERAL = 0x00;
const HUFFMAN = 0x80;

/** A name whose values missed so often in a row is indexed again only when a value comes twice. */
const FICKLE_MISSES = 3;
/** Share of the table that one entry may take, as a divisor: larger ones would empty it. */
const MAX_ENTRY_SHARE = 4;
const MAX_INTEGER_BYTES = 6;

/** Places of a block that are remembered; answers seldom have more fields. */
const PLACES = 32;
/** Those of Content-Length and Date, which stand behind all others, come first. */
const LAST_PLACES = 2;

interface Place {
  readonly name: string;
  readonly value: string;
  /** 0: it is in the dynamic table, by this insertion. */
  readonly staticIndex: number;
  readonly insertion: number;
}

/** RFC 7541, appendix A, by number. */
const STATUS_INDEXES: ReadonlyMap<number, number> = new Map(
  STATIC_NAMES.flatMap((name, index) => name === ":status" ? [[Number(STATIC_VALUES[index]), index]] : []),
);

/** The sending side of HPACK on one connection (RFC 7541). Each block that is encoded must be sent, in this order. */
export class HpackEncoder {
  readonly #table = new EncoderTable(INITIAL_TABLE_BYTES);
  /** Size updates that the next block has to begin with: the smallest size in between, and the last. */
  #smallestSize = INITIAL_TABLE_BYTES;
  #wantedSize = INITIAL_TABLE_BYTES;
  /** What stood at each place of a block last, and where the table had it. */
  readonly #places: Place[] = [];
  /** Of the field that is being written; -1: it is beyond those that are remembered. */
  #place = -1;

  /** Bytes of the dynamic table (RFC 7541, 4.1). */
  get tableSize(): number {
    return this.#table.size;
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE, to be obeyed from the next block on. More than 4,096 is not used. */
  setPeerMaxTableSize(bytes: number): void {
    this.#wantedSize = Math.min(bytes, INITIAL_TABLE_BYTES);
    this.#smallestSize = Math.min(this.#smallestSize, this.#wantedSize);
  }

  /**
   * Appends one header block: `:status` where it is given (not in trailers), then the fields, then Content-Length and Date
   * where they are given. Names must be lower case, and names and values free of what may not stand in a field.
   */
  encode(status: number | null, headers: HeaderList, out: ByteWriter, length = "", date = ""): void {
    this.#sizeUpdates(out);
    if (status !== null) {
      const index = STATUS_INDEXES.get(status);
      if (index !== undefined) writeInteger(INDEXED, 0x7f, index, out);
      else this.#field(":status", `${status}`, out);
    }
    const { names, values } = headers;
    for (let i = 0; i < names.length; i++) {
      this.#at(i < PLACES ? i + LAST_PLACES : -1, names[i]!, values[i]!, out);
    }
    if (length !== "") this.#at(0, "content-length", length, out);
    if (date !== "") this.#at(1, "date", date, out);
  }

  /** A field at its place; -1: beyond those that are remembered. */
  #at(place: number, name: string, value: string, out: ByteWriter): void {
    const before = place < 0 ? undefined : this.#places[place];
    if (before !== undefined && before.value === value && before.name === name) {
      const index = before.staticIndex > 0 ? before.staticIndex : this.#table.indexIfHeld(before.insertion);
      if (index > 0) return writeInteger(INDEXED, 0x7f, index, out);
    }
    this.#place = place;
    this.#field(name, value, out);
    this.#place = -1;
  }

  /** Fields of one answer stand mostly where they stood in the one before: that is looked at first. */
  #remember(name: string, value: string, staticIndex: number, insertion: number): void {
    if (this.#place >= 0) this.#places[this.#place] = { name, value, staticIndex, insertion };
  }

  /** RFC 7541, 4.2. */
  #sizeUpdates(out: ByteWriter): void {
    if (this.#smallestSize < this.#table.maxSize) {
      this.#table.resize(this.#smallestSize);
      writeInteger(SIZE_UPDATE, 0x1f, this.#smallestSize, out);
    }
    if (this.#wantedSize !== this.#table.maxSize) {
      this.#table.resize(this.#wantedSize);
      writeInteger(SIZE_UPDATE, 0x1f, this.#wantedSize, out);
    }
    this.#smallestSize = this.#wantedSize;
  }

  #field(name: string, value: string, out: ByteWriter): void {
    const known = this.#table.nameOf(name);
    const nameIndex = known === null ? 0 : this.#nameIndexOf(known);
    if (isSensitive(name)) return writeLiteral(LITERAL_NEVER_INDEXED, nameIndex, name, value, out);
    if (known === null) return writeLiteral(LITERAL, nameIndex, name, value, out);
    const staticIndex = known.staticValues?.get(value);
    if (staticIndex !== undefined) {
      this.#remember(name, value, staticIndex, -1);
      return writeInteger(INDEXED, 0x7f, staticIndex, out);
    }
    const at = known.values.lastIndexOf(value);
    if (at >= 0) {
      known.misses = 0;
      this.#remember(name, value, 0, known.insertions[at]!);
      return writeInteger(INDEXED, 0x7f, this.#table.indexOf(known.insertions[at]!), out);
    }
    const indexes = this.#isWorthKeeping(known, name, value);
    writeLiteral(indexes ? LITERAL_INDEXED : LITERAL, nameIndex, name, value, out);
    if (indexes) this.#table.add(name, known, value);
  }

  #nameIndexOf(known: KnownName): number {
    if (known.staticIndex > 0 || known.values.length === 0) return known.staticIndex;
    return this.#table.indexOf(known.insertions[known.insertions.length - 1]!);
  }

  /** Values that differ each time (an id, a length) would only push out what comes again. */
  #isWorthKeeping(known: KnownName, name: string, value: string): boolean {
    const size = name.length + value.length + ENTRY_OVERHEAD_BYTES;
    if (size * MAX_ENTRY_SHARE > this.#table.maxSize) return false;
    const isSecond = known.lastMiss === value;
    known.lastMiss = value;
    return ++known.misses <= FICKLE_MISSES || isSecond;
  }
}

/** RFC 7541, 5.1. `flags` are the bits above the prefix. */
function writeInteger(flags: number, prefixMask: number, value: number, out: ByteWriter): void {
  out.reserve(MAX_INTEGER_BYTES);
  const { buffer } = out;
  if (value < prefixMask) {
    buffer[out.length++] = flags | value;
    return;
  }
  buffer[out.length++] = flags | prefixMask;
  let rest = value - prefixMask;
  for (; rest >= 0x80; rest >>>= 7) buffer[out.length++] = 0x80 | (rest & 0x7f);
  buffer[out.length++] = rest;
}

/** RFC 7541, 6.2. */
function writeLiteral(flags: number, nameIndex: number, name: string, value: string, out: ByteWriter): void {
  writeInteger(flags, flags === LITERAL_INDEXED ? 0x3f : 0x0f, nameIndex, out);
  if (nameIndex === 0) writeString(name, out);
  writeString(value, out);
}

/** RFC 7541, 5.2: in Huffman code where that is shorter. */
function writeString(text: string, out: ByteWriter): void {
  const coded = huffmanEncodedBytes(text);
  if (coded < text.length) {
    writeInteger(HUFFMAN, 0x7f, coded, out);
    return huffmanEncode(text, coded, out);
  }
  writeInteger(0, 0x7f, text.length, out);
  out.byteString(text);
}
