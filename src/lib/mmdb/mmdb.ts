import { type AddressWords, isIpv4 } from "../ip.ts";
import { decodeAt, type MmdbMap, type MmdbValue } from "./decode.ts";

/** What a MaxMind DB says of itself. */
export interface MmdbFacts {
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly builtAt: number;
  readonly ipVersion: 4 | 6;
  readonly nodes: number;
  readonly description: string;
}

/** Where in the file the metadata begins: behind the last of these. */
const MARKER = [0xab, 0xcd, 0xef, 0x4d, 0x61, 0x78, 0x4d, 0x69, 0x6e, 0x64, 0x2e, 0x63, 0x6f, 0x6d];
/** The metadata lies within this much of the file's end (format, "Database Metadata"). */
const METADATA_BYTES = 131_072;
/** Zeros between tree and data. */
const SEPARATOR = 16;

/**
 * A search tree of networks over bytes that several threads may share. Nothing of the file is trusted: a walk ends after
 * the address's bits, a read outside of the file is "not found".
 */
export class Mmdb {
  readonly facts: MmdbFacts;
  readonly #bytes: Uint8Array;
  readonly #nodes: number;
  readonly #nodeBytes: number;
  readonly #dataStart: number;
  readonly #dataEnd: number;
  /** Node below which IPv4 addresses lie. */
  readonly #ipv4Start: number;

  private constructor(bytes: Uint8Array, facts: MmdbFacts, recordBits: number, dataEnd: number) {
    this.facts = facts;
    this.#bytes = bytes;
    this.#nodes = facts.nodes;
    this.#nodeBytes = recordBits / 4;
    this.#dataStart = this.#nodes * this.#nodeBytes + SEPARATOR;
    this.#dataEnd = dataEnd;
    this.#ipv4Start = facts.ipVersion === 4 ? 0 : this.#below(0, [0, 0, 0, 0], 96);
  }

  /** A string is why the bytes are no database. */
  static open(bytes: Uint8Array): Mmdb | string {
    const marker = lastMarker(bytes);
    if (marker < 0) return "this is no MaxMind database: its metadata is missing";
    const metadata = decodeAt(bytes, marker + MARKER.length, bytes.length, 0);
    if (!isMap(metadata)) return "the metadata cannot be read";
    const { node_count, record_size, ip_version, binary_format_major_version } = metadata;
    if (binary_format_major_version !== 2) return "the format is not version 2";
    if (record_size !== 24 && record_size !== 28 && record_size !== 32) return "the record size is not known";
    if (ip_version !== 4 && ip_version !== 6) return "the IP version is not known";
    if (typeof node_count !== "number" || node_count < 1) return "the search tree is empty";
    if (node_count * record_size / 4 + SEPARATOR > marker) return "the file is cut short or damaged";
    const facts: MmdbFacts = {
      type: typeof metadata.database_type === "string" ? metadata.database_type : "",
      builtAt: buildTime(metadata.build_epoch),
      ipVersion: ip_version,
      nodes: node_count,
      description: descriptionOf(metadata.description),
    };
    return new Mmdb(bytes, facts, record_size, marker);
  }

  /** Offset of the address's record, which `read` takes; -1: none. Allocates nothing. */
  find(words: AddressWords): number {
    const v4 = isIpv4(words);
    if (!v4 && this.facts.ipVersion === 4) return -1;
    let node = v4 ? this.#ipv4Start : 0;
    for (let i = v4 ? 3 : 0; i < 4 && node < this.#nodes; i++) {
      const word = words[i]!;
      for (let bit = 31; bit >= 0 && node < this.#nodes; bit--) node = this.#next(node, word >>> bit & 1);
    }
    if (node <= this.#nodes) return -1;
    const offset = node - this.#nodes - SEPARATOR;
    return offset < 0 || this.#dataStart + offset >= this.#dataEnd ? -1 : offset;
  }

  /** The record at an offset that `find` gave; undefined where the file is damaged there. */
  read(offset: number): MmdbValue | undefined {
    return decodeAt(this.#bytes, this.#dataStart, this.#dataEnd, offset);
  }

  #below(start: number, words: AddressWords, bits: number): number {
    let node = start;
    for (let i = 0; i < bits && node < this.#nodes; i++) {
      node = this.#next(node, words[i >> 5]! >>> (31 - (i & 31)) & 1);
    }
    return node;
  }

  #next(node: number, side: number): number {
    const bytes = this.#bytes;
    const at = node * this.#nodeBytes;
    if (this.#nodeBytes === 6) {
      const from = at + side * 3;
      return bytes[from]! << 16 | bytes[from + 1]! << 8 | bytes[from + 2]!;
    }
    if (this.#nodeBytes === 7) {
      const middle = bytes[at + 3]!;
      if (side === 0) {
        return ((middle & 0xf0) << 20 | bytes[at]! << 16 | bytes[at + 1]! << 8 | bytes[at + 2]!) >>> 0;
      }
      return ((middle & 0x0f) << 24 | bytes[at + 4]! << 16 | bytes[at + 5]! << 8 | bytes[at + 6]!) >>> 0;
    }
    const from = at + side * 4;
    return (bytes[from]! << 24 | bytes[from + 1]! << 16 | bytes[from + 2]! << 8 | bytes[from + 3]!) >>> 0;
  }
}

export function isMap(value: MmdbValue | undefined): value is MmdbMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array);
}

function lastMarker(bytes: Uint8Array): number {
  const first = Math.max(0, bytes.length - METADATA_BYTES);
  for (let at = bytes.length - MARKER.length; at >= first; at--) {
    if (MARKER.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

function buildTime(epoch: MmdbValue | undefined): number {
  const seconds = typeof epoch === "bigint" ? Number(epoch) : typeof epoch === "number" ? epoch : 0;
  return Math.min(seconds * 1_000, 8.64e15);
}

function descriptionOf(value: MmdbValue | undefined): string {
  const text = isMap(value) ? value.en ?? Object.values(value)[0] : undefined;
  return typeof text === "string" ? text.slice(0, 200) : "";
}
