import type { Buffer } from "node:buffer";
import { ByteQueue } from "../../../lib/byte_queue.ts";
import {
  type ConnectionFault,
  DEFAULT_MAX_FRAME_BYTES,
  ErrorCode,
  fault,
  Flag,
  FRAME_HEADER_BYTES,
  FrameType,
  PREFACE,
  readUint31,
} from "./frame.ts";

/**
 * Where frames go. `bytes[start, end)` is a payload without its padding, valid only during the call. What is returned
 * ends the connection.
 */
export interface FrameSink {
  /** True while nothing more is to be read: what has arrived waits. */
  readonly isFull: boolean;
  /** A frame of any other type than DATA, whole. */
  frame(
    type: number,
    flags: number,
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): ConnectionFault | null;
  /** A DATA frame begins; `length` is what it takes off the windows, padding included (RFC 9113, 6.1). */
  dataBegins(id: number, length: number): ConnectionFault | null;
  /** Content of the DATA frame that began last. */
  data(id: number, chunk: Buffer): ConnectionFault | null;
  /** The DATA frame is over. `content`: bytes without padding. */
  dataEnds(id: number, content: number, endStream: boolean): ConnectionFault | null;
}

/** Types whose frames must belong to a stream, or must not (RFC 9113, 6). */
const ON_STREAM: ReadonlySet<number> = new Set([
  FrameType.data,
  FrameType.headers,
  FrameType.priority,
  FrameType.rstStream,
  FrameType.continuation,
]);
const ON_CONNECTION: ReadonlySet<number> = new Set([
  FrameType.settings,
  FrameType.ping,
  FrameType.goaway,
  FrameType.priorityUpdate,
]);

/**
 * Cuts a connection's bytes into frames (RFC 9113, 3.4, 4.1 and 4.2). Content of DATA is handed on as it arrives; of
 * any other frame at most 16 KiB wait until it is whole.
 */
export class FrameReader {
  readonly #inbox = new ByteQueue();
  readonly #sink: FrameSink;
  #stopped = false;
  #prefaceRead = false;
  #frames = 0;
  #dataId = 0;
  #dataEndStream = false;
  #dataContent = 0;
  #contentLeft = 0;
  #paddingLeft = 0;
  #inData = false;
  #padLengthDue = false;
  #problem: ConnectionFault | null = null;

  /** `expectsPreface`: the peer is a client. A server's bytes begin with a frame. */
  constructor(sink: FrameSink, expectsPreface = true) {
    this.#sink = sink;
    this.#prefaceRead = !expectsPreface;
  }

  /** True while a frame other than DATA (or the preface) has begun and is not whole. */
  get waitsForFrame(): boolean {
    return !this.#prefaceRead || (!this.#inData && this.#inbox.length > 0);
  }

  /** Frames so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Nothing more is read; also from within a call of the sink. */
  stop(): void {
    this.#stopped = true;
    this.#inbox.clear();
  }

