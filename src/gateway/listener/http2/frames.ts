import type { Buffer } from "node:buffer";
import type { Output } from "../output.ts";
import type { ConnectionStreams } from "./connection_streams.ts";
import type { Fingerprint } from "./fingerprint.ts";
import {
  type ConnectionFault,
  ErrorCode,
  fault,
  Flag,
  FrameType,
  MAX_STREAM_ID,
  readUint31,
  readUint32,
} from "./frame.ts";
import type { FrameSink } from "./frame_reader.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { HeaderBlock } from "./header_block.ts";
import { misplacedFrame } from "./misplaced_frame.ts";
import { parsePriority } from "./priority.ts";
import type { RequestIntake } from "./request_intake.ts";
import { forEachSetting, MAX_WINDOW, type PeerSettings, Setting } from "./settings.ts";
import type { Http2Stream } from "./stream.ts";

/** RFC 9113, 6.3. */
const PRIORITY_BYTES = 5;
/** Output that the client does not take; beyond it nothing of its input is looked at. */
const MAX_UNSENT_BYTES = 262_144;

/** What frames tell the connection. */
export interface FramesHost {
  /** A PING of ours came back. */
  pingAnswered(): void;
  /** The client opens no further streams. */
  peerLeaves(): void;
}

/** Everything that frames work on. */
export interface FramesParts {
  readonly host: FramesHost;
  readonly output: Output;
  readonly writer: FrameWriter;
  readonly streams: ConnectionStreams;
  readonly intake: RequestIntake;
  readonly peer: PeerSettings;
  readonly fingerprint: Fingerprint;
  readonly maxHeaderBytes: number;
}

/** What each frame of the client does (RFC 9113, 6), in the state that its connection is in. */
export class Frames implements FrameSink {
  /** A window has opened: what waits may go when all that has arrived is read. */
  pumpDue = false;
  readonly #parts: FramesParts;
  #settingsSeen = false;
  #block: HeaderBlock | null = null;
  /** Stream and length of the DATA frame that is being read; null: its content is for nobody. */
  #dataStream: Http2Stream | null = null;
  #dataLength = 0;

  constructor(parts: FramesParts) {
    this.#parts = parts;
  }

  get isFull(): boolean {
    return this.#parts.output.pendingBytes > MAX_UNSENT_BYTES;
  }

  /** True within a header block. */
  get inBlock(): boolean {
    return this.#block !== null;
  }

