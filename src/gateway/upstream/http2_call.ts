import type { Buffer } from "node:buffer";
import type { HeaderList } from "../../core/header_list.ts";
import { isIdempotent } from "../../core/method.ts";
import type { UpstreamCall, UpstreamFailure, UpstreamRequest, UpstreamSink } from "../../core/ports.ts";
import type { Deadlined, DeadlineSweep } from "../../lib/deadline_sweep.ts";
import type { PieceQueue } from "../../lib/piece_queue.ts";
import { ErrorCode } from "../listener/http2/frame.ts";
import { DEFAULT_PRIORITY } from "../listener/http2/priority.ts";
import { ReceiveWindow } from "../listener/http2/receive_window.ts";
import { type BodyHost, Http2Body } from "../listener/http2/request_body.ts";
import type { SendingStream } from "../listener/http2/sender.ts";
import { STREAM_WINDOW } from "../listener/http2/settings.ts";
import type { CallConnection, CallSource } from "./http2_call_hosts.ts";
import { Http2UpstreamTunnel } from "./http2_tunnel.ts";
import { Http2Upload, type UploadOwner } from "./http2_upload.ts";

/** [SECURITY] Interim responses of one request: a target could send them for ever and hold the client. */
const MAX_INTERIM = 16;
/** What a target did not look at is asked again; one that refuses everything is not asked for ever. */
const MAX_TRIES = 4;
/**
 * To this size a stream's window grows while everything is taken as it comes: what one slow client can make us hold. No
 * power of two, as bodies often are: where the window is used up with the very last byte, Node's server does not wait to
 * say END_STREAM but resets the stream.
 */
const MAX_STREAM_WINDOW = 262_140;

/** `waiting` for a connection, then for the `head`, then the `body` or a `tunnel`, then `done`. */
type Stage = "waiting" | "head" | "body" | "tunnel" | "done";

/**
 * One request on one stream of a connection, from the wish for a connection to the last byte of the response.
 *
 * What a target says it has not looked at (GOAWAY below its id, REFUSED_STREAM; RFC 9113, 8.7) is asked again on
 * another connection where it is idempotent and has no body; else the failure says `sent: false`.
 */
export class Http2Call implements UpstreamCall, Deadlined, BodyHost, SendingStream, UploadOwner {
  deadline = Infinity;
  sweepAt = -1;
  // Of the stream; the sender's and the connection's.
  id = 0;
  readonly priority = DEFAULT_PRIORITY;
  sendWindow = 0;
  pending: PieceQueue | null = null;
  pendingBytes = 0;
  ending = false;
  trailers: HeaderList | null = null;
  progressAt = -1;
  receiveWindow = new ReceiveWindow(STREAM_WINDOW, MAX_STREAM_WINDOW);
  /** The target takes the request's body more slowly than it comes. */
  blocked = false;
  /** END_STREAM of each side. */
  endSent = false;
  endReceived = false;

  readonly fields: HeaderList;
  readonly isHead: boolean;
  readonly upgrade: string | null;
  readonly #request: UpstreamRequest;
  readonly #sink: UpstreamSink;
  readonly #source: CallSource<Http2Call>;
  readonly #sweep: DeadlineSweep;
  #stage: Stage = "waiting";
  #connection: CallConnection<Http2Call> | null = null;
  #body: Http2Body | null = null;
  #tunnel: Http2UpstreamTunnel | null = null;
  /** END_STREAM of ours is handed over. */
  #uploaded = false;
  #interim = 0;
  #paused = false;
  #tries = 1;
  #inBegin = false;
  #aborted = false;

  constructor(
    request: UpstreamRequest,
    fields: HeaderList,
    sink: UpstreamSink,
    source: CallSource<Http2Call>,
    sweep: DeadlineSweep,
  ) {
    this.#request = request;
    this.fields = fields;
    this.#sink = sink;
    this.#source = source;
    this.#sweep = sweep;
    this.isHead = request.method === "HEAD";
    this.upgrade = request.upgrade;
  }

  get connectMs(): number {
    return this.#request.timeouts.connect_ms;
  }

  /** All that was declared has come; false where nothing was. */
  get isWhole(): boolean {
    const body = this.#body;
    return body !== null && this.#tunnel === null && body.length !== null &&
      body.receivedBytes === body.length;
  }

  /** The final response's head has come: what follows on the stream is content and trailers. */
  get hasHead(): boolean {
    return this.#stage === "body" || this.#stage === "tunnel";
  }

  /** Asks for a connection. Tells the sink nothing before it returns. */
  begin(): void {
    this.#inBegin = true;
    this.#sweep.add(this);
    this.#source.apply(this);
    this.#inBegin = false;
  }

  // Of the pipeline.

