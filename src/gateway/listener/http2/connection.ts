import { Buffer } from "node:buffer";
import { AegisError } from "../../../core/errors.ts";
import { Exchange } from "../../../core/exchange.ts";
import { HeaderList } from "../../../core/header_list.ts";
import { type Reason, REASONS } from "../../../core/reason.ts";
import { BytesBody } from "../../../core/body.ts";
import type { Codec, CodecContext, SlowReader } from "../codec.ts";
import { LINGER_MS } from "../http1/connection_limits.ts";
import type { ParseFailure } from "../http1/fields.ts";
import { BodyPace, WritePace } from "../http1/pace.ts";
import { Output } from "../output.ts";
import { refusalMessage } from "../refusal_message.ts";
import { type Abuse, AbuseMeter } from "./abuse_meter.ts";
import type { Closure } from "./closed_streams.ts";
import { Fingerprint } from "./fingerprint.ts";
import {
  type ConnectionFault,
  ErrorCode,
  errorName,
  fault,
  Flag,
  FrameType,
  MAX_STREAM_ID,
  readUint31,
  readUint32,
} from "./frame.ts";
import { FrameReader, type FrameSink } from "./frame_reader.ts";
import { FrameWriter } from "./frame_writer.ts";
import { HeaderBlock } from "./header_block.ts";
import { HpackDecoder } from "./hpack/decoder.ts";
import { EarlyPriorities, parsePriority } from "./priority.ts";
import { ReceiveWindow } from "./receive_window.ts";
import { RequestFields } from "./request_fields.ts";
import { type HeadFailure, parseHead } from "./request_head.ts";
import { Sender, type SenderHost } from "./sender.ts";
import {
  DECODER_TABLE_BYTES,
  forEachSetting,
  MAX_CONCURRENT_STREAMS,
  MAX_WINDOW,
  ownSettings,
  PeerSettings,
  Setting,
} from "./settings.ts";
import { Http2Stream, type StreamHost } from "./stream.ts";
import { Streams } from "./streams.ts";

/** The protocol's initial window of a connection, what we make of it at once, and what it may grow to. */
const FIRST_WINDOW = 65_535;
const CONNECTION_WINDOW = 262_144;
const MAX_CONNECTION_WINDOW = 1_048_576;
/** Output that the client does not take; beyond it nothing of its input is looked at. */
const MAX_UNSENT_BYTES = 262_144;
/** Answers that wait for windows; beyond it no further stream is taken. */
const MAX_WAITING_BYTES = 1_048_576;
/** DATA of ours lets a client send so many WINDOW_UPDATE. */
const UPDATES_A_FRAME = 3;
/** A client's answer to the PING behind the first GOAWAY is waited for so long. */
const DRAIN_MS = 1_000;
const PING_DATA = Uint8Array.from("aegis-bye", (char) => char.charCodeAt(0)).subarray(0, 8);

/** `lingering`: all is said, what still comes in is thrown away until the client closes. */
type Mode = "open" | "lingering" | "closed";

/**
 * One HTTP/2 connection, the server's side of it (RFC 9113; Extended CONNECT by RFC 8441, priorities by RFC 9218).
 *
 * Longer than a file should be, because it is the one place where a frame meets the state of its connection; all that
 * can be said without that state stands in files of its own.
 */
export class Http2Connection implements Codec, FrameSink, SenderHost, StreamHost {
  readonly #context: CodecContext;
  readonly #output: Output;
  readonly #writer: FrameWriter;
  readonly #sender: Sender;
  readonly #reader: FrameReader;
  readonly #decoder: HpackDecoder;
  readonly #fields = new RequestFields();
  readonly #streams = new Streams();
  readonly #early = new EarlyPriorities();
  readonly #peer = new PeerSettings();
  readonly #fingerprint = new Fingerprint();
  readonly #meter: AbuseMeter;
  readonly #window = new ReceiveWindow(CONNECTION_WINDOW, MAX_CONNECTION_WINDOW);
  readonly #writePace = new WritePace();
  #mode: Mode = "open";
  #settingsSeen = false;
  #block: HeaderBlock | null = null;
  /** Stream and length of the DATA frame that is being read; null: its content is for nobody. */
  #dataStream: Http2Stream | null = null;
  #dataLength = 0;
  #pumpDue = false;
  #paused = false;
  /** Streams above it are not looked at any more; -1: none was named. */
  #goawayId = -1;
  /** A first GOAWAY is out that takes everything; the one that counts follows. */
  #drainingSince = -1;
  /** Begin of idling or lingering, monotonic milliseconds. */
  #since: number;
  /** Begin of a frame or header block that is not complete, -1: there is none. */
  #partialSince: number;
  #partialFrames = 0;

