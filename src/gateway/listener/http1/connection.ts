import type { Buffer } from "node:buffer";
import { AegisError } from "../../../core/errors.ts";
import type { Tunnel } from "../../../core/exchange.ts";
import { REASONS } from "../../../core/reason.ts";
import { ByteQueue } from "../../../lib/byte_queue.ts";
import { blame, blameBanned, noteUnsafe } from "../blame.ts";
import type { Codec, CodecContext, SlowReader, WhyBanned } from "../codec.ts";
import { Output } from "../output.ts";
import { tellRefused } from "../tell_refused.ts";
import { DISCARD_BYTES, HALF_CLOSED_MS, LINGER_MS, READ_AHEAD_BYTES } from "./connection_limits.ts";
import { type Current, exchangeOf, mayPersistAfter, type Mode } from "./current.ts";
import type { ParseFailure } from "./fields.ts";
import { HeadReader } from "./head_reader.ts";
import { BodyPace, WritePace } from "./pace.ts";
import { refuseAgain, rememberRefusal } from "./refuse_again.ts";
import { refusalAnswer } from "./refusal_answer.ts";
import { type BodyHost, RequestBody } from "./request_body.ts";
import type { ParsedRequest, RefusedRequest } from "./request_parser.ts";
import { Http1Response, type ResponseHost } from "./response_writer.ts";
import { Http1Tunnel, type TunnelHost } from "./tunnel.ts";

/**
 * One HTTP/1.1 connection (RFC 9112). Exchanges run one after the other, so that answers of pipelined requests keep
 * their order; what a client sends ahead waits unparsed.
 */
export class Http1Connection implements Codec, BodyHost, ResponseHost, TunnelHost {
  readonly output: Output;
  readonly #context: CodecContext;
  readonly #inbox = new ByteQueue();
  readonly #head = new HeadReader();
  readonly #writePace = new WritePace();
  #mode: Mode = "open";
  #current: Current | null = null;
  #tunnel: Http1Tunnel | null = null;
  #reading = true;
  #pumping = false;
  #continueDue = false;
  /** The client sends no more. */
  #ended = false;
  /** What a half-closed client had taken at the last check. */
  #sentBytes = -1;
  /** Begin of what is timed: idle, head, lingering, discarding or half-closed; monotonic milliseconds. */
  #since: number;

  constructor(context: CodecContext) {
    this.#context = context;
    this.output = new Output(context.socket, context.room);
    this.#since = context.state.nowMs;
  }

  // What the front tells.