  abort(): void {
    this.#aborted = true;
    if (this.#stage !== "done") this.#leave(ErrorCode.cancel);
  }

  pause(): void {
    this.#paused = true;
    this.#body?.pause();
    if (this.#stage === "body") this.#arm();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#body?.resume();
    if (this.#stage === "body") this.#arm();
  }

  // Of the pool.

  /** The stream is this call's; its head goes out now. */
  granted(connection: CallConnection<Http2Call>): void {
    const { body } = this.#request;
    if (this.upgrade !== null && !connection.takesConnect) {
      const detail = `the target takes no ${this.upgrade} over HTTP/2 (RFC 8441): set its protocol to http1`;
      return this.#fail("upstream_protocol", detail);
    }
    this.#stage = "head";
    this.#connection = connection;
    const hasBody = this.upgrade !== null || (body !== null && body.length !== 0);
    connection.open(this, !hasBody);
    this.#uploaded = !hasBody;
    this.#arm();
    if (this.upgrade === null && hasBody) body!.start(new Http2Upload(body!, this));
  }

  refused(failure: UpstreamFailure): void {
    this.#fail(failure.reason, failure.detail);
  }

  // Of the request's body.

  /** False: wait for `drained`, which resumes the body. */
  upload(chunk: Uint8Array): boolean {
    if (this.#stage === "done") return true;
    this.blocked = !this.#connection!.send(this, chunk);
    this.#arm();
    return !this.blocked;
  }

  uploadEnds(trailers: HeaderList | null): void {
    if (this.#stage !== "done") this.#connection!.sendEnd(this, trailers);
  }

  uploadBroke(detail: string): void {
    this.#fail("timeout_client", detail);
  }

  // Of the connection.

  /** Everything of the request is handed over. */
  sentAll(): void {
    this.#uploaded = true;
    if (this.#stage === "tunnel") return this.#checkTunnel();
    if (this.#stage === "head" || this.#stage === "body") this.#arm();
  }

  /** What waited is sent: more may come. */
  drained(): void {
    if (!this.blocked || this.#stage === "done") return;
    this.blocked = false;
    if (this.#tunnel !== null) return this.#tunnel.drained();
    this.#arm();
    this.#request.body?.resume();
  }

  /** A header block of the target's. `length`: Content-Length; null: not said. */
  head(status: number, headers: HeaderList, length: number | null, endStream: boolean): void {
    if (this.#stage !== "head") return this.malformed("HEADERS behind the end of the response");
    if (status < 200) {
      if (endStream) return this.malformed("an interim response ends the stream");
      if (status === 101) return this.malformed("101 in HTTP/2");
      if (++this.#interim > MAX_INTERIM) return this.malformed(`more than ${MAX_INTERIM} interim responses`);
      this.#arm();
      // A 100 answers an Expect, and none was forwarded.
      if (status !== 100) this.#sink.informational(status, headers);
      return;
    }
    if (this.upgrade !== null && status < 300) return this.#upgraded(headers, endStream);
    const hasContent = !this.isHead && status !== 204 && status !== 304;
    if (endStream && hasContent && length !== null && length > 0) {
      return this.malformed(`no content, but ${length} bytes declared`);
    }
    this.#stage = "body";
    const told = status === 204 ? 0 : length ?? (endStream && hasContent ? 0 : null);
    // What must have no content is taken as long as none comes.
    const body = this.#body = new Http2Body(hasContent ? length : 0, false, this);
    if (this.#paused) body.pause();
    this.#arm();
    this.#sink.head(status, headers, told);
    if (this.#isOver()) return;
    body.start({
      data: (chunk) => this.#sink.data(chunk),
      end: (trailers) => this.#finish(trailers),
      fail: (failure) => this.#fail("upstream_protocol", failure.detail),
    });
    if (endStream) body.end(null);
  }

  /** Content of a DATA frame. */
  received(chunk: Buffer): void {
    const body = this.#body;
    if (body === null) return this.malformed("DATA before the response head");
    if (body.isTooLong(chunk.length)) {
      return this.malformed(`more content than the ${body.length} bytes declared`);
    }
    body.receive(chunk);
    if (this.#stage === "body") this.#arm();
  }

  /** END_STREAM, behind the content. */
  receivedEnd(trailers: HeaderList | null): void {
    const body = this.#body;
    if (body === null) return this.malformed("the stream ends before the response head");
    if (body.length !== null && body.receivedBytes < body.length) {
      return this.malformed(`${body.receivedBytes} bytes of content, ${body.length} declared`);
    }
    body.end(trailers);
    if (this.#stage === "tunnel") this.#checkTunnel();
  }

  /** The target sent what it may not (RFC 9113, 8.1.1): a stream error. */
  malformed(detail: string): void {
    this.#fail("upstream_protocol", detail, ErrorCode.protocolError);
  }

  /** The stream is over before the response was. `isUnprocessed`: the target says that it has not looked at it. */
  lost(detail: string, isUnprocessed: boolean): void {
    if (this.#stage === "done") return;
    this.#connection = null;
    if (isUnprocessed && this.#stage === "head" && this.#mayAskAgain()) return this.#askAgain();
    if (this.#tunnel !== null) {
      this.#leave(null);
      return;
    }
    const when = this.#stage === "body" ? " in the middle of the response body" : " before the response head";
    this.#fail("upstream_protocol", detail + when, null, isUnprocessed ? false : this.id > 0);
  }

  // Of the response's body.

  bodyWanted(): void {}

  bodyConsumed(bytes: number): void {
    this.#connection?.consumed(this, bytes);
  }

  onDeadline(): void {
    const { timeouts } = this.#request;
    this.#connection?.suspect();
    switch (this.#stage) {
      case "waiting":
        return this.#source.isBusy
          ? this.#fail("overload", `waited ${this.connectMs} ms for a free stream`)
          : this.#fail("upstream_timeout", `no HTTP/2 connection to the target within ${this.connectMs} ms`);
      case "body":
        return this.#fail(
          "upstream_timeout",
          `the response body stood still for ${timeouts.body_idle_ms} ms`,
        );
      case "head":
        if (this.#uploaded || this.upgrade !== null) {
          return this.#fail("upstream_timeout", `no response head within ${timeouts.response_head_ms} ms`);
        }
        if (this.blocked || this.pendingBytes > 0) {
          return this.#fail("upstream_timeout", `the target took no body for ${timeouts.body_idle_ms} ms`);
        }
        return this.#fail("timeout_client", `the request body stood still for ${timeouts.body_idle_ms} ms`);
    }
  }

  #upgraded(headers: HeaderList, endStream: boolean): void {
    if (endStream) return this.malformed("a tunnel that ends at once");
    this.#stage = "tunnel";
    this.#sweep.delete(this);
    const connection = this.#connection!;
    const body = this.#body = new Http2Body(null, false, this);
    this.#tunnel = new Http2UpstreamTunnel({
      body,
      sweep: this.#sweep,
      timeouts: this.#request.timeouts,
      send: (chunk) => {
        const goesOn = connection.send(this, chunk);
        this.blocked = !goesOn;
        return goesOn;
      },
      sendEnd: () => connection.sendEnd(this, null),
      leave: () => {
        if (this.#stage !== "done") this.#leave(ErrorCode.cancel);
      },
    });
    this.#sink.upgraded(101, headers, this.#tunnel);
  }

  /** Both sides have ended: nobody has to watch over it any more. */
  #checkTunnel(): void {
    if (!this.endSent || !this.endReceived) return;
    this.#stage = "done";
    this.#tunnel!.finished();
  }

  #arm(): void {
    const { timeouts } = this.#request;
    const isUploaded = this.#uploaded || this.upgrade !== null;
    if (this.#stage === "body") {
      // While the client reads slowly, its own write time-out is the one that counts.
      this.deadline = this.#paused && isUploaded ? Infinity : this.#sweep.after(timeouts.body_idle_ms);
    } else if (this.#stage === "head") {
      this.deadline = this.#sweep.after(isUploaded ? timeouts.response_head_ms : timeouts.body_idle_ms);
    }
  }

  /** The response is whole. */
  #finish(trailers: HeaderList | null): void {
    // RFC 9113, 8.1: what is left of the request is for nobody.
    this.#leave(this.#uploaded ? null : ErrorCode.noError);
    this.#sink.end(trailers);
  }

  #mayAskAgain(): boolean {
    const { body, method } = this.#request;
    return this.#tries < MAX_TRIES && body === null && this.upgrade === null && isIdempotent(method);
  }

  #askAgain(): void {
    this.#tries++;
    this.#stage = "waiting";
    this.id = 0;
    this.endSent = false;
    this.receiveWindow = new ReceiveWindow(STREAM_WINDOW, MAX_STREAM_WINDOW);
    this.#source.apply(this);
  }

  #fail(
    reason: UpstreamFailure["reason"],
    detail: string,
    code: number | null = ErrorCode.cancel,
    sent = this.id > 0,
  ): void {
    if (this.#stage === "done") return;
    const failure = { reason, detail, sent };
    this.#leave(code);
    if (!this.#inBegin) return this.#sink.failed(failure);
    queueMicrotask(() => {
      if (!this.#aborted) this.#sink.failed(failure);
    });
  }

  /** `code`: of the RST_STREAM for a stream that is still open; null: it is not. */
  #leave(code: number | null): void {
    this.#stage = "done";
    this.#sweep.delete(this);
    this.#source.withdraw(this);
    const connection = this.#connection;
    this.#connection = null;
    // The listener reads the rest of the body (and bounds that), so that its client can read the answer.
    if (this.blocked && this.#tunnel === null) this.#request.body?.resume();
    this.blocked = false;
    this.#tunnel?.lost();
    connection?.leave(this, code);
  }

  #isOver(): boolean {
    return this.#stage === "done";
  }
}