  /** Takes what has arrived, or goes on (null). Returns why the connection cannot go on, or null. */
  receive(chunk: Buffer | null): ConnectionFault | null {
    if (this.#stopped) return null;
    const inbox = this.#inbox;
    if (chunk !== null) inbox.append(chunk);
    if (!this.#prefaceRead) {
      const problem = this.#preface(inbox);
      if (problem !== null || !this.#prefaceRead) return problem;
    }
    const { buffer, end } = inbox;
    let at = inbox.start;
    while (!this.#stopped && !this.#sink.isFull) {
      if (this.#inData) {
        if (at >= end) break;
        at = this.#dataPart(buffer, at, end);
        if (at < 0) return this.#problem;
        continue;
      }
      if (end - at < FRAME_HEADER_BYTES) break;
      const length = (buffer[at]! << 16) | (buffer[at + 1]! << 8) | buffer[at + 2]!;
      const type = buffer[at + 3]!;
      const flags = buffer[at + 4]!;
      const id = readUint31(buffer, at + 5);
      const problem = checkHeader(length, type, id);
      if (problem !== null) return problem;
      const payload = at + FRAME_HEADER_BYTES;
      if (type === FrameType.data) {
        at = payload;
        this.#frames++;
        const failure = this.#beginData(id, flags, length);
        if (failure !== null) return failure;
        continue;
      }
      if (end - payload < length) break;
      this.#frames++;
      at = payload + length;
      const failure = this.#frame(type, flags, id, buffer, payload, at);
      if (failure !== null) return failure;
    }
    if (!this.#stopped) inbox.consumeTo(at);
    return null;
  }

  #preface(inbox: ByteQueue): ConnectionFault | null {
    const { buffer, start } = inbox;
    const known = Math.min(inbox.length, PREFACE.length);
    for (let i = 0; i < known; i++) {
      if (buffer[start + i] !== PREFACE.charCodeAt(i)) {
        return fault(ErrorCode.protocolError, "not the preface of HTTP/2");
      }
    }
    if (known < PREFACE.length) return null;
    this.#prefaceRead = true;
    inbox.consumeTo(start + PREFACE.length);
    return null;
  }

  /** HEADERS are handed on without padding; every other type has none. */
  #frame(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number) {
    if (type !== FrameType.headers || (flags & Flag.padded) === 0) {
      return this.#sink.frame(type, flags, id, bytes, start, end);
    }
    const padding = start < end ? bytes[start]! : 0;
    if (start >= end || padding > end - start - 1) {
      return fault(ErrorCode.protocolError, "padding of HEADERS is longer than the frame");
    }
    return this.#sink.frame(type, flags, id, bytes, start + 1, end - padding);
  }

  #beginData(id: number, flags: number, length: number): ConnectionFault | null {
    this.#padLengthDue = (flags & Flag.padded) !== 0;
    if (this.#padLengthDue && length === 0) {
      return fault(ErrorCode.frameSizeError, "padded DATA without a pad length");
    }
    const problem = this.#sink.dataBegins(id, length);
    if (problem !== null) return problem;
    this.#dataId = id;
    this.#dataEndStream = (flags & Flag.endStream) !== 0;
    this.#contentLeft = length;
    this.#paddingLeft = 0;
    this.#dataContent = 0;
    if (length === 0) return this.#sink.dataEnds(id, 0, this.#dataEndStream);
    this.#inData = true;
    return null;
  }

  /** The next part of the running DATA frame. Returns where to go on, or -1 with `#problem` set. */
  #dataPart(bytes: Buffer, start: number, end: number): number {
    let at = start;
    if (this.#padLengthDue) {
      this.#padLengthDue = false;
      const padding = bytes[at++]!;
      if (padding > --this.#contentLeft) {
        this.#problem = fault(ErrorCode.protocolError, "padding of DATA is longer than the frame");
        return -1;
      }
      this.#contentLeft -= padding;
      this.#paddingLeft = padding;
    }
    const size = Math.min(this.#contentLeft, end - at);
    if (size > 0) {
      this.#contentLeft -= size;
      this.#dataContent += size;
      this.#problem = this.#sink.data(this.#dataId, bytes.subarray(at, at + size));
      if (this.#problem !== null) return -1;
      at += size;
    }
    const skipped = Math.min(this.#paddingLeft, end - at);
    this.#paddingLeft -= skipped;
    at += skipped;
    if (this.#contentLeft > 0 || this.#paddingLeft > 0 || this.#stopped) return at;
    this.#inData = false;
    this.#problem = this.#sink.dataEnds(this.#dataId, this.#dataContent, this.#dataEndStream);
    return this.#problem === null ? at : -1;
  }
}

/** What can be said of a frame before its payload is there. */
function checkHeader(length: number, type: number, id: number): ConnectionFault | null {
  if (length > DEFAULT_MAX_FRAME_BYTES) {
    return fault(ErrorCode.frameSizeError, `frame of ${length} bytes`);
  }
  if (id === 0 ? ON_STREAM.has(type) : ON_CONNECTION.has(type)) {
    return fault(ErrorCode.protocolError, `frame of type ${type} on stream ${id}`);
  }
  switch (type) {
    case FrameType.rstStream:
      return length === 4 ? null : fault(ErrorCode.frameSizeError, "RST_STREAM is not 4 bytes long");
    case FrameType.windowUpdate:
      return length === 4 ? null : fault(ErrorCode.frameSizeError, "WINDOW_UPDATE is not 4 bytes long");
    case FrameType.ping:
      return length === 8 ? null : fault(ErrorCode.frameSizeError, "PING is not 8 bytes long");
    case FrameType.goaway:
      return length >= 8 ? null : fault(ErrorCode.frameSizeError, "GOAWAY is shorter than 8 bytes");
    case FrameType.priorityUpdate:
      return length >= 4 ? null : fault(ErrorCode.frameSizeError, "PRIORITY_UPDATE is shorter than 4 bytes");
    case FrameType.settings:
      return length % 6 === 0 ? null : fault(ErrorCode.frameSizeError, "SETTINGS are not whole");
    case FrameType.pushPromise:
      return fault(ErrorCode.protocolError, "PUSH_PROMISE that nobody may send");
    default:
      return null;
  }
}
