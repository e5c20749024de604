import { Buffer } from "node:buffer";
import type { UploadReader, UploadSink } from "./upload_reader.ts";

const MOST_HEAD_BYTES = 16 * 1024;
/** White space that is taken behind a delimiter. */
const MOST_PADDING = 80;
const LONGEST_NAME = 200;
const FILE_NAME = /filename[*\d]*\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i;
/** [SECURITY] The one head that everybody takes for a field; whatever is written otherwise may be a file to somebody. */
const FIELD = /^[ \t]*\r\ncontent-disposition:[ \t]*form-data;[ \t]*name=(?:"[^"\r\n]*"|[^\s;",]+)[ \t]*$/i;
/** Some targets decode such parts (RFC 7578, 4.7 and 4.3 forbid or deprecate both), and clamd sees them as they are. */
const DECODED = /^content-transfer-encoding[ \t]*:(?![ \t]*(?:binary|7bit|8bit)[ \t]*\r?$)/im;
const NESTED = /^content-type[ \t]*:[^\n]*multipart\//im;

/**
 * The files of a form (RFC 7578) in constant memory: every part but plain fields. What readers differ on is odd, and
 * a file rather than not.
 */
export class FormFiles implements UploadReader {
  readonly #sink: UploadSink;
  readonly #delimiter: Buffer;
  /** A line feed stands for the start of the body. */
  #pending: Buffer = Buffer.from("\n");
  #state: "between" | "head" | "file" | "field" = "between";
  /** Nothing of this part was handed out yet. */
  #isFirst = false;
  #hasDelimiter = false;

  constructor(boundary: string, sink: UploadSink) {
    this.#sink = sink;
    this.#delimiter = Buffer.from(`\n--${boundary}`, "latin1");
  }

  push(chunk: Uint8Array): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#state === "head" ? this.#head() : this.#content());
    this.#pending = Buffer.from(this.#pending);
  }

  end(): void {
    if (this.#state === "file") {
      this.#sink.bytes(this.#pending.subarray(this.#isFirst ? 1 : 0));
      this.#sink.fileEnd();
    }
    if (this.#state === "head") this.#sink.odd("a part's head has no end");
    if (!this.#hasDelimiter) this.#sink.odd("a form without parts");
    this.#pending = Buffer.alloc(0);
  }

  /** Up to the next delimiter. True where more can be done with what is pending. */
  #content(): boolean {
    const delimiter = this.#delimiter;
    const at = this.#pending.indexOf(delimiter);
    if (at < 0) {
      this.#hand(Math.max(0, this.#pending.length - delimiter.length - 1));
      return false;
    }
    const behind = this.#pending.subarray(at + delimiter.length, at + delimiter.length + MOST_PADDING)
      .toString("latin1");
    const isTold = behind.startsWith("--") || /^[ \t]*\r?\n/.test(behind);
    if (!isTold && (behind.length === MOST_PADDING || !/^(?:-|[ \t]*\r?)$/.test(behind))) {
      this.#sink.odd("a line that begins as a delimiter does");
      this.#hand(at + delimiter.length);
      return true;
    }
    // The line end in front of a delimiter belongs to it.
    this.#hand(at > 0 && this.#pending[at - 1] === 0x0d ? at - 1 : at);
    if (this.#state === "file") this.#sink.fileEnd();
    this.#pending = this.#pending.subarray(this.#pending.indexOf(delimiter));
    // Where it ends is not known yet: no part comes of what was before.
    this.#state = "between";
    if (!isTold) return false;
    this.#hasDelimiter = true;
    this.#pending = this.#pending.subarray(delimiter.length);
    this.#state = "head";
    return true;
  }

  /** Takes so many pending bytes as content of the part. */
  #hand(length: number): void {
    if (length === 0) return;
    if (this.#state === "file") {
      const start = this.#isFirst ? 1 : 0;
      this.#isFirst = false;
      if (length > start) this.#sink.bytes(this.#pending.subarray(start, length));
    }
    this.#pending = this.#pending.subarray(length);
  }

  #head(): boolean {
    const text = this.#pending.subarray(0, MOST_HEAD_BYTES).toString("latin1");
    if (text.startsWith("--")) {
      this.#state = "between";
      return true;
    }
    const end = /\r?\n\r?\n/.exec(text);
    if (end === null && text.length < MOST_HEAD_BYTES) return false;
    const head = text.slice(0, end?.index ?? text.length);
    if (end === null) this.#sink.odd("a part's head is too long");
    if (DECODED.test(head)) this.#sink.odd("a part with a Content-Transfer-Encoding");
    if (NESTED.test(head)) this.#sink.odd("a form in a form");
    // One line feed stays, though it is no content: it may begin the delimiter of an empty part.
    this.#pending = this.#pending.subarray(end === null ? text.length : end.index + end[0].length - 1);
    this.#isFirst = end !== null;
    const isField = end !== null && end[0] === "\r\n\r\n" && FIELD.test(head) && !/filename/i.test(head);
    this.#state = isField ? "field" : "file";
    if (!isField) this.#sink.file(nameIn(head));
    return true;
  }
}

/** What the log calls the file. */
function nameIn(head: string): string {
  const found = FILE_NAME.exec(head);
  // deno-lint-ignore no-control-regex -- whatever a client sends goes into the log
  return (found?.[1] ?? found?.[2] ?? "a file").slice(0, LONGEST_NAME).replace(/[\x00-\x1f\x7f]/g, "?");
}