  receive(chunk: Buffer): void {
    if (this.#mode === "lingering" || this.#mode === "closed") return;
    this.#inbox.append(chunk);
    this.#pump();
  }

  /** Takes a request that is the last one to the byte: nothing of it has to be kept. */
  borrow(bytes: Buffer): boolean {
    const isIdle = this.#mode === "open" && this.#current === null && this.#inbox.length === 0;
    if (!isIdle || this.#pumping || this.output.congested) return false;
    const request = this.#head.repeated(bytes, this.#context.state.settings);
    if (request === null) return false;
    this.#pumping = true;
    this.#begin(request);
    this.#pumping = false;
    this.#pump();
    return true;
  }

  receiveEnd(): void {
    this.#ended = true;
    if (this.#mode === "lingering") return this.#destroyAfterOutput();
    if (this.#current !== null) this.#since = this.#context.state.nowMs;
    this.#pump();
  }

  drained(): void {
    if (this.#tunnel !== null) this.#tunnel.onDrain?.();
    else this.#current?.response.onDrain?.();
    this.#pump();
  }

  closed(detail: string): void {
    if (this.#mode === "closed") return;
    this.#mode = "closed";
    this.#inbox.clear();
    const [current, tunnel] = [this.#current, this.#tunnel];
    this.#current = null;
    this.#tunnel = null;
    if (tunnel !== null) {
      tunnel.lost(detail);
      current?.response.tunnelDone();
    }
    current?.body.fail({ kind: "gone", detail });
    current?.response.lost(detail);
  }

  check(nowMs: number): void {
    if (this.#mode === "closed") return;
    const { settings } = this.#context.state;
    const stalled = this.#writePace.check(nowMs, this.output, settings.write_timeout_ms);
    if (stalled !== null) return this.#timedOut(stalled);
    const waited = nowMs - this.#since;
    if (this.#mode === "lingering") {
      if (this.output.pendingBytes > 0) this.#since = nowMs;
      else if (waited > LINGER_MS) this.#gone("connection closed");
      return;
    }
    if (this.#mode === "tunnel") return;
    if (this.#current !== null) return this.#checkCurrent(this.#current, nowMs, waited);
    if (!this.#head.started) {
      if (waited > settings.idle_timeout_ms) this.#gone("connection closed");
      else this.#head.idle(waited);
    } else if (waited > settings.head_timeout_ms) {
      this.#timedOut(`head not complete after ${settings.head_timeout_ms} ms`);
    }
  }

  drain(): void {
    if (this.#mode === "open" && this.#current === null && !this.#head.started) this.#linger();
  }

  endStreams(): void {
    if (this.#mode === "tunnel" || this.#current?.response.isEventStream) this.#context.reset();
  }

  endBanned(whyBanned: WhyBanned): void {
    const current = this.#current;
    const detail = current === null || current.response.done ? null : blameBanned(current, whyBanned);
    if (detail !== null) this.#breakOff(detail);
  }

  slowReader(nowMs: number): SlowReader | null {
    return this.#mode === "closed" ? null : this.#writePace.slowReader(nowMs);
  }

  tooSlow(detail: string): void {
    if (this.#mode !== "closed") this.#timedOut(detail);
  }

  // What body, response and tunnel ask for.

  bodyWanted(): void {
    const current = this.#current;
    if (current !== null && this.#continueDue && !current.response.started) {
      this.#continueDue = false;
      // RFC 9110, 10.1.1: needless once the client has begun to send.
      if (this.#inbox.length === 0) {
        this.output.text("HTTP/1.1 100 Continue\r\n\r\n");
        this.output.flush();
      }
    }
    this.#pump();
  }

  takeContinue(): boolean {
    const due = this.#continueDue;
    this.#continueDue = false;
    return due;
  }

  get dateText(): string {
    return this.#context.date.text(this.#context.clock.now());
  }

  get mayPersist(): boolean {
    const body = this.#context.state.draining ? undefined : this.#current?.body;
    return body !== undefined && mayPersistAfter(body, this.#continueDue);
  }

  responseDone(persist: boolean): void {
    const current = this.#current;
    if (current === null) return;
    current.body.discard();
    if (!persist || current.body.failed) {
      this.#current = null;
      return this.#linger();
    }
    this.#since = this.#context.state.nowMs;
    this.#pump();
  }

  responseAborted(detail: string): void {
    const current = this.#current;
    this.#current = null;
    current?.body.fail({ kind: "gone", detail });
    this.#breakOff(detail);
  }

  responseUnsafe(detail: string): void {
    const current = this.#current;
    if (current === null) return;
    noteUnsafe(current.exchange, detail);
    this.#tunnel = null;
    this.#current = null;
    current.body.discard();
    this.output.text(refusalAnswer("internal", current.exchange.id, this.dateText));
    this.#linger();
  }

  openTunnel(): Tunnel {
    this.#mode = "tunnel";
    this.#tunnel = new Http1Tunnel(this);
    return this.#tunnel;
  }

  tunnelWanted(): void {
    this.#pump();
  }

  tunnelEnd(): void {
    this.output.flush();
    if (this.#ended) this.#destroyAfterOutput();
    else this.#context.socket.end();
  }

  tunnelDestroy(): void {
    this.#gone("connection closed");
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    let more = true;
    while (more) more = this.#step();
    this.#pumping = false;
    if (this.#mode !== "closed") this.#updateReading();
  }

  /** Does one thing that can be done now; false where nothing can. */
  #step(): boolean {
    if (this.#mode === "tunnel") return this.#stepTunnel(this.#tunnel!);
    if (this.#mode !== "open") return false;
    const current = this.#current;
    if (current === null) return this.#stepHead();
    const { body, response } = current;
    if (body.complete) {
      if (!response.done) return false;
      this.#current = null;
      this.#since = this.#context.state.nowMs;
      if (this.#context.state.draining) this.#linger();
      return true;
    }
    if (this.#inbox.length > 0 && body.wants) {
      const failure = body.take(this.#inbox);
      if (failure !== null) this.#bodyBroken(current, failure);
      else if (body.discardedBytes > DISCARD_BYTES) this.#linger();
      return true;
    }
    if (this.#ended && this.#inbox.length === 0) this.#gone("client closed within the request body");
    return false;
  }

  #stepHead(): boolean {
    // Answers wait for a client that does not read: begin no more of them.
    if (this.output.congested) return false;
    const { info, state: { nowMs, settings } } = this.#context;
    const waited = this.#head.started;
    const read = this.#head.read(this.#inbox, settings, info.tls === null ? "http" : "https");
    if (read === null) {
      if (!waited && this.#head.started) this.#since = nowMs;
      if (this.#ended) this.#destroyAfterOutput();
      return false;
    }
    if ("reason" in read) {
      this.#refuse(read);
      return false;
    }
    this.#begin(read);
    return true;
  }

  #begin(request: ParsedRequest): void {
    const { handler, state } = this.#context;
    this.#since = state.nowMs;
    if (refuseAgain(request, this.#context, this.output)) return;
    const body = new RequestBody(request.bodyLength, this);
    const response = new Http1Response(this, request);
    const exchange = exchangeOf(request, body, response, this.#context);
    const bodyPace = body.complete ? null : new BodyPace(state.nowMs);
    this.#current = { request, exchange, body, response, bodyPace };
    this.#continueDue = request.expectsContinue && !body.complete;
    handler.exchange(exchange);
    rememberRefusal(request, exchange);
  }

  #stepTunnel(tunnel: Http1Tunnel): boolean {
    if (!tunnel.wants) return false;
    if (this.#inbox.length > 0) {
      tunnel.take(this.#inbox);
      return true;
    }
    if (this.#ended) {
      tunnel.incomingEnd();
      if (this.#context.socket.writableEnded) this.#destroyAfterOutput();
    }
    return false;
  }

  #updateReading(): void {
    const want = this.#wantsInput();
    if (want === this.#reading || this.#ended) return;
    this.#reading = want;
    if (want) this.#context.socket.resume();
    else this.#context.socket.pause();
  }

  #wantsInput(): boolean {
    if (this.#mode === "lingering") return true;
    if (this.#tunnel !== null) return this.#tunnel.wants;
    const current = this.#current;
    if (current === null) return !this.output.congested || this.#inbox.length < READ_AHEAD_BYTES;
    if (current.body.complete) return this.#inbox.length < READ_AHEAD_BYTES;
    return current.body.wants || this.#inbox.length === 0;
  }

  #checkCurrent(current: Current, nowMs: number, waited: number): void {
    const { body, response, bodyPace } = current;
    if (response.done) {
      // Only the rest of an unread body is missing.
      if (waited > LINGER_MS) this.#gone("connection closed");
      return;
    }
    if (this.#ended && body.complete) {
      const { sentBytes } = this.output;
      if (sentBytes !== this.#sentBytes) this.#since = nowMs;
      else if (waited > HALF_CLOSED_MS) return this.#gone("client closed before the answer was complete");
      this.#sentBytes = sentBytes;
    }
    if (body.complete || bodyPace === null) return;
    const slow = bodyPace.check(nowMs, body.receivedBytes, body.wants, this.#context.state.settings);
    if (slow === null) return;
    body.fail({ kind: "timeout", detail: slow });
    this.#timedOut(slow);
  }

  /** The framing of a body that an exchange is reading cannot be trusted: the pipeline answers, then it ends. */
  #bodyBroken(current: Current, failure: ParseFailure): void {
    const { response, body } = current;
    if (response.done) return this.#linger();
    response.closeAfter();
    const detail = `${failure.reason}: ${failure.detail}`;
    const error = new AegisError("invalid_input", REASONS[failure.reason].publicText, {
      privateText: detail,
    });
    this.#inbox.clear();
    body.fail({ kind: "malformed", detail, error });
  }

  #refuse(refused: RefusedRequest): void {
    const requestId = tellRefused(this.#context, refused);
    this.output.text(refusalAnswer(refused.reason, requestId, this.dateText));
    this.#linger();
  }

  /** The client is too slow to live. A running exchange hears of it by `onAbort`, else it is logged as a refusal. */
  #timedOut(detail: string): void {
    if (this.#current !== null) blame(this.#current, "timeout_client", detail);
    else if (this.#mode === "open") tellRefused(this.#context, { reason: "timeout_client", detail });
    this.#breakOff(detail);
  }

  /** The peer sees an error, not an end. */
  #breakOff(detail: string): void {
    this.closed(detail);
    this.#context.reset();
  }

  #gone(detail: string): void {
    this.closed(detail);
    this.#context.socket.destroy();
  }

  /** Sends what is left and FIN, then waits for the client to close: closing first would lose the answer to a RST. */
  #linger(): void {
    this.#mode = "lingering";
    this.#inbox.clear();
    this.#since = this.#context.state.nowMs;
    this.output.flush();
    if (this.#ended) return this.#destroyAfterOutput();
    this.#context.socket.end();
    this.#updateReading();
  }

  #destroyAfterOutput(): void {
    this.#mode = "lingering";
    this.output.flush();
    this.#context.socket.destroySoon();
  }
}