  frame(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number) {
    const problem = misplacedFrame(type, flags, id, this.#settingsSeen, this.#block);
    if (problem !== null) return problem;
    switch (type) {
      case FrameType.headers:
        return this.#headers(flags, id, bytes, start, end);
      case FrameType.continuation:
        return this.#continuation(flags, bytes.subarray(start, end));
      case FrameType.settings:
        return this.#settings(flags, bytes, start, end);
      case FrameType.windowUpdate:
        return id === 0
          ? this.#connectionWindow(readUint31(bytes, start))
          : this.#streamWindow(id, readUint31(bytes, start));
      case FrameType.rstStream:
        return this.#reset(id, readUint32(bytes, start));
      case FrameType.ping:
        return this.#ping(flags, bytes.subarray(start, end));
      case FrameType.priority:
        return end - start === PRIORITY_BYTES ? this.#priority(id, bytes, start) : this.#badPriority(id);
      case FrameType.priorityUpdate:
        return this.#priorityUpdate(bytes, start, end);
      case FrameType.goaway:
        this.#parts.host.peerLeaves();
        return null;
      default:
        // RFC 9113, 4.1: ignored. There may be extensions that we do not know.
        return this.#parts.streams.count("useless frames");
    }
  }

  dataBegins(id: number, length: number): ConnectionFault | null {
    const { streams } = this.#parts;
    const problem = misplacedFrame(FrameType.data, 0, id, this.#settingsSeen, this.#block);
    if (problem !== null) return problem;
    if (!streams.window.use(length)) {
      return fault(ErrorCode.flowControlError, "DATA beyond the connection's window");
    }
    const stream = streams.table.find(id);
    this.#dataLength = length;
    this.#dataStream = stream;
    if (stream === null) return this.#strayData(id, length);
    const hasRoom = stream.receiveWindow?.use(length) ?? false;
    if (!stream.body.ended && hasRoom) return null;
    this.#dataStream = null;
    streams.credit(length);
    return stream.body.ended
      ? streams.streamError(stream, ErrorCode.streamClosed, "DATA behind END_STREAM")
      : streams.streamError(stream, ErrorCode.flowControlError, "DATA beyond the stream's window");
  }

  data(_id: number, chunk: Buffer): ConnectionFault | null {
    const stream = this.#dataStream;
    if (stream === null) return null;
    if (stream.place >= 0 && !stream.body.isTooLong(chunk.length)) {
      stream.body.receive(chunk);
      return null;
    }
    this.#parts.streams.credit(chunk.length);
    if (stream.place < 0) return null;
    return this.#parts.intake.bodyBroken(
      stream,
      `more content than the ${stream.body.length} bytes declared`,
    );
  }

  dataEnds(_id: number, content: number, endStream: boolean): ConnectionFault | null {
    const stream = this.#dataStream;
    if (stream === null) return null;
    this.#dataStream = null;
    const { intake, streams } = this.#parts;
    const padding = this.#dataLength - content;
    if (padding > 0) streams.bodyConsumed(stream, padding);
    if (stream.place < 0) return null;
    if (endStream) return intake.requestEnds(stream, null);
    return content === 0 ? streams.count("empty DATA") : null;
  }

  /** DATA of a stream that is not open. */
  #strayData(id: number, length: number): ConnectionFault | null {
    const { streams } = this.#parts;
    if (streams.table.isIdle(id)) return fault(ErrorCode.protocolError, `DATA on idle stream ${id}`);
    streams.credit(length);
    // What we have reset may have been on its way before the client knew.
    if (streams.table.closed.get(id) === "reset") return null;
    streams.resetId(id, ErrorCode.streamClosed);
    return streams.count("useless frames");
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
    const { intake, maxHeaderBytes } = this.#parts;
    if ((flags & Flag.endHeaders) !== 0) return intake.block(id, endStream, dependsOnItself, fragment);
    this.#block = new HeaderBlock(id, endStream, dependsOnItself, maxHeaderBytes);
    return this.#addToBlock(this.#block, fragment);
  }

