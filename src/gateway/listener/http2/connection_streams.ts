import { Buffer } from "node:buffer";
import { HeaderList } from "../../../core/header_list.ts";
import type { Reason } from "../../../core/reason.ts";
import type { CodecContext, WhyBanned } from "../codec.ts";
import type { Output } from "../output.ts";
import { refusalMessage } from "../refusal_message.ts";
import { type Abuse, AbuseMeter } from "./abuse_meter.ts";
import { blame, blameBanned, noteUnsafe } from "../blame.ts";
import type { Closure } from "./closed_streams.ts";
import { type ConnectionFault, ErrorCode, errorName, fault } from "./frame.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { ReceiveWindow } from "./receive_window.ts";
import { Sender, type SenderHost } from "./sender.ts";
import type { Http2Stream, StreamHost } from "./stream.ts";
import { Streams } from "./streams.ts";

/** What we make of the connection's window at once, and what it may grow to. */
export const CONNECTION_WINDOW = 262_144;
const MAX_CONNECTION_WINDOW = 1_048_576;
/** Answers that wait for windows or the socket; beyond it further requests wait as well. */
const MAX_WAITING_BYTES = 1_048_576;
/** DATA of ours lets a client send so many WINDOW_UPDATE. */
const UPDATES_A_FRAME = 3;

/** What the streams ask of their connection. */
export interface ConnectionHost {
  /** A stream was closed, perhaps the last one. */
  streamClosed(): void;
  /** The connection ends with its last stream. */
  endWithLast(): void;
  /** The connection cannot go on. */
  fail(problem: ConnectionFault): void;
}

/** All streams of a connection: their windows, their answers, and how each of them ends (RFC 9113, 5). */
export class ConnectionStreams implements SenderHost, StreamHost {
  readonly table = new Streams();
  readonly sender: Sender;
  /** What the client may send on all streams together. */
  readonly window = new ReceiveWindow(CONNECTION_WINDOW, MAX_CONNECTION_WINDOW);
  /** Monotonic milliseconds at which a stream was closed last. */
  idleSince: number;
  readonly #context: CodecContext;
  readonly #output: Output;
  readonly #writer: FrameWriter;
  readonly #host: ConnectionHost;
  readonly #meter: AbuseMeter;
  /** Requests that wait until answers were taken; some of them may be over by then. */
  readonly #unbegun: Http2Stream[] = [];
  #isOver = false;

  constructor(context: CodecContext, output: Output, writer: FrameWriter, host: ConnectionHost) {
    this.#context = context;
    this.#output = output;
    this.#writer = writer;
    this.#host = host;
    this.sender = new Sender(output, writer, this);
    this.#meter = new AbuseMeter(context.state.nowMs);
    this.idleSince = context.state.nowMs;
  }

