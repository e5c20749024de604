import { Buffer } from "node:buffer";
import { bytesToText, utf8OrBytes } from "./byte_text.ts";
import { decodeText } from "./charset.ts";
import { type PartHead, readPart } from "./part_head.ts";
import { MAX_VALUES, type ValueSink } from "./sink.ts";

/** Longest header block of a part. */
const MAX_HEAD_BYTES = 8 * 1024;
/** A field or file is handed out in pieces of this size, which overlap so that no cut hides a match. */
const PIECE_BYTES = 32 * 1024;
const OVERLAP_BYTES = 512;
/** A delimiter is at most 70 characters of boundary (RFC 2046, 5.1.1), two dashes and a line end. */
const MAX_BOUNDARY = 70;
/** White space that is taken behind a delimiter. */
const MAX_PADDING = 80;

type State = "preamble" | "head" | "content" | "epilogue" | "rest";

/**
 * Takes multipart bodies apart as they stream in, in constant memory (RFC 7578, RFC 2046).
 *
 * [SECURITY] Every part is checked, not only the last (CVE-2026-21876); where readers differ on what a part is
 * (repeated header fields, line ends, epilogue) there is an anomaly, and the content is handed out all the same.
 */
export class MultipartReader {
  readonly #delimiter: Buffer;
  /** The delimiter without the line end that belongs to it. */
  readonly #dashed: Buffer;
  readonly #sink: ValueSink;
  #state: State = "preamble";
  /** Bytes not consumed yet; begins with a line feed that stands for the start of the body. */
  #pending: Buffer = Buffer.from("\n");
  #part: PartHead | null = null;
  #parts = 0;
  #closed = false;

  constructor(boundary: string, sink: ValueSink) {
    if (boundary.length > MAX_BOUNDARY || /[^ -~]/.test(boundary) || boundary.endsWith(" ")) {
      sink.anomaly("multipart-malformed");
    }
    this.#delimiter = Buffer.from(`\n--${boundary}`, "latin1");
    this.#dashed = this.#delimiter.subarray(1);
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#consume(false);
    // `chunk` is the caller's after this: what is kept must be a copy of its own, and small.
    this.#pending = Buffer.from(this.#pending);
  }

  end(): void {
    this.#consume(true);
    if (!this.#closed) this.#sink.anomaly(this.#parts === 0 ? "multipart-malformed" : "multipart-unclosed");
  }

  #consume(isEnd: boolean): void {
    while (this.#step(isEnd));
  }

  /** True where something was consumed and more may follow. */
  #step(isEnd: boolean): boolean {
    switch (this.#state) {
      case "preamble":
      case "content":
        return this.#untilDelimiter(isEnd);
      case "head":
        return this.#head(isEnd);
      case "rest":
        return this.#rest(isEnd);
      case "epilogue":
        if (this.#pending.toString("latin1").trim() !== "") {
          this.#sink.anomaly("multipart-epilogue");
          this.#sink.value("text", "epilogue", decodeText(this.#pending.subarray(0, PIECE_BYTES), null).text);
        }
        this.#pending = Buffer.alloc(0);
        return false;
    }
  }

