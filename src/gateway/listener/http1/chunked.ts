import { Buffer } from "node:buffer";
import { HeaderList } from "../../../core/header_list.ts";
import { CR, HEX_DIGIT, LF, TOKEN_LOWER } from "./characters.ts";
import { hex, malformed, type ParseFailure, parseFields, smuggling } from "./fields.ts";

/** 2^48 - 1 bytes in one chunk: a length that a double holds exactly, and more than anybody sends. */
const MAX_SIZE_DIGITS = 12;
const MAX_EXTENSION_BYTES = 256;
/**
 * [SECURITY] Extensions may outweigh the data by this much, over the whole body (CVE-2023-39326, CVE-2024-22019:
 * bytes that cost work and count for no limit).
 */
const MAX_EXTENSION_EXCESS = 16_384;
const MAX_TRAILER_BYTES = 8_192;
const MAX_TRAILER_FIELDS = 32;

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

enum State {
  Size,
  ExtensionName,
  ExtensionValue,
  ExtensionQuoted,
  ExtensionQuotedPair,
  ExtensionAfterQuoted,
  SizeLf,
  Data,
  DataCr,
  DataLf,
  Trailer,
  Done,
  Failed,
}

export interface ChunkSink {
  /** A view of the input, valid during the call. False: stop here, the rest stays undecoded. */
  data(chunk: Uint8Array): boolean;
}

/**
 * Takes the chunked coding (RFC 9112, 7.1) off a body, in whatever pieces it arrives; for requests and for responses.
 *
 * [SECURITY] Only `HEX+ *( ";" token [ "=" ( token / quoted-string ) ] ) CRLF` is a chunk's head: no white space, sign,
 * `0x` or `_`, no bare CR or LF. Each of these has split requests somewhere (CWE-444).
 */
export class ChunkedDecoder {
  #state = State.Size;
  /** Digits of the size so far, then bytes of the extension so far. */
  #digits = 0;
  #left = 0;
  #extensionBytes = 0;
  #excess = 0;
  #tokenLength = 0;
  #trailer: Buffer = EMPTY;
  #trailerLength = 0;
  #lineStart = 0;
  #failure: ParseFailure | null = null;
  #trailers: HeaderList | null = null;

  /** True once the last chunk and the trailer section are complete. */
  get done(): boolean {
    return this.#state === State.Done;
  }

  /** Why the coding was refused; nothing is decoded after it. */
  get failure(): ParseFailure | null {
    return this.#failure;
  }

  /** Trailer fields, null where there were none. Meaningful once `done`. */
  get trailers(): HeaderList | null {
    return this.#trailers;
  }

