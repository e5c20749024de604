import { AegisError } from "../../../core/errors.ts";
import type { ResponseWriter, Tunnel } from "../../../core/exchange.ts";
import type { HeaderList } from "../../../core/header_list.ts";
import type { AnswerParts, PreparedAnswer } from "../../../core/prepared_answer.ts";
import { sendPrepared } from "../../../core/send_prepared.ts";
import { CONNECTION_FIELDS } from "../connection_fields.ts";
import type { Output } from "../output.ts";
import { CHUNK_END, chunkStart, lastChunk } from "./chunked.ts";
import { serialiseFields } from "./fields.ts";
import { PreparedBytes } from "./prepared_bytes.ts";
import type { ParsedRequest } from "./request_parser.ts";
import { statusLine } from "./status_line.ts";

/** What a response asks of its connection. */
export interface ResponseHost {
  readonly output: Output;
  /** Value for the Date field of an answer that has none. */
  readonly dateText: string;
  /** False where the connection cannot go on after this answer, whatever the client wants. */
  readonly mayPersist: boolean;
  /** `100 Continue` may be told to the client once; false where it is not waiting for it. */
  takeContinue(): boolean;
  /** The last byte is handed over. */
  responseDone(persist: boolean): void;
  /** The pipeline gives up: the connection ends as an error. */
  responseAborted(detail: string): void;
  openTunnel(): Tunnel;
  /** What the pipeline wanted to say cannot be said; a fixed answer goes out instead and the connection ends. */
  responseUnsafe(detail: string): void;
}

/** How the body's end is told: not at all, by its length, by chunks, by the connection's end. */
type Framing = "none" | "length" | "chunked" | "close";

const DONE = "done";

/** The way back over HTTP/1.1 (RFC 9112, 6 and 7). */
export class Http1Response implements ResponseWriter {
  onDrain: (() => void) | null = null;
  onAbort: ((detail: string) => void) | null = null;
  onDone: (() => void) | null = null;
  readonly #host: ResponseHost;
  readonly #request: ParsedRequest;
  #stage: "head" | "body" | "tunnel" | typeof DONE = "head";
  #started = false;
  #isEventStream = false;
  #framing: Framing = "none";
  #left = 0;
  #bodyBytes = 0;
  #persist: boolean;

  constructor(host: ResponseHost, request: ParsedRequest) {
    this.#host = host;
    this.#request = request;
    this.#persist = request.keepAlive;
  }

  get started(): boolean {
    return this.#started;
  }

  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  get done(): boolean {
    return this.#stage === DONE;
  }

  closeAfter(): void {
    this.#persist = false;
  }