  #continuation(flags: number, fragment: Buffer): ConnectionFault | null {
    const block = this.#block!;
    const problem = this.#addToBlock(block, fragment);
    if (problem !== null || (flags & Flag.endHeaders) === 0) return problem;
    this.#block = null;
    return this.#parts.intake.block(block.id, block.endStream, block.dependsOnItself, block.written());
  }

  #addToBlock(block: HeaderBlock, fragment: Uint8Array): ConnectionFault | null {
    const tooMuch = block.add(fragment);
    return tooMuch === null ? null : fault(ErrorCode.enhanceYourCalm, tooMuch);
  }

  #settings(flags: number, bytes: Buffer, start: number, end: number): ConnectionFault | null {
    if ((flags & Flag.ack) !== 0) {
      return start === end ? null : fault(ErrorCode.frameSizeError, "SETTINGS acknowledgement with content");
    }
    const { fingerprint, peer, streams, writer } = this.#parts;
    const before = peer.initialWindowSize;
    const isFirst = !this.#settingsSeen;
    this.#settingsSeen = true;
    const problem = forEachSetting(bytes, start, end, (key, value) => {
      if (isFirst) fingerprint.setting(key, value);
      const bad = peer.take(key, value);
      if (bad === null && key === Setting.headerTableSize) {
        streams.sender.encoder.setPeerMaxTableSize(value);
      }
      return bad;
    });
    if (problem !== null) return problem;
    // RFC 9113, 6.9.2: what is open moves with it, below zero too.
    const difference = peer.initialWindowSize - before;
    for (const stream of streams.table.open) {
      stream.sendWindow += difference;
      if (stream.sendWindow > MAX_WINDOW) {
        return fault(ErrorCode.flowControlError, "SETTINGS_INITIAL_WINDOW_SIZE overflows a window");
      }
    }
    if (difference > 0) this.pumpDue = true;
    writer.settingsAck();
    return streams.count("SETTINGS flood");
  }

  #connectionWindow(increment: number): ConnectionFault | null {
    const { fingerprint, streams } = this.#parts;
    if (increment === 0) return fault(ErrorCode.protocolError, "WINDOW_UPDATE by 0");
    if (streams.sender.window + increment > MAX_WINDOW) {
      return fault(ErrorCode.flowControlError, "the connection's window overflows");
    }
    fingerprint.windowUpdate(increment);
    streams.sender.openWindow(increment);
    this.pumpDue = true;
    return streams.count("WINDOW_UPDATE flood");
  }

  #streamWindow(id: number, increment: number): ConnectionFault | null {
    const { streams } = this.#parts;
    const stream = streams.table.find(id);
    if (stream === null) {
      return streams.table.isIdle(id)
        ? fault(ErrorCode.protocolError, `WINDOW_UPDATE on idle stream ${id}`)
        : streams.count("WINDOW_UPDATE flood");
    }
    if (increment === 0) return streams.streamError(stream, ErrorCode.protocolError, "WINDOW_UPDATE by 0");
    if (stream.sendWindow + increment > MAX_WINDOW) {
      return streams.streamError(stream, ErrorCode.flowControlError, "the stream's window overflows");
    }
    stream.sendWindow += increment;
    this.pumpDue = true;
    return streams.count("WINDOW_UPDATE flood");
  }

  #reset(id: number, code: number): ConnectionFault | null {
    const { streams } = this.#parts;
    const stream = streams.table.find(id);
    if (stream !== null) return streams.resetByPeer(stream, code);
    return streams.table.isIdle(id)
      ? fault(ErrorCode.protocolError, `RST_STREAM on idle stream ${id}`)
      : streams.count("useless frames");
  }

  #ping(flags: number, data: Uint8Array): ConnectionFault | null {
    if ((flags & Flag.ack) === 0) this.#parts.writer.ping(data, true);
    else this.#parts.host.pingAnswered();
    return this.#parts.streams.count("PING flood");
  }

  /** RFC 9113, 5.3.2: without effect; but a client shows by it who it is. */
  #priority(id: number, bytes: Buffer, start: number): ConnectionFault | null {
    const word = readUint32(bytes, start);
    const dependsOn = word & MAX_STREAM_ID;
    if (dependsOn === id) return fault(ErrorCode.protocolError, "stream depends on itself");
    this.#parts.fingerprint.priority(id, word > MAX_STREAM_ID, dependsOn, bytes[start + 4]! + 1);
    return this.#parts.streams.count("PRIORITY flood");
  }

  /** RFC 9113, 6.3: an error of the stream; of the connection where no stream is left to tell it on (5.4.1). */
  #badPriority(id: number): ConnectionFault | null {
    const { streams } = this.#parts;
    const detail = `PRIORITY is not ${PRIORITY_BYTES} bytes long`;
    const stream = streams.table.find(id);
    if (stream !== null) return streams.streamError(stream, ErrorCode.frameSizeError, detail);
    return fault(ErrorCode.frameSizeError, detail);
  }

  /** RFC 9218, 7.1. */
  #priorityUpdate(bytes: Buffer, start: number, end: number): ConnectionFault | null {
    const { intake, streams } = this.#parts;
    const id = readUint31(bytes, start);
    if (id % 2 === 0) return fault(ErrorCode.protocolError, `PRIORITY_UPDATE for stream ${id}`);
    const priority = parsePriority(bytes.toString("latin1", start + 4, end));
    const stream = streams.table.find(id);
    if (stream !== null) stream.priority = priority;
    else if (streams.table.isIdle(id)) intake.early.put(id, priority);
    return streams.count("PRIORITY flood");
  }
}