  constructor(context: CodecContext) {
    const { nowMs, settings } = context.state;
    this.#context = context;
    this.#output = new Output(context.socket, context.room);
    this.#writer = new FrameWriter(this.#output);
    this.#sender = new Sender(this.#output, this.#writer, this);
    this.#reader = new FrameReader(this);
    this.#decoder = new HpackDecoder({
      maxTableSize: DECODER_TABLE_BYTES,
      maxListBytes: settings.max_header_bytes,
      maxFields: settings.max_header_fields,
    });
    this.#meter = new AbuseMeter(nowMs);
    this.#since = nowMs;
    this.#partialSince = nowMs;
    this.#writer.settings(ownSettings(settings));
    this.#writer.windowUpdate(0, CONNECTION_WINDOW - FIRST_WINDOW);
    this.#output.flushSoon();
  }

  // What the front tells.

  receive(chunk: Buffer): void {
    if (this.#mode === "open") this.#read(chunk);
  }

  receiveEnd(): void {
    if (this.#mode === "closed") return;
    // HTTP/2 has no half-closed connections: without WINDOW_UPDATE nothing could be finished.
    this.closed("client closed the connection");
    this.#output.flush();
    this.#context.socket.destroySoon();
  }

  drained(): void {
    if (this.#mode !== "open") return;
    this.#sender.pump();
    for (const stream of [...this.#streams.open]) this.#unblock(stream);
    if (this.#isOpen()) this.#read(null);
  }

  closed(detail: string): void {
    if (this.#mode === "closed") return;
    this.#mode = "closed";
    this.#endStreams(detail);
  }

  check(nowMs: number): void {
    if (this.#mode === "closed") return;
    const { settings } = this.#context.state;
    const stalled = this.#writePace.check(nowMs, this.#sender, settings.write_timeout_ms);
    if (stalled !== null) return this.#timedOut(stalled);
    if (this.#mode === "lingering") {
      if (this.#output.pendingBytes > 0) this.#since = nowMs;
      else if (nowMs - this.#since > LINGER_MS) this.#context.socket.destroy();
      return;
    }
    if (this.#partialSince >= 0 && nowMs - this.#partialSince > settings.head_timeout_ms) {
      return this.#timedOut(`frame or header block not complete after ${settings.head_timeout_ms} ms`);
    }
    for (const stream of [...this.#streams.open]) this.#checkStream(stream, nowMs);
    if (this.#mode !== "open") return;
    if (this.#drainingSince >= 0 && nowMs - this.#drainingSince > DRAIN_MS) this.#finalGoaway();
    else if (this.#streams.count === 0 && nowMs - this.#since > settings.idle_timeout_ms) this.#finalGoaway();
  }

  drain(): void {
    if (this.#mode !== "open" || this.#goawayId >= 0 || this.#drainingSince >= 0) return;
    if (this.#streams.count === 0) return this.#finalGoaway();
    // RFC 9113, 6.8: what is on its way to us is still taken, until the client has read this.
    this.#drainingSince = this.#context.state.nowMs;
    this.#writer.goaway(MAX_STREAM_ID, ErrorCode.noError);
    this.#writer.ping(PING_DATA, false);
    this.#output.flushSoon();
  }

  endStreams(): void {
    for (const stream of [...this.#streams.open]) {
      if (stream.response.isEndless) this.#lose(stream, ErrorCode.cancel, "Aegis is stopping");
    }
  }

  slowReader(nowMs: number): SlowReader | null {
    return this.#mode === "closed" ? null : this.#writePace.slowReader(nowMs);
  }

  // Frames.

  get isFull(): boolean {
    return this.#output.pendingBytes > MAX_UNSENT_BYTES;
  }

  frame(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number) {
    const problem = this.#misplaced(type, flags, id);
    if (problem !== null) return problem;
    switch (type) {
      case FrameType.headers:
        return this.#headers(flags, id, bytes, start, end);
      case FrameType.continuation:
        return this.#continuation(flags, bytes, start, end);
      case FrameType.settings:
        return this.#settings(flags, bytes, start, end);
      case FrameType.windowUpdate:
        return this.#windowUpdate(id, readUint31(bytes, start));
      case FrameType.rstStream:
        return this.#reset(id, readUint32(bytes, start));
      case FrameType.ping:
        return this.#ping(flags, bytes.subarray(start, end));
      case FrameType.priority:
        return this.#priority(id, bytes, start);
      case FrameType.priorityUpdate:
        return this.#priorityUpdate(bytes, start, end);
      case FrameType.goaway:
        // It opens no further streams, and closes when it has its answers.
        if (this.#streams.count === 0) this.#finalGoaway();
        else this.#goawayId = this.#streams.lastId;
        return null;
      default:
        // RFC 9113, 4.1: ignored. There may be extensions that we do not know.
        return this.#count("useless frames");
    }
  }

  dataBegins(id: number, length: number): ConnectionFault | null {
    const problem = this.#misplaced(FrameType.data, 0, id);
    if (problem !== null) return problem;
    if (!this.#window.use(length)) {
      return fault(ErrorCode.flowControlError, "DATA beyond the connection's window");
    }
    const stream = this.#streams.find(id);
    this.#dataLength = length;
    this.#dataStream = stream;
    if (stream === null) {
      if (this.#streams.isIdle(id)) return fault(ErrorCode.protocolError, `DATA on idle stream ${id}`);
      this.#credit(length);
      if (this.#streams.closed.get(id) !== "reset") this.#resetId(id, ErrorCode.streamClosed);
      return this.#count("useless frames");
    }
    if (stream.body.ended || !stream.receiveWindow.use(length)) {
      this.#dataStream = null;
      this.#credit(length);
      return stream.body.ended
        ? this.#streamError(stream, ErrorCode.streamClosed, "DATA behind END_STREAM")
        : this.#streamError(stream, ErrorCode.flowControlError, "DATA beyond the stream's window");
    }
    return null;
  }

  data(_id: number, chunk: Buffer): ConnectionFault | null {
    const stream = this.#dataStream;
    if (stream === null) return null;
    if (stream.place < 0 || stream.body.isTooLong(chunk.length)) {
      this.#credit(chunk.length);
      if (stream.place < 0) return null;
      return this.#bodyBroken(stream, `more content than the ${stream.body.length} bytes declared`);
    }
    stream.body.receive(chunk);
    return null;
  }

  dataEnds(_id: number, content: number, endStream: boolean): ConnectionFault | null {
    const stream = this.#dataStream;
    if (stream === null) return null;
    this.#dataStream = null;
    const padding = this.#dataLength - content;
    if (padding > 0) this.bodyConsumed(stream, padding);
    if (stream.place < 0) return null;
    if (endStream) return this.#requestEnds(stream, null);
    return content === 0 ? this.#count("empty DATA") : null;
  }

  // What streams ask for.

  get dateText(): string {
    return this.#context.date.text(this.#context.clock.now());
  }

  bodyWanted(stream: Http2Stream): void {
    if (!stream.continueDue || stream.response.started) return;
    stream.continueDue = false;
    this.#sender.head(stream, 100, new HeaderList(), false);
  }

  bodyConsumed(stream: Http2Stream, bytes: number): void {
    const grows = stream.body.heldBytes === 0;
    this.#credit(bytes, grows);
    if (stream.place < 0 || stream.body.ended || stream.body.isTooLong(1)) return;
    const increment = stream.receiveWindow.give(bytes, grows);
    if (increment === 0) return;
    this.#writer.windowUpdate(stream.id, increment);
    this.#output.flushSoon();
  }

  sendHead(stream: Http2Stream, status: number, fields: HeaderList, endStream: boolean): void {
    if (stream.place >= 0) this.#sender.head(stream, status, fields, endStream);
  }

  sendData(stream: Http2Stream, chunk: Uint8Array, endStream: boolean): boolean {
    if (stream.place < 0) return false;
    this.#sender.data(stream, chunk, endStream);
    return this.mayWrite(stream);
  }

  sendEnd(stream: Http2Stream, trailers: HeaderList | null): void {
    if (stream.place >= 0) this.#sender.end(stream, trailers);
  }

  mayWrite(stream: Http2Stream): boolean {
    stream.blocked = this.#sender.isBlocked(stream);
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
      this.#resetId(stream.id, stream.isBroken ? ErrorCode.protocolError : ErrorCode.noError);
      this.#close(stream, "reset");
    }
    stream.body.discard();
    stream.response.sent();
    this.#maybeEnd();
  }

  streamDrained(stream: Http2Stream): void {
    this.#unblock(stream);
  }

  dataSent(isTiny: boolean): void {
    this.#meter.allow("WINDOW_UPDATE flood", UPDATES_A_FRAME);
    if (!isTiny) return;
    const problem = this.#count("tiny windows");
    if (problem !== null) queueMicrotask(() => this.#fail(problem));
  }

  responseAborted(stream: Http2Stream, detail: string): void {
    this.#drop(stream, stream.isBroken ? ErrorCode.protocolError : ErrorCode.internalError, detail);
  }

  tunnelDestroyed(stream: Http2Stream): void {
    if (stream.place < 0) return;
    this.#drop(stream, ErrorCode.cancel, "connection closed");
    stream.response.sent();
  }

  responseUnsafe(stream: Http2Stream, detail: string): void {
    const { exchange } = stream;
    if (exchange !== null) {
      exchange.reason = "internal";
      exchange.detail = detail;
      exchange.status = REASONS.internal.status;
    }
    this.#answer(stream, "internal", exchange?.id ?? "");
  }

  closeAfter(): void {
    this.#finalGoaway();
  }

  // The machine.

  #read(chunk: Buffer | null): void {
    const problem = this.#reader.receive(chunk);
    if (problem !== null) return this.#fail(problem);
    if (!this.#isOpen()) return;
    if (this.#pumpDue) {
      this.#pumpDue = false;
      this.#sender.pump();
    }
    this.#output.flushSoon();
    this.#notePartial();
    const pauses = this.isFull;
    if (pauses === this.#paused) return;
    this.#paused = pauses;
    if (pauses) this.#context.socket.pause();
    else this.#context.socket.resume();
  }

  #notePartial(): void {
    if (this.#block === null && !this.#reader.waitsForFrame) {
      this.#partialSince = -1;
      return;
    }
    // A block keeps its time from HEADERS on, however many frames of it arrive.
    const isAnother = this.#block === null && this.#reader.frames !== this.#partialFrames;
    if (this.#partialSince < 0 || isAnother) this.#partialSince = this.#context.state.nowMs;
    this.#partialFrames = this.#reader.frames;
  }

  /** What no frame of this type may be at this place, whatever it says. */
  #misplaced(type: number, flags: number, id: number): ConnectionFault | null {
    if (!this.#settingsSeen && (type !== FrameType.settings || (flags & Flag.ack) !== 0)) {
      return fault(ErrorCode.protocolError, "the first frame is not SETTINGS");
    }
    const block = this.#block;
    if (block === null) {
      return type === FrameType.continuation
        ? fault(ErrorCode.protocolError, "CONTINUATION without HEADERS")
        : null;
    }
    return type === FrameType.continuation && id === block.id
      ? null
      : fault(ErrorCode.protocolError, "another frame within a header block");
  }

  #headers(flags: number, id: number, bytes: Buffer, start: number, end: number): ConnectionFault | null {
    if (id % 2 === 0) return fault(ErrorCode.protocolError, `HEADERS on stream ${id}`);
    let at = start;
    let dependsOnItself = false;
    if ((flags & Flag.priority) !== 0) {
      if (end - start < 5) return fault(ErrorCode.frameSizeError, "HEADERS without their priority");
      dependsOnItself = readUint31(bytes, start) === id;
      at += 5;
    }
    const endStream = (flags & Flag.endStream) !== 0;
    const fragment = bytes.subarray(at, end);
    if ((flags & Flag.endHeaders) !== 0) return this.#fieldBlock(id, endStream, dependsOnItself, fragment);
    this.#block = new HeaderBlock(
      id,
      endStream,
      dependsOnItself,
      this.#context.state.settings.max_header_bytes,
    );
    return this.#addToBlock(this.#block, fragment);
  }

  #continuation(flags: number, bytes: Buffer, start: number, end: number): ConnectionFault | null {
    const block = this.#block!;
    const problem = this.#addToBlock(block, bytes.subarray(start, end));
    if (problem !== null || (flags & Flag.endHeaders) === 0) return problem;
    this.#block = null;
    return this.#fieldBlock(block.id, block.endStream, block.dependsOnItself, block.written());
  }

  #addToBlock(block: HeaderBlock, fragment: Uint8Array): ConnectionFault | null {
    const tooMuch = block.add(fragment);
    return tooMuch === null ? null : fault(ErrorCode.enhanceYourCalm, tooMuch);
  }

  /** A whole header block. It is decoded whatever becomes of it, so that the tables stay in step (RFC 9113, 4.3). */
  #fieldBlock(
    id: number,
    endStream: boolean,
    dependsOnItself: boolean,
    block: Uint8Array,
  ): ConnectionFault | null {
    const streams = this.#streams;
    const isNew = id > streams.lastId;
    this.#fields.begin(!isNew);
    const failure = this.#decoder.decode(block, this.#fields.take);
    if (failure?.code === "COMPRESSION_ERROR") return fault(ErrorCode.compressionError, failure.detail);
    const tooLarge = failure === null ? null : failure.detail;
    if (!isNew) return this.#trailers(id, endStream, tooLarge);
    streams.lastId = id;
    if (this.#goawayId >= 0) return null;
    if (streams.count >= MAX_CONCURRENT_STREAMS) {
      this.#refuseId(id);
      return this.#count("streams over the limit");
    }
    if (this.#sender.pendingBytes > MAX_WAITING_BYTES) {
      this.#refuseId(id);
      return null;
    }
    if (dependsOnItself) {
      return this.#refuse(id, endStream, {
        reason: "malformed",
        detail: "stream depends on itself",
        answered: false,
      });
    }
    if (tooLarge !== null) {
      return this.#refuse(id, endStream, { reason: "head_too_large", detail: tooLarge, answered: true });
    }
    return this.#open(id, endStream);
  }

  #open(id: number, endStream: boolean): ConnectionFault | null {
    const { clock, handler, ids, info, state } = this.#context;
    const parsed = parseHead(this.#fields, endStream, info.tls === null ? "http" : "https", state.settings);
    if ("reason" in parsed) return this.#refuse(id, endStream, parsed);
    this.#fingerprint.finish(this.#fields.pseudoOrder);
    const { head } = parsed;
    const { priority } = this.#fields;
    const stream = new Http2Stream({
      id,
      method: head.method,
      bodyLength: parsed.bodyLength,
      ended: endStream,
      upgrade: head.upgrade,
      expectsContinue: parsed.expectsContinue,
      sendWindow: this.#peer.initialWindowSize,
      priority: this.#early.take(id) ?? (priority === null ? null : parsePriority(priority)),
      pace: endStream || head.upgrade !== null ? null : new BodyPace(state.nowMs),
    }, this);
    this.#streams.add(stream);
    const receivedAt = clock.now();
    const exchange = stream.exchange = new Exchange({
      protocol: "HTTP/2",
      connection: info,
      request: head,
      // DATA behind an Extended CONNECT is the tunnel's, not the request's.
      body: head.upgrade === null ? stream.body : new BytesBody(new Uint8Array(0)),
      response: stream.response,
      id: ids.next(receivedAt),
      receivedAt,
      startedAt: clock.monotonic(),
      fingerprint: this.#fingerprint.text,
    });
    handler.exchange(exchange);
    return null;
  }

  /** Fields behind the content, or HEADERS where there can be none (RFC 9113, 5.1 and 8.1). */
  #trailers(id: number, endStream: boolean, tooLarge: string | null): ConnectionFault | null {
    const stream = this.#streams.find(id);
    if (stream === null) {
      const closure = this.#streams.closed.get(id);
      if (closure === "reset") return this.#count("useless frames");
      return closure === null
        ? fault(ErrorCode.protocolError, `HEADERS on stream ${id}, below the last one`)
        : fault(ErrorCode.streamClosed, `HEADERS on stream ${id}, which is closed`);
    }
    if (stream.body.ended) {
      return this.#streamError(stream, ErrorCode.streamClosed, "HEADERS behind END_STREAM");
    }
    const { failure, headers } = this.#fields;
    if (tooLarge !== null) return this.#bodyBroken(stream, `trailers: ${tooLarge}`, "malformed");
    if (failure !== null) return this.#bodyBroken(stream, `trailers: ${failure.detail}`, failure.reason);
    if (!endStream) return this.#bodyBroken(stream, "trailers without END_STREAM", "malformed");
    return this.#requestEnds(stream, headers.length === 0 ? null : headers);
  }

  #requestEnds(stream: Http2Stream, trailers: HeaderList | null): ConnectionFault | null {
    const { body } = stream;
    if (body.length !== null && stream.upgrade === null && body.receivedBytes !== body.length) {
      return this.#bodyBroken(stream, `${body.receivedBytes} bytes of content, ${body.length} declared`);
    }
    body.end(trailers);
    if (!stream.sentEnd) return null;
    this.#close(stream, "ended");
    stream.response.sent();
    this.#maybeEnd();
    return null;
  }

  #settings(flags: number, bytes: Buffer, start: number, end: number): ConnectionFault | null {
    if ((flags & Flag.ack) !== 0) {
      return start === end ? null : fault(ErrorCode.frameSizeError, "SETTINGS acknowledgement with content");
    }
    const before = this.#peer.initialWindowSize;
    const isFirst = !this.#settingsSeen;
    this.#settingsSeen = true;
    const problem = forEachSetting(bytes, start, end, (key, value) => {
      if (isFirst) this.#fingerprint.setting(key, value);
      const bad = this.#peer.take(key, value);
      if (bad === null && key === Setting.headerTableSize) this.#sender.encoder.setPeerMaxTableSize(value);
      return bad;
    });
    if (problem !== null) return problem;
    // RFC 9113, 6.9.2: what is open moves with it, below zero too.
    const difference = this.#peer.initialWindowSize - before;
    for (const stream of this.#streams.open) {
      stream.sendWindow += difference;
      if (stream.sendWindow > MAX_WINDOW) {
        return fault(ErrorCode.flowControlError, "SETTINGS_INITIAL_WINDOW_SIZE overflows a window");
      }
    }
    if (difference > 0) this.#pumpDue = true;
    this.#writer.settingsAck();
    return this.#count("SETTINGS flood");
  }

  #windowUpdate(id: number, increment: number): ConnectionFault | null {
    if (id === 0) {
      if (increment === 0) return fault(ErrorCode.protocolError, "WINDOW_UPDATE by 0");
      if (this.#sender.window + increment > MAX_WINDOW) {
        return fault(ErrorCode.flowControlError, "the connection's window overflows");
      }
      this.#fingerprint.windowUpdate(increment);
      this.#sender.openWindow(increment);
    } else {
      const stream = this.#streams.find(id);
      if (stream === null) {
        if (this.#streams.isIdle(id)) {
          return fault(ErrorCode.protocolError, `WINDOW_UPDATE on idle stream ${id}`);
        }
        return this.#count("WINDOW_UPDATE flood");
      }
      if (increment === 0) return this.#streamError(stream, ErrorCode.protocolError, "WINDOW_UPDATE by 0");
      if (stream.sendWindow + increment > MAX_WINDOW) {
        return this.#streamError(stream, ErrorCode.flowControlError, "the stream's window overflows");
      }
      stream.sendWindow += increment;
    }
    this.#pumpDue = true;
    return this.#count("WINDOW_UPDATE flood");
  }

  #reset(id: number, code: number): ConnectionFault | null {
    const stream = this.#streams.find(id);
    if (stream === null) {
      if (this.#streams.isIdle(id)) return fault(ErrorCode.protocolError, `RST_STREAM on idle stream ${id}`);
      return this.#count("useless frames");
    }
    this.#close(stream, "resetByPeer");
    const detail = `client reset the stream: ${errorName(code)}`;
    stream.body.fail({ kind: "gone", detail });
    stream.response.lost(detail);
    this.#maybeEnd();
    return this.#count("rapid reset");
  }

  #ping(flags: number, data: Uint8Array): ConnectionFault | null {
    if ((flags & Flag.ack) === 0) this.#writer.ping(data, true);
    else if (this.#drainingSince >= 0) this.#finalGoaway();
    return this.#count("PING flood");
  }

  /** RFC 9113, 5.3.2: without effect; but a client shows by it who it is. */
  #priority(id: number, bytes: Buffer, start: number): ConnectionFault | null {
    const word = readUint32(bytes, start);
    const dependsOn = word & MAX_STREAM_ID;
    if (dependsOn === id) return fault(ErrorCode.protocolError, "stream depends on itself");
    this.#fingerprint.priority(id, word > MAX_STREAM_ID, dependsOn, bytes[start + 4]! + 1);
    return this.#count("PRIORITY flood");
  }

  /** RFC 9218, 7.1. */
  #priorityUpdate(bytes: Buffer, start: number, end: number): ConnectionFault | null {
    const id = readUint31(bytes, start);
    if (id === 0 || id % 2 === 0) return fault(ErrorCode.protocolError, `PRIORITY_UPDATE for stream ${id}`);
    const priority = parsePriority(bytes.toString("latin1", start + 4, end));
    const stream = this.#streams.find(id);
    if (stream !== null) stream.priority = priority;
    else if (this.#streams.isIdle(id)) this.#early.put(id, priority);
    return this.#count("PRIORITY flood");
  }

  #checkStream(stream: Http2Stream, nowMs: number): void {
    const { settings } = this.#context.state;
    if (stream.pendingBytes > 0) {
      if (stream.progressAt < 0) stream.progressAt = nowMs;
      else if (nowMs - stream.progressAt > settings.write_timeout_ms) {
        return this.#lose(
          stream,
          ErrorCode.cancel,
          `client has taken nothing for ${settings.write_timeout_ms} ms`,
        );
      }
    }
    const { body, pace } = stream;
    if (pace === null || body.ended || stream.place < 0) return;
    const slow = pace.check(nowMs, body.receivedBytes, body.wants, settings);
    if (slow === null) return;
    body.fail({ kind: "timeout", detail: slow });
    this.#lose(stream, ErrorCode.cancel, slow);
  }

  #unblock(stream: Http2Stream): void {
    if (!stream.blocked || stream.place < 0 || this.#sender.isBlocked(stream)) return;
    stream.blocked = false;
    stream.response.drained();
  }

  /** The connection's window gets `bytes` back. */
  #credit(bytes: number, grows = false): void {
    const increment = this.#window.give(bytes, grows);
    if (increment === 0 || this.#mode !== "open") return;
    this.#writer.windowUpdate(0, increment);
    this.#output.flushSoon();
  }

  /** The content is not what was declared (RFC 9113, 8.1.1): the pipeline may answer, then the stream is reset. */
  #bodyBroken(stream: Http2Stream, detail: string, reason: ParseFailure["reason"] = "smuggling") {
    stream.isBroken = true;
    const { exchange } = stream;
    const text = `${reason}: ${detail}`;
    if (exchange !== null && exchange.reason === null && !stream.response.started) {
      exchange.reason = reason;
      exchange.detail = detail;
    }
    const error = new AegisError("invalid_input", REASONS[reason].publicText, { privateText: text });
    stream.body.fail({ kind: "malformed", detail: text, error });
    return this.#streamError(stream, ErrorCode.protocolError, detail);
  }

  /** RFC 9113, 5.4.2: what a client did wrong on one stream. */
  #streamError(stream: Http2Stream, code: number, detail: string): ConnectionFault | null {
    this.#lose(stream, code, `HTTP/2 ${errorName(code)}: ${detail}`);
    return this.#count("provoked resets");
  }

  /** Resets a stream of which the exchange does not know yet. */
  #lose(stream: Http2Stream, code: number, detail: string): void {
    this.#drop(stream, code, detail);
    stream.response.lost(detail);
  }

  #drop(stream: Http2Stream, code: number, detail: string): void {
    if (stream.place < 0) return;
    this.#resetId(stream.id, code);
    this.#close(stream, "reset");
    stream.body.fail({ kind: "gone", detail });
    this.#maybeEnd();
  }

  #close(stream: Http2Stream, how: Closure): void {
    if (!this.#streams.close(stream, how)) return;
    this.#sender.drop(stream);
    this.#since = this.#context.state.nowMs;
  }

  #resetId(id: number, code: number): void {
    this.#writer.rstStream(id, code);
    this.#output.flushSoon();
  }

  #refuseId(id: number): void {
    this.#streams.closed.add(id, "reset");
    this.#resetId(id, ErrorCode.refusedStream);
  }

  /** A request that never becomes an exchange. */
  #refuse(id: number, endStream: boolean, failure: HeadFailure): ConnectionFault | null {
    const { reason, detail } = failure;
    const requestId = this.#tellRefused(reason, detail, true);
    if (!failure.answered) {
      this.#streams.closed.add(id, "reset");
      this.#resetId(id, ErrorCode.protocolError);
      return this.#count("provoked resets");
    }
    const stream = new Http2Stream({
      id,
      method: this.#fields.method ?? "",
      bodyLength: null,
      ended: endStream,
      upgrade: null,
      expectsContinue: false,
      sendWindow: this.#peer.initialWindowSize,
      priority: null,
      pace: null,
    }, this);
    this.#streams.add(stream);
    this.#answer(stream, reason, requestId);
    return this.#count("provoked resets");
  }

  /** The fixed answer of a refusal. */
  #answer(stream: Http2Stream, reason: Reason, requestId: string): void {
    const { status, headers, body } = refusalMessage(reason, requestId, this.dateText);
    const isHead = this.#fields.method === "HEAD";
    this.sendHead(stream, status, headers, isHead);
    if (isHead) this.streamSent(stream);
    else this.sendData(stream, Buffer.from(body, "latin1"), true);
  }

  /** Returns the id that the refusal is logged under. `hasHead`: what was readable of the request is told. */
  #tellRefused(reason: Reason, detail: string, hasHead: boolean): string {
    const { clock, handler, ids, info } = this.#context;
    const requestId = ids.next(clock.now());
    const { authority, headers, method, path } = this.#fields;
    handler.refused({
      connection: info,
      reason,
      detail,
      requestId,
      method: hasHead ? method ?? "" : "",
      target: hasHead ? path ?? "" : "",
      host: hasHead ? authority ?? headers.get("host") ?? "" : "",
    });
    return requestId;
  }

  /** Counts what costs the client nothing; where that is too much the connection ends. */
  #count(kind: Abuse): ConnectionFault | null {
    return this.#meter.isTooMuch(kind, this.#context.state.nowMs)
      ? fault(ErrorCode.enhanceYourCalm, kind)
      : null;
  }

  /** A connection error (RFC 9113, 5.4.1). */
  #fail(problem: ConnectionFault): void {
    if (this.#mode !== "open") return;
    const { code, detail } = problem;
    const text = `HTTP/2 ${errorName(code)}: ${detail}`;
    this.#tellRefused(code === ErrorCode.enhanceYourCalm ? "protocol_abuse" : "malformed", text, false);
    this.#writer.goaway(this.#streams.lastId, code);
    this.#linger();
    this.#endStreams(text);
  }

  /** No streams above the last one; the connection ends with the last that is open. */
  #finalGoaway(): void {
    if (this.#mode !== "open") return;
    this.#drainingSince = -1;
    if (this.#goawayId < 0) {
      this.#goawayId = this.#streams.lastId;
      this.#writer.goaway(this.#goawayId, ErrorCode.noError);
      this.#output.flushSoon();
    }
    this.#maybeEnd();
  }

  #maybeEnd(): void {
    if (this.#mode === "open" && this.#goawayId >= 0 && this.#streams.count === 0) this.#linger();
  }

  /** Sends what is left and FIN, then waits for the client to close: closing first would lose the answer to a RST. */
  #linger(): void {
    this.#mode = "lingering";
    this.#reader.stop();
    this.#since = this.#context.state.nowMs;
    this.#output.flush();
    this.#context.socket.end();
    if (this.#paused) this.#context.socket.resume();
  }

  /** The client is too slow to live. */
  #timedOut(detail: string): void {
    if (this.#mode === "open" && this.#streams.count === 0) {
      this.#tellRefused("timeout_client", detail, false);
    }
    this.closed(detail);
    this.#context.reset();
  }

  #endStreams(detail: string): void {
    this.#reader.stop();
    for (const stream of [...this.#streams.open]) {
      this.#close(stream, "reset");
      stream.body.fail({ kind: "gone", detail });
      stream.response.lost(detail);
    }
  }

  #isOpen(): boolean {
    return this.#mode === "open";
  }
}
