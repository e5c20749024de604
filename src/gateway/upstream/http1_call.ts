import type { Buffer } from "node:buffer";
import type { HeaderList } from "../../core/header_list.ts";
import { isIdempotent } from "../../core/method.ts";
import type { UpstreamCall, UpstreamFailure, UpstreamRequest, UpstreamSink } from "../../core/ports.ts";
import type { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import { ChunkedDecoder } from "../listener/http1/chunked.ts";
import type { Connection, ConnectionUser } from "./connection.ts";
import { HeadReader } from "./head_reader.ts";
import type { Applicant, Pool } from "./pool.ts";
import type { SerialisedHead } from "./request_head.ts";
import { RequestWriter, type RequestWriterOwner } from "./request_writer.ts";
import { endToEndFields, frameResponse, type ResponseFraming } from "./response_framing.ts";
import { parseResponseHead, type ResponseHead } from "./response_head.ts";
import { UpstreamTunnel } from "./upstream_tunnel.ts";

/** [SECURITY] Interim responses of one request: a target could send them for ever and hold the client. */
const MAX_INTERIM = 16;

/** What a call needs of the pool. */
export type ConnectionSource = Pick<Pool, "apply" | "withdraw" | "release" | "tunnels" | "answerLines">;

/** `waiting` for a connection, then for the `head`, then the `body`, then `done`. */
type Stage = "waiting" | "head" | "body" | "done";

/**
 * One request on one connection, from the wish for a connection to the last byte of the response.
 *
 * Nothing is sent twice. Once a byte of the request was handed to a socket it may have arrived, and a target that
 * closes without an answer may have acted on it (RFC 9110 §9.2.2: a proxy must not repeat what is not idempotent);
 * then the failure says `sent: true` and the caller must not try elsewhere. The pool makes this race rare.
 */
export class Http1Call implements UpstreamCall, Applicant, ConnectionUser, RequestWriterOwner {
  deadline = Infinity;
  sweepAt = -1;
  readonly connectMs: number;
  readonly isIdempotent: boolean;
  readonly #request: UpstreamRequest;
  readonly #sink: UpstreamSink;
  readonly #pool: ConnectionSource;
  readonly #sweep: DeadlineSweep;
  readonly #head: SerialisedHead;
  readonly #reader = new HeadReader();
  #stage: Stage = "waiting";
  #connection: Connection | null = null;
  #writer: RequestWriter | null = null;
  #framing: ResponseFraming | null = null;
  #decoder: ChunkedDecoder | null = null;
  #left = 0;
  #interim = 0;
  #paused = false;
  #inBegin = false;
  #aborted = false;

  constructor(
    request: UpstreamRequest,
    head: SerialisedHead,
    sink: UpstreamSink,
    pool: ConnectionSource,
    sweep: DeadlineSweep,
  ) {
    this.#request = request;
    this.#head = head;
    this.#sink = sink;
    this.#pool = pool;
    this.#sweep = sweep;
    this.connectMs = request.timeouts.connect_ms;
    this.isIdempotent = isIdempotent(request.method);
  }

  /** Asks for a connection. Tells the sink nothing before it returns. */
  begin(): void {
    this.#inBegin = true;
    this.#sweep.add(this);
    this.#pool.apply(this);
    this.#inBegin = false;
  }

  get withdrawn(): boolean {
    return this.#stage === "done";
  }

  abort(): void {
    this.#aborted = true;
    if (this.#stage === "done") return;
    this.#leave();
  }

  pause(): void {
    this.#paused = true;
    if (this.#stage !== "body") return;
    this.#connection!.socket.pause();
    this.#arm();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#stage !== "body") return;
    this.#connection!.socket.resume();
    this.#arm();
  }

  granted(connection: Connection): void {
    this.#stage = "head";
    this.#connection = connection;
    connection.uses++;
    connection.user = this;
    this.#writer = new RequestWriter(connection.output, this.#head, this.#request.body, this);
    this.#writer.start();
  }

  refused(failure: UpstreamFailure): void {
    this.#fail(failure.reason, failure.detail);
  }

  requestProgressed(): void {
    if (this.#stage !== "done") this.#arm();
  }

  requestBroke(detail: string): void {
    this.#fail("timeout_client", detail);
  }

  drained(): void {
    this.#writer!.drained();
  }

  received(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#stage === "head") {
      const taken = this.#reader.take(chunk, at);
      if (taken < 0) {
        if (this.#reader.failure !== null) this.#broken(this.#reader.failure);
        return;
      }
      at += taken;
      const head = parseResponseHead(this.#reader.bytes, this.#reader.end, this.#pool.answerLines);
      if (typeof head === "string") return this.#broken(head);
      if (head.status >= 200) this.#final(head, at < chunk.length);
      else if (head.status === 101) return this.#upgrade(head.fields, chunk.subarray(at));
      else this.#informational(head);
    }
    if (this.#stage !== "body" || at === chunk.length) return;
    this.#body(chunk, at);
    this.#armBody();
  }

  ended(): void {
    if (this.#stage === "body" && this.#framing!.body === "close") return this.#finish(null, false);
    this.closed("the target closed the connection");
  }

  closed(detail: string): void {
    const when = this.#stage === "body" ? "in the middle of the response body" : "before the response head";
    const reused = this.#connection !== null && this.#connection.uses > 1 ? ", on a reused connection" : "";
    this.#broken(`${detail} ${when}${reused}`);
  }

  onDeadline(): void {
    const { timeouts } = this.#request;
    if (this.#stage === "waiting") {
      return this.#fail("overload", `waited ${this.connectMs} ms for a free connection`);
    }
    const writer = this.#writer!;
    if (this.#stage === "body") {
      return this.#fail("upstream_timeout", `the response body stood still for ${timeouts.body_idle_ms} ms`);
    }
    if (writer.complete) {
      return this.#fail("upstream_timeout", `no response head within ${timeouts.response_head_ms} ms`);
    }
    if (writer.blocked) {
      return this.#fail("upstream_timeout", `the target took no body for ${timeouts.body_idle_ms} ms`);
    }
    this.#fail("timeout_client", `the request body stood still for ${timeouts.body_idle_ms} ms`);
  }

  #informational(head: ResponseHead): void {
    if (++this.#interim > MAX_INTERIM) return this.#broken(`more than ${MAX_INTERIM} interim responses`);
    this.#arm();
    // A 100 answers an Expect, and none was forwarded.
    if (head.status !== 100) this.#sink.informational(head.status, endToEndFields(head.fields));
  }

  #upgrade(fields: HeaderList, early: Buffer): void {
    const wanted = this.#request.upgrade;
    const got = fields.all("upgrade").join(",").toLowerCase();
    if (wanted === null) return this.#broken("101 where no upgrade was asked for");
    if (got !== wanted.toLowerCase()) {
      return this.#broken(`101 to "${got.slice(0, 40)}" instead of ${wanted}`);
    }
    if (!this.#writer!.complete) return this.#broken("101 before the end of the request");
    const connection = this.#connection!;
    if (!this.#pool.tunnels(connection)) {
      return this.#fail("overload", "too many upgraded connections to this target");
    }
    this.#stage = "done";
    this.#sweep.delete(this);
    const tunnel = new UpstreamTunnel(connection, early, this.#sweep, this.#request.timeouts);
    this.#sink.upgraded(101, endToEndFields(fields), tunnel);
  }

  #final(head: ResponseHead, hasMore: boolean): void {
    const framing = frameResponse(head, this.#request.method);
    if (typeof framing === "string") return this.#broken(framing);
    this.#framing = framing;
    this.#stage = "body";
    if (framing.body === "length") this.#left = framing.length!;
    else if (framing.body === "chunked") this.#decoder = new ChunkedDecoder();
    if (this.#paused) this.#connection!.socket.pause();
    if (!hasMore) this.#arm();
    this.#sink.head(head.status, framing.headers, framing.length);
    if (framing.body === "none" && this.#stage === "body") this.#finish(null, !hasMore);
  }

  #body(chunk: Buffer, from: number): void {
    if (this.#decoder !== null) return this.#chunked(this.#decoder, chunk, from);
    if (this.#framing!.body === "close") return this.#sink.data(from === 0 ? chunk : chunk.subarray(from));
    const end = Math.min(chunk.length, from + this.#left);
    this.#left -= end - from;
    this.#sink.data(from === 0 && end === chunk.length ? chunk : chunk.subarray(from, end));
    if (this.#left === 0 && this.#stage === "body") this.#finish(null, end === chunk.length);
  }

  #chunked(decoder: ChunkedDecoder, chunk: Buffer, from: number): void {
    const taken = decoder.decode(chunk, from, chunk.length, this);
    if (this.#stage !== "body") return;
    if (decoder.failure !== null) this.#broken(`response body: ${decoder.failure.detail}`);
    else if (decoder.done) this.#finish(decoder.trailers, taken === chunk.length);
  }

  /** Of the chunked decoder. */
  data(chunk: Uint8Array): boolean {
    this.#sink.data(chunk);
    return this.#stage === "body";
  }

  /** Once for each read, after it: a response that came as a whole needs no deadline any more. */
  #armBody(): void {
    if (this.#stage === "body") this.#arm();
  }

  #arm(): void {
    const { timeouts } = this.#request;
    const isUploaded = this.#writer === null || this.#writer.complete;
    if (this.#stage === "body") {
      // While the client reads slowly, its own write time-out is the one that counts.
      this.deadline = this.#paused && isUploaded ? Infinity : this.#sweep.after(timeouts.body_idle_ms);
    } else {
      this.deadline = this.#sweep.after(isUploaded ? timeouts.response_head_ms : timeouts.body_idle_ms);
    }
  }

  /** The response is whole. `isClean`: nothing came after it. */
  #finish(trailers: HeaderList | null, isClean: boolean): void {
    const connection = this.#connection!;
    const framing = this.#framing!;
    this.#stage = "done";
    this.#sweep.delete(this);
    if (isClean && framing.keepAlive && this.#writer!.complete) {
      if (this.#paused) connection.socket.resume();
      this.#pool.release(connection, framing.keepAliveMs);
    } else {
      this.#drop(connection);
    }
    this.#sink.end(trailers);
  }

  #broken(detail: string): void {
    this.#fail("upstream_protocol", detail);
  }

  #fail(reason: UpstreamFailure["reason"], detail: string): void {
    if (this.#stage === "done") return;
    const failure = { reason, detail, sent: this.#writer?.started ?? false };
    this.#leave();
    if (!this.#inBegin) return this.#sink.failed(failure);
    queueMicrotask(() => {
      if (!this.#aborted) this.#sink.failed(failure);
    });
  }

  #leave(): void {
    this.#stage = "done";
    this.#sweep.delete(this);
    this.#pool.withdraw(this);
    if (this.#connection !== null) this.#drop(this.#connection);
  }

  #drop(connection: Connection): void {
    connection.user = null;
    this.#writer?.abandon();
    connection.destroy();
  }
}
