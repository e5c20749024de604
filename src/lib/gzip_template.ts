import { Buffer } from "node:buffer";
import { constants, deflateRawSync } from "node:zlib";

/** RFC 1952, 2.3: deflate, no flags, no time, unknown system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** What a stored block has room for (RFC 1951, 3.2.4). */
const MOST_STORED = 0xffff;
const STORED_HEAD_BYTES = 5;
const CHECKSUM_BYTES = 4;
/** Of `#adds`: one for each value of a char's low four bits, then of its high ones. */
const WORDS_A_CHAR = 32;
/** CRC-32 of RFC 1952, 8: bits in reverse. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = (n & 1) === 0 ? n >>> 1 : (n >>> 1) ^ POLYNOMIAL;
  return n;
});

/** Pieces, each but the last with the number of the part that stands behind it. */
export interface PiecesAndPlaces {
  readonly pieces: readonly Uint8Array[];
  readonly places: readonly number[];
}

/**
 * A text with holes, compressed once and filled again and again: what stands between the holes is deflated, what belongs
 * into them stands uncompressed (stored blocks), and of the checksum only what the parts make of it is computed anew.
 * That is possible because a CRC is linear: each char adds something that depends on its place alone.
 *
 * Filled, it is one gzip member (RFC 1952). Its last part is the checksum's four bytes, one a char.
 */
export class GzipTemplate implements PiecesAndPlaces {
  readonly pieces: readonly Uint8Array[];
  readonly places: readonly number[];
  /** Chars of each part, the checksum's not among them. */
  readonly lengths: readonly number[];
  /** Of the text with zeros in its holes. */
  readonly #zeros: number;
  /** By part, WORDS_A_CHAR for each of its chars: what it adds to the checksum. */
  readonly #adds: readonly Uint32Array[];

  /** `lengths`: chars of each part, at most 65,535, the same whenever it is filled; ASCII. */
  constructor({ pieces, places }: PiecesAndPlaces, lengths: readonly number[]) {
    if (lengths.some((length) => length > MOST_STORED)) {
      throw new RangeError(`a part of a gzip template has at most ${MOST_STORED} chars`);
    }
    this.lengths = lengths;
    const last = pieces.length - 1;
    const size = Buffer.alloc(CHECKSUM_BYTES);
    const total = pieces.reduce((sum, piece) => sum + piece.length, 0) +
      places.reduce((sum, place) => sum + lengths[place]!, 0);
    size.writeUInt32LE(total % 2 ** 32);
    const packed = pieces.map((piece, i) =>
      i === last ? deflateRawSync(piece) : Buffer.concat([deflated(piece), storedHead(lengths[places[i]!]!)])
    );
    packed[0] = Buffer.concat([HEADER, packed[0]!]);
    this.pieces = [...packed, size];
    this.places = [...places, lengths.length];
    const text = { pieces, places };
    this.#zeros = crcOfZeros(text, lengths);
    this.#adds = addsOf(text, lengths);
  }

  fits(parts: readonly string[]): boolean {
    return this.lengths.every((length, i) => parts[i]?.length === length);
  }

  /** The last part, where these are the others. */
  checksum(parts: readonly string[]): string {
    let crc = this.#zeros;
    for (let p = 0; p < this.#adds.length; p++) {
      const part = parts[p]!;
      const adds = this.#adds[p]!;
      for (let i = 0, at = 0; i < part.length; i++, at += WORDS_A_CHAR) {
        const char = part.charCodeAt(i);
        crc ^= adds[at + (char & 15)]! ^ adds[at + 16 + (char >>> 4)]!;
      }
    }
    return String.fromCharCode(crc & 255, crc >>> 8 & 255, crc >>> 16 & 255, crc >>> 24);
  }
}

/** Ends on a byte, and nothing that follows refers to it. */
function deflated(piece: Uint8Array): Buffer {
  return piece.length === 0
    ? Buffer.alloc(0)
    : deflateRawSync(piece, { finishFlush: constants.Z_SYNC_FLUSH });
}

function storedHead(length: number): Buffer {
  const head = Buffer.alloc(STORED_HEAD_BYTES);
  head.writeUInt16LE(length, 1);
  head.writeUInt16LE(length ^ MOST_STORED, 3);
  return head;
}

/** The state of the checksum after one more byte. */
function next(crc: number, byte: number): number {
  return (crc >>> 8) ^ TABLE[(crc ^ byte) & 255]!;
}

/** The checksum of the text with zeros in its holes. */
function crcOfZeros({ pieces, places }: PiecesAndPlaces, lengths: readonly number[]): number {
  let crc = 0xffffffff;
  pieces.forEach((piece, i) => {
    for (const byte of piece) crc = next(crc, byte);
    const place = places[i];
    for (let left = place === undefined ? 0 : lengths[place]!; left > 0; left--) crc = next(crc, 0);
  });
  return ~crc >>> 0;
}

/** From the text's end on: what a single bit adds there is carried back over every byte that stands behind it. */
function addsOf({ pieces, places }: PiecesAndPlaces, lengths: readonly number[]): Uint32Array[] {
  const adds = lengths.map((length) => new Uint32Array(length * WORDS_A_CHAR));
  const bits = Uint32Array.from({ length: 8 }, (_, bit) => TABLE[1 << bit]!);
  const carry = (bytes: number) => {
    for (let bit = 0; bit < 8; bit++) {
      let crc = bits[bit]!;
      for (let i = 0; i < bytes; i++) crc = next(crc, 0);
      bits[bit] = crc;
    }
  };
  for (let i = pieces.length - 1; i >= 0; i--) {
    const place = places[i];
    if (place !== undefined) {
      for (let char = lengths[place]! - 1; char >= 0; char--) {
        addBits(adds[place]!.subarray(char * WORDS_A_CHAR), bits);
        carry(1);
      }
    }
    carry(pieces[i]!.length);
  }
  return adds;
}

/** `words`: for each value of a char's low half, then of its high half. A part that stands in several places adds for each. */
function addBits(words: Uint32Array, bits: Uint32Array): void {
  for (let half = 0; half < 16; half++) {
    for (let bit = 0; bit < 4; bit++) {
      if ((half >>> bit & 1) === 0) continue;
      words[half] = words[half]! ^ bits[bit]!;
      words[16 + half] = words[16 + half]! ^ bits[4 + bit]!;
    }
  }
}
