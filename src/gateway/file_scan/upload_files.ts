import { Buffer } from "node:buffer";

/** What an upload holds, as it streams in. */
export interface UploadSink {
  /** Another file begins; what was before is over. */
  file(name: string): void;
  /** Bytes of the file that began last; valid during the call. */
  bytes(piece: Uint8Array): void;
}

const MOST_HEAD_BYTES = 16 * 1024;
const FILE_NAME = /filename\*?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i;

/**
 * The files of an upload: the parts of a multipart body that have a file name or a type (RFC 7578), else the body
 * itself. Constant memory. What is odd is taken for a file rather than not.
 */
export class UploadFiles {
  readonly #sink: UploadSink;
  /** Null: the whole body is one file. */
  readonly #delimiter: Buffer | null;
  /** A line feed stands for the start of the body. */
  #pending: Buffer = Buffer.from("\n");
  #state: "between" | "head" | "file" | "field" = "between";
  /** Nothing of this part was handed out yet. */
  #isFirst = false;

  constructor(boundary: string | null, sink: UploadSink) {
    this.#sink = sink;
    this.#delimiter = boundary === null ? null : Buffer.from(`\n--${boundary}`, "latin1");
    if (boundary === null) sink.file("the body");
  }

  /** `chunk` is only read during the call. */
  push(chunk: Uint8Array): void {
    if (this.#delimiter === null) return this.#sink.bytes(chunk);
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#step(this.#delimiter));
    this.#pending = Buffer.from(this.#pending);
  }

  /** What is left of a file whose end is missing. */
  end(): void {
    if (this.#state === "file") this.#sink.bytes(this.#pending.subarray(this.#isFirst ? 1 : 0));
    this.#pending = Buffer.alloc(0);
  }

  /** True where more can be done with what is pending. */
  #step(delimiter: Buffer): boolean {
    if (this.#state === "head") return this.#head();
    const at = this.#pending.indexOf(delimiter);
    const sure = at < 0 ? Math.max(0, this.#pending.length - delimiter.length - 1) : at;
    if (this.#state === "file" && sure > 0) {
      // The line end in front of a delimiter belongs to it.
      const end = at > 0 && this.#pending[at - 1] === 0x0d ? at - 1 : sure;
      const start = this.#isFirst ? 1 : 0;
      this.#isFirst = false;
      if (end > start) this.#sink.bytes(this.#pending.subarray(start, end));
    }
    this.#pending = this.#pending.subarray(at < 0 ? sure : at + delimiter.length);
    if (at < 0) return false;
    this.#state = "head";
    return true;
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
    const name = FILE_NAME.exec(head);
    const isFile = end === null || name !== null || /^content-type\s*:/im.test(head);
    // One line feed stays, though it is no content: it may begin the delimiter of an empty part.
    this.#pending = this.#pending.subarray(end === null ? text.length : end.index + end[0].length - 1);
    this.#state = isFile ? "file" : "field";
    this.#isFirst = end !== null;
    if (isFile) this.#sink.file(name?.[1] ?? name?.[2] ?? "a file");
    return true;
  }
}