  /**
   * Decodes `input[start, end)` and returns the position after the last byte taken: less than `end` where the body
   * ended, failed or the sink said stop.
   */
  decode(input: Buffer, start: number, end: number, sink: ChunkSink): number {
    let at = start;
    while (at < end) {
      if (this.#state === State.Data) {
        const take = Math.min(this.#left, end - at);
        this.#left -= take;
        this.#excess -= Math.min(take, this.#excess);
        if (this.#left === 0) this.#state = State.DataCr;
        at += take;
        if (!sink.data(input.subarray(at - take, at))) return at;
        continue;
      }
      if (this.#state === State.Done || this.#state === State.Failed) return at;
      this.#step(input[at++]!);
    }
    return at;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case State.Size:
        return this.#size(byte);
      case State.SizeLf:
        if (byte !== LF) return this.#fail(smuggling("CR without LF after a chunk size"));
        return this.#beginChunk();
      case State.DataCr:
        if (byte !== CR) return this.#fail(smuggling(`byte ${hex(byte)} instead of the CRLF after a chunk`));
        this.#state = State.DataLf;
        return;
      case State.DataLf:
        if (byte !== LF) return this.#fail(smuggling("CR without LF after a chunk"));
        this.#state = State.Size;
        this.#digits = 0;
        return;
      case State.Trailer:
        return this.#trailerByte(byte);
      default:
        return this.#extension(byte);
    }
  }

  #size(byte: number): void {
    const digit = HEX_DIGIT[byte]!;
    if (digit >= 0) {
      if (++this.#digits > MAX_SIZE_DIGITS) return this.#fail(smuggling("chunk size has too many digits"));
      this.#left = this.#left * 16 + digit;
      return;
    }
    if (this.#digits === 0) return this.#fail(smuggling(`chunk size starts with byte ${hex(byte)}`));
    if (byte === CR) {
      this.#state = State.SizeLf;
    } else if (byte === SEMICOLON) {
      this.#extensionBytes = 1;
      this.#excess++;
      this.#tokenLength = 0;
      this.#state = State.ExtensionName;
    } else {
      this.#fail(smuggling(`byte ${hex(byte)} in a chunk size`));
    }
  }

  #extension(byte: number): void {
    this.#excess++;
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES || this.#excess > MAX_EXTENSION_EXCESS) {
      return this.#fail(smuggling("chunk extensions are too long"));
    }
    switch (this.#state) {
      case State.ExtensionName:
      case State.ExtensionValue:
        if (TOKEN_LOWER[byte] !== 0) {
          this.#tokenLength++;
          return;
        }
        if (byte === QUOTE && this.#state === State.ExtensionValue && this.#tokenLength === 0) {
          this.#state = State.ExtensionQuoted;
          return;
        }
        if (this.#tokenLength === 0) return this.#badExtension(byte);
        if (byte === EQUALS && this.#state === State.ExtensionName) {
          this.#tokenLength = 0;
          this.#state = State.ExtensionValue;
          return;
        }
        return this.#afterExtension(byte);
      case State.ExtensionQuoted:
        if (byte === QUOTE) this.#state = State.ExtensionAfterQuoted;
        else if (byte === BACKSLASH) this.#state = State.ExtensionQuotedPair;
        else if (byte < 0x20 || byte === 0x7f) this.#badExtension(byte);
        return;
      case State.ExtensionQuotedPair:
        if (byte < 0x20 || byte === 0x7f) return this.#badExtension(byte);
        this.#state = State.ExtensionQuoted;
        return;
      default:
        return this.#afterExtension(byte);
    }
  }

  #afterExtension(byte: number): void {
    if (byte === CR) {
      this.#state = State.SizeLf;
    } else if (byte === SEMICOLON) {
      this.#tokenLength = 0;
      this.#state = State.ExtensionName;
    } else {
      this.#badExtension(byte);
    }
  }

  #badExtension(byte: number): void {
    this.#fail(smuggling(`byte ${hex(byte)} in a chunk extension`));
  }

  #beginChunk(): void {
    this.#state = this.#left === 0 ? State.Trailer : State.Data;
  }

  /** Gathers the trailer section: lines up to and with the empty one. */
  #trailerByte(byte: number): void {
    if (this.#trailerLength === this.#trailer.length) {
      if (this.#trailerLength >= MAX_TRAILER_BYTES) {
        return this.#fail(malformed("trailer section is too large"));
      }
      const grown = Buffer.allocUnsafe(Math.max(64, this.#trailerLength * 2));
      grown.set(this.#trailer);
      this.#trailer = grown;
    }
    this.#trailer[this.#trailerLength++] = byte;
    if (byte !== LF) return;
    const length = this.#trailerLength;
    if (length < 2 || this.#trailer[length - 2] !== CR) {
      return this.#fail(smuggling("LF without CR in the trailer section"));
    }
    const empty = length - this.#lineStart === 2;
    this.#lineStart = length;
    if (empty) this.#endTrailer(length - 2);
  }

  #endTrailer(length: number): void {
    if (length > 0) {
      const fields = new HeaderList();
      const failure = parseFields(this.#trailer, 0, length, MAX_TRAILER_FIELDS, fields);
      if (failure !== null) return this.#fail(failure);
      for (const name of fields.names) {
        if (NEVER_TRAILERS.has(name)) return this.#fail(smuggling(`field ${name} in the trailer section`));
      }
      this.#trailers = fields;
    }
    this.#trailer = EMPTY;
    this.#state = State.Done;
  }

  #fail(failure: ParseFailure): void {
    this.#failure = failure;
    this.#trailer = EMPTY;
    this.#state = State.Failed;
  }
}

const EMPTY = Buffer.alloc(0);

/** [SECURITY] Framing and routing may not come after the fact (RFC 9110, 6.5.1): somebody behind us merges trailers. */
const NEVER_TRAILERS: ReadonlySet<string> = new Set([
  "content-length",
  "transfer-encoding",
  "host",
  "connection",
  "upgrade",
  "te",
  "trailer",
  "content-encoding",
  "content-type",
  "content-range",
  "authorization",
  "cookie",
  "set-cookie",
]);

/** What stands before a chunk of `length` bytes; `CHUNK_END` stands after it. `length` is over 0. */
export function chunkStart(length: number): string {
  return length.toString(16) + "\r\n";
}

export const CHUNK_END = "\r\n";

/** The last chunk with its trailer section; `trailers` is the text of `serialiseFields`, empty where there are none. */
export function lastChunk(trailers: string): string {
  return "0\r\n" + trailers + "\r\n";
}