  /**
   * Hands a request to the pipeline; later, where answers wait that no further one is to add to. So a connection holds
   * what waits and one read of a target for each stream that was handed on before: at most 9 MiB, mostly far less.
   */
  begin(stream: Http2Stream): void {
    if (this.#unbegun.length > 0 || this.#isFull) this.#unbegun.push(stream);
    else this.#context.handler.exchange(stream.exchange!);
  }

  /** A window has opened or the socket takes more: sends what waits, and begins what waited for that. */
  pump(): void {
    this.sender.pump();
    this.#beginMore();
  }

  /** Counts what costs the client nothing; where that is too much the connection ends. */
  count(kind: Abuse): ConnectionFault | null {
    return this.#meter.isTooMuch(kind, this.#context.state.nowMs)
      ? fault(ErrorCode.enhanceYourCalm, kind)
      : null;
  }

  // What streams ask for.

  get dateText(): string {
    return this.#context.date.text(this.#context.clock.now());
  }

  bodyWanted(stream: Http2Stream): void {
    if (!stream.continueDue || stream.response.started) return;
    stream.continueDue = false;
    this.sendHead(stream, 100, new HeaderList(), false);
  }

  bodyConsumed(stream: Http2Stream, bytes: number): void {
    const grows = stream.body.heldBytes === 0;
    this.credit(bytes, grows);
    if (stream.place < 0 || stream.body.ended || stream.body.isTooLong(1)) return;
    const increment = stream.receiveWindow?.give(bytes, grows) ?? 0;
    if (increment === 0) return;
    this.#writer.windowUpdate(stream.id, increment);
    this.#output.flushSoon();
  }

  sendHead(
    stream: Http2Stream,
    status: number,
    fields: HeaderList,
    endStream: boolean,
    length = "",
    date = "",
  ): void {
    if (stream.place >= 0) this.sender.head(stream, status, fields, endStream, length, date);
  }

  sendData(stream: Http2Stream, chunk: Uint8Array, endStream: boolean): boolean {
    if (stream.place < 0) return false;
    this.sender.data(stream, chunk, endStream);
    return this.mayWrite(stream);
  }

  sendEnd(stream: Http2Stream, trailers: HeaderList | null): void {
    if (stream.place >= 0) this.sender.end(stream, trailers);
  }

  mayWrite(stream: Http2Stream): boolean {
    stream.blocked = this.sender.isBlocked(stream);
    return !stream.blocked;
  }

  streamSent(stream: Http2Stream): void {
    if (stream.isTunnel && !stream.body.ended) {
      stream.sentEnd = true;
      return;
    }
    if (stream.body.ended) this.#close(stream, "ended");
    else {
      // RFC 9113, 8.1: the answer is complete, the rest of the request is of no use.
      this.resetId(stream.id, stream.faultCode < 0 ? ErrorCode.noError : stream.faultCode);
      this.#close(stream, "reset");
    }
    stream.body.discard();
    stream.response.sent();
    this.#host.streamClosed();
  }

  streamDrained(stream: Http2Stream): void {
    this.#unblock(stream);
  }

  dataSent(isTiny: boolean): void {
    this.#meter.allow("WINDOW_UPDATE flood", UPDATES_A_FRAME);
    if (!isTiny) return;
    const problem = this.count("tiny windows");
    // Not from within the loop that sends.
    if (problem !== null) queueMicrotask(() => this.#host.fail(problem));
  }

  responseAborted(stream: Http2Stream, detail: string): void {
    this.#drop(stream, stream.faultCode < 0 ? ErrorCode.internalError : stream.faultCode, detail);
  }

  tunnelDestroyed(stream: Http2Stream): void {
    if (stream.place < 0) return;
    this.#drop(stream, ErrorCode.cancel, "the tunnel was given up");
    stream.response.sent();
  }

  responseUnsafe(stream: Http2Stream, detail: string): void {
    const { exchange } = stream;
    if (exchange !== null) noteUnsafe(exchange, detail);
    this.answer(stream, "internal", exchange?.id ?? "");
  }

  closeAfter(): void {
    this.#host.endWithLast();
  }

  // What frames and the connection bring about.

  /** The fixed answer of a refusal. */
  answer(stream: Http2Stream, reason: Reason, requestId: string): void {
    const { status, headers, body } = refusalMessage(reason, requestId, this.dateText);
    this.sendHead(stream, status, headers, stream.isHead);
    if (stream.isHead) this.streamSent(stream);
    else this.sendData(stream, Buffer.from(body, "latin1"), true);
  }

  /** The client has ended its side. */
  requestEnded(stream: Http2Stream, trailers: HeaderList | null): void {
    stream.body.end(trailers);
    if (!stream.sentEnd || stream.place < 0) return;
    this.#close(stream, "ended");
    stream.response.sent();
    this.#host.streamClosed();
  }

  /** The client takes the stream back. */
  resetByPeer(stream: Http2Stream, code: number): ConnectionFault | null {
    const detail = `client reset the stream: ${errorName(code)}`;
    this.#close(stream, "resetByPeer");
    stream.body.fail({ kind: "gone", detail });
    stream.response.lost(detail);
    this.#host.streamClosed();
    return this.count("rapid reset");
  }

  /** RFC 9113, 5.4.2: what a client did wrong on one stream. */
  streamError(stream: Http2Stream, code: number, detail: string): ConnectionFault | null {
    const text = `HTTP/2 ${errorName(code)}: ${detail}`;
    blame(stream, "malformed", text);
    this.#lose(stream, code, text);
    return this.count("provoked resets");
  }

  resetId(id: number, code: number): void {
    this.#writer.rstStream(id, code);
    this.#output.flushSoon();
  }

  /** A stream that never opened. */
  refuseId(id: number, code: number): void {
    this.table.closed.add(id, "reset");
    this.resetId(id, code);
  }

  /** The connection's window gets `bytes` back. */
  credit(bytes: number, grows = false): void {
    const increment = this.window.give(bytes, grows);
    if (increment === 0 || this.#isOver) return;
    this.#writer.windowUpdate(0, increment);
    this.#output.flushSoon();
  }

  /** The socket takes more. */
  drained(): void {
    this.pump();
    for (const stream of [...this.table.open]) this.#unblock(stream);
  }

  /** Looks at the deadlines of every stream. */
  check(nowMs: number): void {
    for (const stream of [...this.table.open]) this.#checkStream(stream, nowMs);
  }

  /** Ends what would never end by itself. */
  endEndless(): void {
    for (const stream of [...this.table.open]) {
      if (stream.response.isEndless) this.#lose(stream, ErrorCode.cancel, "Aegis is stopping");
    }
  }

  /** Resets what runs for clients that are kept out by now. */
  endBanned(whyBanned: WhyBanned): void {
    for (const stream of [...this.table.open]) {
      const detail = blameBanned(stream, whyBanned);
      if (detail !== null) this.#lose(stream, ErrorCode.cancel, detail);
    }
  }

  /** The connection is over. `reason`: what the client did, where it was that. */
  endAll(detail: string, reason: Reason | null = null): void {
    this.#isOver = true;
    for (const stream of [...this.table.open]) {
      if (reason !== null) blame(stream, reason, detail);
      this.#close(stream, "reset");
      stream.body.fail({ kind: "gone", detail });
      stream.response.lost(detail);
    }
  }

  #checkStream(stream: Http2Stream, nowMs: number): void {
    const { settings } = this.#context.state;
    if (stream.pendingBytes > 0) {
      // [SECURITY] A stream window of 0 holds an answer and its target, while others of the connection go on (CWE-400).
      if (stream.progressAt < 0) stream.progressAt = nowMs;
      else if (nowMs - stream.progressAt > settings.write_timeout_ms) {
        const detail = `client has taken nothing for ${settings.write_timeout_ms} ms`;
        blame(stream, "timeout_client", detail);
        return this.#lose(stream, ErrorCode.cancel, detail);
      }
    }
    const { body, pace } = stream;
    if (pace === null || body.ended || stream.place < 0) return;
    const slow = pace.check(nowMs, body.receivedBytes, body.wants, settings);
    if (slow === null) return;
    blame(stream, "timeout_client", slow);
    stream.faultCode = ErrorCode.cancel;
    body.fail({ kind: "timeout", detail: slow });
    this.#lose(stream, ErrorCode.cancel, slow);
  }

  #unblock(stream: Http2Stream): void {
    if (!stream.blocked || stream.place < 0 || this.sender.isBlocked(stream)) return;
    stream.blocked = false;
    stream.response.drained();
  }

  /** Resets a stream of which the exchange does not know yet. */
  #lose(stream: Http2Stream, code: number, detail: string): void {
    this.#drop(stream, code, detail);
    stream.response.lost(detail);
  }

  #drop(stream: Http2Stream, code: number, detail: string): void {
    if (stream.place < 0) return;
    this.resetId(stream.id, code);
    this.#close(stream, "reset");
    stream.body.fail({ kind: "gone", detail });
    this.#host.streamClosed();
  }

  #close(stream: Http2Stream, how: Closure): void {
    if (!this.table.close(stream, how)) return;
    this.sender.drop(stream);
    this.idleSince = this.#context.state.nowMs;
    // Not from within what has closed it.
    if (this.#unbegun.length > 0) queueMicrotask(() => this.#beginMore());
  }

  get #isFull(): boolean {
    return this.sender.pendingBytes > MAX_WAITING_BYTES;
  }

  #beginMore(): void {
    while (this.#unbegun.length > 0 && !this.#isFull && !this.#isOver) {
      const stream = this.#unbegun.shift()!;
      if (stream.place >= 0) this.#context.handler.exchange(stream.exchange!);
    }
  }
}