  informational(status: number, headers: HeaderList): void {
    if (this.#stage !== "head" || this.#request.minorVersion === 0) return;
    if (status < 100 || status > 199 || status === 101) return;
    if (status === 100 && !this.#host.takeContinue()) return;
    const fields = serialiseFields(headers, CONNECTION_FIELDS);
    // [SECURITY] An early hint is no promise: one that cannot be written safely is left out (CWE-113).
    if (fields === null) return;
    const { output } = this.#host;
    output.text(`${statusLine(status)}${fields}\r\n`);
    output.flush();
  }

  /** The answer has no end of its own. */
  get isEventStream(): boolean {
    return this.#isEventStream;
  }

  head(status: number, headers: HeaderList, length: number | null): void {
    this.#writeHead(status, headers, length);
  }

  write(chunk: Uint8Array): boolean {
    if (this.#stage !== "body") return this.#misused("write");
    if (this.#framing === "none" || chunk.length === 0) return !this.#host.output.congested;
    const { output } = this.#host;
    if (this.#framing === "length" && chunk.length > this.#left) {
      // [SECURITY] One byte too many would be read as the next answer (response splitting by framing).
      this.abort(`body is longer than the ${this.#bodyBytes + this.#left} bytes declared`);
      return false;
    }
    this.#bodyBytes += chunk.length;
    this.#left -= chunk.length;
    if (this.#framing === "chunked") {
      output.text(chunkStart(chunk.length));
      output.bytes(chunk);
      output.text(CHUNK_END);
    } else {
      output.bytes(chunk);
    }
    output.flushSoon();
    return !output.congested;
  }

  end(trailers: HeaderList | null): void {
    if (this.#stage !== "body") {
      this.#misused("end");
      return;
    }
    if (this.#framing === "length" && this.#left > 0) {
      return this.abort(`body ends ${this.#left} bytes before its declared length`);
    }
    const { output } = this.#host;
    if (this.#framing === "chunked") {
      // Trailers that cannot be written safely are left out: RFC 9110, 6.5.2 lets any recipient do so.
      output.text(lastChunk(trailers === null ? "" : serialiseFields(trailers, CONNECTION_FIELDS) ?? ""));
    }
    output.flushSoon();
    this.#finish();
  }

  send(status: number, headers: HeaderList, body: Uint8Array | null): void {
    if (!this.#writeHead(status, headers, body?.length ?? 0)) return;
    if (this.#framing === "length" && body !== null) {
      this.#host.output.bytes(body);
      this.#bodyBytes = body.length;
    }
    this.#host.output.flushSoon();
    this.#finish();
  }

  sendPrepared(answer: PreparedAnswer, parts: AnswerParts): void {
    const isUsual = this.#stage === "head" && this.#request.minorVersion === 1 &&
      this.#request.head.method !== "HEAD" && this.#persist && this.#host.mayPersist;
    const bytes = isUsual ? PreparedBytes.of(answer, this.#host.dateText, parts) : null;
    if (bytes === null) return sendPrepared(this, answer, parts);
    this.#started = true;
    this.#bodyBytes = bytes.bodyBytes;
    bytes.write(this.#host.output, parts);
    this.#finish();
  }

  abort(detail: string): void {
    if (this.#stage === DONE) return;
    this.#stage = DONE;
    this.#host.responseAborted(detail);
    this.#tellDone();
  }

  tunnel(headers: HeaderList): Tunnel {
    const { upgrade } = this.#request.head;
    if (this.#stage !== "head" || upgrade === null) {
      throw new AegisError("internal", "internal error", { privateText: "tunnel without an upgrade" });
    }
    this.#started = true;
    this.#stage = "tunnel";
    const tunnel = this.#host.openTunnel();
    const fields = serialiseFields(headers, CONNECTION_FIELDS);
    if (fields === null) {
      this.#host.responseUnsafe("unsafe header field in the answer to an upgrade");
      return tunnel;
    }
    const protocol = headers.get("upgrade") ?? upgrade;
    const { output } = this.#host;
    output.text(`${statusLine(101)}${fields}upgrade: ${protocol}\r\nconnection: upgrade\r\n\r\n`);
    return tunnel;
  }

  /** The connection is over before the answer was. */
  lost(detail: string): void {
    if (this.#stage === DONE) return;
    this.#stage = DONE;
    const onAbort = this.onAbort;
    this.onAbort = null;
    onAbort?.(detail);
    this.#tellDone();
  }

  /** The tunnel is over. */
  tunnelDone(): void {
    if (this.#stage !== "tunnel") return;
    this.#stage = DONE;
    this.#tellDone();
  }

  #writeHead(status: number, headers: HeaderList, length: number | null): boolean {
    if (this.#stage !== "head") return this.#misused("head");
    this.#started = true;
    const fields = serialiseFields(headers, CONNECTION_FIELDS);
    if (fields === null || status < 200 || status > 599) {
      this.#stage = DONE;
      this.#host.responseUnsafe(fields === null ? "unsafe header field" : `status ${status} in an answer`);
      this.#tellDone();
      return false;
    }
    this.#stage = "body";
    let text = statusLine(status) + fields;
    // RFC 9110, 6.6.1: also where a target left it out.
    if (!headers.has("date")) text += `date: ${this.#host.dateText}\r\n`;
    // RFC 9112, 6.3, rule 1: these never have a body, whatever their fields say.
    if (status === 204) {
      this.#framing = "none";
    } else if (status === 304 || this.#request.head.method === "HEAD") {
      this.#framing = "none";
      // The length that a GET would have got; for a 304 only where somebody knows it (RFC 9110, 8.6).
      if (length !== null && (length > 0 || status !== 304)) text += `content-length: ${length}\r\n`;
    } else if (length !== null) {
      this.#framing = "length";
      this.#left = length;
      text += `content-length: ${length}\r\n`;
    } else if (this.#request.minorVersion === 1) {
      this.#framing = "chunked";
      this.#isEventStream = headers.get("content-type")?.startsWith("text/event-stream") ?? false;
      text += "transfer-encoding: chunked\r\n";
    } else {
      this.#framing = "close";
      this.#persist = false;
    }
    if (this.#persist && !this.#host.mayPersist) this.#persist = false;
    if (!this.#persist) text += "connection: close\r\n\r\n";
    else if (this.#request.minorVersion === 0) text += "connection: keep-alive\r\n\r\n";
    else text += "\r\n";
    this.#host.output.text(text);
    return true;
  }

  #finish(): void {
    this.#stage = DONE;
    this.#host.responseDone(this.#persist);
    this.#tellDone();
  }

  #tellDone(): void {
    const onDone = this.onDone;
    this.onDone = null;
    this.onDrain = null;
    onDone?.();
  }

  /** After the end calls are harmless, because client and pipeline may end it in the same moment; before, a bug. */
  #misused(call: string): false {
    if (this.#stage !== DONE) this.abort(`${call} out of order`);
    return false;
  }
}