  #untilDelimiter(isEnd: boolean): boolean {
    const at = this.#pending.indexOf(this.#delimiter);
    if (at < 0) return this.#withoutDelimiter(isEnd);
    const after = this.#afterDelimiter(at + this.#delimiter.length, isEnd);
    if (after === "more") return this.#withoutDelimiter(false, at);
    if (after === null) {
      // The delimiter is the beginning of something longer, so it is content (RFC 2046) to us, perhaps not to others.
      this.#sink.anomaly("multipart-malformed");
      this.#take(at + this.#delimiter.length, true);
      return true;
    }
    const bareLineFeed = at > 0 && this.#pending[at - 1] !== 0x0d;
    if (bareLineFeed) this.#sink.anomaly("multipart-malformed");
    this.#emitContent(this.#pending.subarray(0, at > 0 && !bareLineFeed ? at - 1 : at), true);
    this.#pending = this.#pending.subarray(after.next);
    this.#closed = after.isFinal;
    this.#state = after.isFinal ? "epilogue" : "head";
    return this.#pending.length > 0;
  }

  /** Where the content goes on behind a delimiter; null: it is none; `more`: the bytes do not tell yet. */
  #afterDelimiter(at: number, isEnd: boolean): { next: number; isFinal: boolean } | null | "more" {
    const tail = this.#pending.subarray(at, at + MAX_PADDING).toString("latin1");
    if (tail.startsWith("--")) return { next: at + 2, isFinal: true };
    const lineEnd = /^[ \t]*\r?\n/.exec(tail);
    if (lineEnd !== null) {
      if (!lineEnd[0].endsWith("\r\n")) this.#sink.anomaly("multipart-malformed");
      return { next: at + lineEnd[0].length, isFinal: false };
    }
    return !isEnd && tail.length < MAX_PADDING && /^(?:-|[ \t]*\r?)$/.test(tail) ? "more" : null;
  }

  /** No delimiter in what is pending: all that cannot be its beginning is content. */
  #withoutDelimiter(isEnd: boolean, delimiterAt = this.#pending.length): boolean {
    const reserve = this.#delimiter.length + 1;
    const sure = isEnd ? this.#pending.length : Math.min(delimiterAt - 1, this.#pending.length - reserve);
    if (sure >= PIECE_BYTES || (isEnd && sure > 0)) this.#take(sure, false);
    return false;
  }

  /** Hands out the first `length` pending bytes as content; some stay for the next piece to overlap. */
  #take(length: number, keepAll: boolean): void {
    this.#emitContent(this.#pending.subarray(0, length), false);
    this.#pending = this.#pending.subarray(keepAll ? length : Math.max(0, length - OVERLAP_BYTES));
    if (!keepAll && length <= OVERLAP_BYTES) this.#pending = Buffer.alloc(0);
  }

  #head(isEnd: boolean): boolean {
    const near = this.#pending.subarray(0, MAX_HEAD_BYTES + 4);
    const crlf = near.indexOf("\r\n\r\n");
    const lf = near.subarray(0, crlf < 0 ? near.length : crlf).indexOf("\n\n");
    const bare = lf >= 0 && (crlf < 0 || lf < crlf);
    const at = bare ? lf : crlf;
    const startsEmpty = this.#pending.length >= 2 && this.#pending[0] === 0x0d && this.#pending[1] === 0x0a;
    if (at < 0 && !startsEmpty && !isEnd && this.#pending.length <= MAX_HEAD_BYTES) return false;
    if (bare || at < 0 || startsEmpty || at > MAX_HEAD_BYTES) this.#sink.anomaly("multipart-malformed");
    const known = startsEmpty ? 0 : at < 0 ? Math.min(this.#pending.length, MAX_HEAD_BYTES) : at;
    if (++this.#parts > MAX_VALUES) {
      this.#sink.anomaly("too-many-values");
      this.#state = "rest";
      return true;
    }
    this.#part = readPart(this.#pending.subarray(0, known), this.#sink);
    // One line feed stays: it may be the first byte of the delimiter that ends an empty part.
    const rest = startsEmpty ? 1 : at < 0 ? known : bare ? at + 1 : at + 3;
    this.#pending = this.#pending.subarray(rest);
    this.#state = "content";
    return this.#pending.length > 0;
  }

  /** Behind the limit of parts: inspected as running text. */
  #rest(isEnd: boolean): boolean {
    if (this.#pending.length < PIECE_BYTES && !isEnd) return false;
    this.#sink.value("text", "", decodeText(this.#pending, null).text);
    this.#pending = isEnd ? Buffer.alloc(0) : this.#pending.subarray(-OVERLAP_BYTES);
    return false;
  }

  #emitContent(raw: Buffer, isLast: boolean): void {
    const part = this.#part;
    const bytes = raw.length > 0 && raw[0] === 0x0a && !this.#started ? raw.subarray(1) : raw;
    this.#started = !isLast;
    // [SECURITY] Django ends a part at the boundary wherever it stands, werkzeug behind a bare CR as well.
    if (bytes.includes(this.#dashed)) this.#sink.anomaly("multipart-hidden-delimiter");
    if (this.#state === "preamble") {
      if (bytes.toString("latin1").trim() === "") return;
      this.#sink.anomaly("multipart-malformed");
      this.#sink.value("text", "preamble", decodeText(bytes.subarray(0, PIECE_BYTES), null).text);
      return;
    }
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(Math.max(0, at - OVERLAP_BYTES), at + PIECE_BYTES);
      this.#emitPiece(part!, piece);
    }
  }
  #started = false;

  #emitPiece(part: PartHead, piece: Uint8Array): void {
    const { text, anomaly } = decodeText(piece, part.charset);
    const kind = part.isFile ? "file" : "arg";
    if (anomaly !== null && part.isFile && part.charset === null) {
      // A file may be UTF-16. [SECURITY] But two bytes that look like its mark hide nothing from who reads bytes.
      this.#sink.value(kind, part.name, Buffer.from(piece).toString("latin1"));
    } else if (anomaly !== null) this.#sink.anomaly(anomaly);
    this.#sink.value(kind, part.name, text);
    if (part.isFieldToo || (part.isFile && part.isUntyped && isLikeField(text))) {
      this.#sink.value("arg", part.name, text);
    }
    if (part.encoding === "quoted-printable") {
      this.#sink.value(kind, part.name, bytesToText(fromQuotedPrintable(text)));
    } else if (part.encoding === "base64") {
      this.#sink.value(kind, part.name, utf8OrBytes(fromBase64(text)));
    }
  }
}

/**
 * As Django and formidable decode a field. [SECURITY] They pass over what is not of the alphabet, so that nothing else
 * would know the rest for base64.
 */
function fromBase64(text: string): Uint8Array {
  return Buffer.from(text.replace(/[^A-Za-z0-9+/=]/g, ""), "base64");
}

/** What a file without a type is no longer taken for the value of a field from. */
const MAX_FIELD_CHARS = 4 * 1024;
/** Pictures and pages: what is in them looks like an attack on a page. */
const DOCUMENT = /^\s*<(?:\?xml|!doctype|html|svg)/i;

/** Short text that is no document: what somebody would write into a field. */
function isLikeField(text: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what tells text from binary
  return text.length <= MAX_FIELD_CHARS && !/[\x00-\x08\x0e-\x1f]/.test(text) && !DOCUMENT.test(text);
}

/** `=27` → `'`, and lines that `=` continues joined. */
function fromQuotedPrintable(text: string): string {
  return text.replace(/=[ \t]*\r?\n/g, "").replace(
    /=([0-9A-Fa-f]{2})/g,
    (_, hex: string) => String.fromCharCode(parseInt(hex, 16)),
  );
}
