import { AegisError } from "../../../core/errors.ts";
import type { ResponseWriter, Tunnel } from "../../../core/exchange.ts";
import type { HeaderList } from "../../../core/header_list.ts";
import type { AnswerParts, PreparedAnswer } from "../../../core/prepared_answer.ts";
import { sendPrepared } from "../../../core/send_prepared.ts";
import { answerFields } from "./answer_fields.ts";
import type { AnsweredStream, ResponseHost } from "./response_host.ts";
import { Http2Tunnel } from "./tunnel.ts";

const DONE = "done";

/** The way back over HTTP/2 (RFC 9113, 8.1). */
export class Http2Response<Stream extends AnsweredStream> implements ResponseWriter {
  onDrain: (() => void) | null = null;
  onAbort: ((detail: string) => void) | null = null;
  onDone: (() => void) | null = null;
  readonly #stream: Stream;
  readonly #host: ResponseHost<Stream>;
  /** `ended`: complete, but not all of it is sent. */
  #stage: "head" | "body" | "tunnel" | "ended" | typeof DONE = "head";
  #started = false;
  /** Bytes that may still be written; -1: the length was not said; 0 without content. */
  #left = -1;
  #hasContent = true;
  #bodyBytes = 0;
  #isEventStream = false;
  #tunnel: Http2Tunnel<Stream> | null = null;

  constructor(stream: Stream, host: ResponseHost<Stream>) {
    this.#stream = stream;
    this.#host = host;
  }

  get started(): boolean {
    return this.#started;
  }

  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /** True where the answer would go on for ever: a tunnel, or a stream of events. */
  get isEndless(): boolean {
    return this.#tunnel !== null || this.#isEventStream;
  }

  closeAfter(): void {
    if (this.#stage === "head") this.#host.closeAfter();
  }

  informational(status: number, headers: HeaderList): void {
    if (this.#stage !== "head" || status < 100 || status > 199 || status === 101) return;
    if (status === 100) {
      if (!this.#stream.continueDue) return;
      this.#stream.continueDue = false;
    }
    const fields = answerFields(headers);
    // [SECURITY] An early hint is no promise: one that cannot be written safely is left out (CWE-113).
    if (fields !== null) this.#host.sendHead(this.#stream, status, fields, false);
  }

  head(status: number, headers: HeaderList, length: number | null): void {
    this.#writeHead(status, headers, length);
  }

  write(chunk: Uint8Array): boolean {
    if (this.#stage !== "body") return this.#misused("write");
    if (!this.#hasContent || chunk.length === 0) return this.#host.mayWrite(this.#stream);
    if (this.#left >= 0) {
      if (chunk.length > this.#left) {
        this.abort(`body is longer than the ${this.#bodyBytes + this.#left} bytes declared`);
        return false;
      }
      this.#left -= chunk.length;
    }
    this.#bodyBytes += chunk.length;
    return this.#host.sendData(this.#stream, chunk, false);
  }

  end(trailers: HeaderList | null): void {
    if (this.#stage !== "body") {
      this.#misused("end");
      return;
    }
    if (!this.#hasContent) return this.#host.streamSent(this.#stream);
    if (this.#left > 0) return this.abort(`body ends ${this.#left} bytes before its declared length`);
    this.#stage = "ended";
    // Trailers that cannot be written safely are left out: RFC 9110, 6.5.2 lets any recipient do so.
    const fields = trailers === null ? null : answerFields(trailers);
    this.#host.sendEnd(this.#stream, fields !== null && fields.length > 0 ? fields : null);
  }

  send(status: number, headers: HeaderList, body: Uint8Array | null): void {
    if (!this.#writeHead(status, headers, body?.length ?? 0)) return;
    if (!this.#hasContent || body === null) return this.#host.streamSent(this.#stream);
    this.#bodyBytes = body.length;
    this.#stage = "ended";
    this.#host.sendData(this.#stream, body, true);
  }

  sendPrepared(answer: PreparedAnswer, parts: AnswerParts): void {
    sendPrepared(this, answer, parts);
  }

  abort(detail: string): void {
    if (this.#stage === DONE) return;
    this.#stage = DONE;
    this.#host.responseAborted(this.#stream, detail);
    this.#tellDone();
  }

  tunnel(headers: HeaderList): Tunnel {
    if (this.#stage !== "head" || this.#stream.upgrade === null) {
      throw new AegisError("internal", "internal error", { privateText: "tunnel without an upgrade" });
    }
    this.#started = true;
    this.#stage = "tunnel";
    const tunnel = this.#tunnel = new Http2Tunnel(this.#stream, this.#host);
    // RFC 8441, 5: the accept value answers a key, and there was none.
    const fields = answerFields(headers, "sec-websocket-accept");
    if (fields === null) {
      this.#host.responseUnsafe(this.#stream, "unsafe header field in the answer to an upgrade");
      return tunnel;
    }
    this.#stream.isTunnel = true;
    this.#host.sendHead(this.#stream, 200, fields, false);
    return tunnel;
  }

  /** What waited is sent: more may be written. */
  drained(): void {
    if (this.#tunnel !== null) this.#tunnel.onDrain?.();
    else this.onDrain?.();
  }

  /** END_STREAM is handed over; of a tunnel: both directions have ended. */
  sent(): void {
    if (this.#stage === DONE) return;
    this.#stage = DONE;
    this.#tellDone();
  }

  /** The stream or the connection is over before the answer was. */
  lost(detail: string): void {
    if (this.#stage === DONE) return;
    this.#stage = DONE;
    const onAbort = this.onAbort;
    this.onAbort = null;
    if (this.#tunnel !== null) this.#tunnel.lost();
    onAbort?.(detail);
    this.#tellDone();
  }

  #writeHead(status: number, headers: HeaderList, length: number | null): boolean {
    if (this.#stage !== "head") return this.#misused("head");
    this.#started = true;
    const fields = answerFields(headers);
    if (fields === null || status < 200 || status > 599) {
      this.#stage = DONE;
      this.#host.responseUnsafe(
        this.#stream,
        fields === null ? "unsafe header field" : `status ${status} in an answer`,
      );
      this.#tellDone();
      return false;
    }
    this.#stage = "body";
    this.#isEventStream = length === null &&
      (headers.get("content-type")?.startsWith("text/event-stream") ?? false);
    this.#hasContent = !this.#stream.isHead && status !== 204 && status !== 304 && length !== 0;
    // RFC 9110, 8.6: the length that a GET would have got; none with 204, and with 304 only where somebody knows it.
    const isTold = length !== null && status !== 204 && (length > 0 || status !== 304);
    // RFC 9110, 6.6.1: also where a target left it out.
    const date = fields.has("date") ? "" : this.#host.dateText;
    if (this.#hasContent && length !== null) this.#left = length;
    this.#host.sendHead(this.#stream, status, fields, !this.#hasContent, isTold ? String(length) : "", date);
    return true;
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
