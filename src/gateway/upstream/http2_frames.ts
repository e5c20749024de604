import { Buffer } from "node:buffer";
import { AbuseMeter } from "../listener/http2/abuse_meter.ts";
import {
  type ConnectionFault,
  ErrorCode,
  errorName,
  fault,
  Flag,
  FrameType,
  readUint31,
  readUint32,
} from "../listener/http2/frame.ts";
import type { FrameSink } from "../listener/http2/frame_reader.ts";
import type { FrameWriter } from "../listener/http2/frame_writer.ts";
import { HeaderBlock } from "../listener/http2/header_block.ts";
import { misplacedFrame } from "../listener/http2/misplaced_frame.ts";
import { HpackDecoder } from "../listener/http2/hpack/decoder.ts";
import type { ReceiveWindow } from "../listener/http2/receive_window.ts";
import type { Sender } from "../listener/http2/sender.ts";
import { DECODER_TABLE_BYTES, forEachSetting, MAX_WINDOW, Setting } from "../listener/http2/settings.ts";
import type { Http2Call } from "./http2_call.ts";
import { MAX_RESPONSE_FIELDS, ResponseFields } from "./http2_response_fields.ts";
import type { TargetSettings } from "./http2_target_settings.ts";

/** Of one response head or trailer section, as SETTINGS_MAX_HEADER_LIST_SIZE counts; as much as over HTTP/1.1. */
export const MAX_LIST_BYTES = 65_536;
/** Output that the target does not take; beyond it nothing that it says is looked at. */
const MAX_UNSENT_BYTES = 262_144;
const MAX_DEBUG_CHARS = 120;
/** DATA of ours lets a target send so many WINDOW_UPDATE. */
const UPDATES_A_FRAME = 4;

/** What frames work on. */
export interface TargetFramesHost {
  readonly streams: ReadonlyMap<number, Http2Call>;
  readonly settings: TargetSettings;
  readonly sender: Sender;
  readonly writer: FrameWriter;
  readonly window: ReceiveWindow;
  readonly lastId: number;
  readonly nowMs: number;
  readonly pendingBytes: number;
  settingsCame(): void;
  goawayCame(lastId: number, code: number, debug: string): void;
  pingAnswered(): void;
  ended(call: Http2Call): void;
  lose(call: Http2Call, detail: string, isUnprocessed: boolean): void;
}

/** What each frame of a target does (RFC 9113, 6), the other side of `listener/http2/frames.ts`. */
export class TargetFrames implements FrameSink {
  /** A window has opened: what waits may go when all that has arrived is read. */
  pumpDue = false;
  readonly #host: TargetFramesHost;
  readonly #meter: AbuseMeter;
  readonly #fields = new ResponseFields();
  readonly #decoder = new HpackDecoder({
    maxTableSize: DECODER_TABLE_BYTES,
    maxListBytes: MAX_LIST_BYTES,
    maxFields: MAX_RESPONSE_FIELDS + 1,
  });
  #settingsSeen = false;
  #block: HeaderBlock | null = null;
  /** Stream and length of the DATA frame that is being read; null: its content is for nobody. */
  #dataCall: Http2Call | null = null;
  #dataLength = 0;
  #tooTiny: ConnectionFault | null = null;

  constructor(host: TargetFramesHost, nowMs: number) {
    this.#host = host;
    this.#meter = new AbuseMeter(nowMs);
  }

  get isFull(): boolean {
    return this.#host.pendingBytes > MAX_UNSENT_BYTES;
  }

  /** A DATA frame of ours has gone out; `isTiny`: the target's windows leave room for so little. */
  dataSent(isTiny: boolean): void {
    this.#meter.allow("WINDOW_UPDATE flood", UPDATES_A_FRAME);
    // Told with the next frame: not from within the loop that sends.
    if (isTiny) this.#tooTiny ??= this.#count("tiny windows");
  }

  frame(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number) {
    const problem = this.#tooTiny ?? misplacedFrame(type, flags, id, this.#settingsSeen, this.#block);
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
        if ((flags & Flag.ack) === 0) this.#host.writer.ping(bytes.subarray(start, end), true);
        else this.#host.pingAnswered();
        return this.#count("PING flood");
      case FrameType.goaway: {
        const debug = bytes.toString("latin1", start + 8, Math.min(end, start + 8 + MAX_DEBUG_CHARS));
        this.#host.goawayCame(
          readUint31(bytes, start),
          readUint32(bytes, start + 4),
          debug.replace(/[^\x20-\x7e]/g, "?"),
        );
        return this.#count("useless frames");
      }
      default:
        // RFC 9113, 4.1: ignored. There may be extensions that we do not know.
        return this.#count("useless frames");
    }
  }

  dataBegins(id: number, length: number): ConnectionFault | null {
    const problem = misplacedFrame(FrameType.data, 0, id, this.#settingsSeen, this.#block);
    if (problem !== null) return problem;
    const { window, streams, writer } = this.#host;
    if (!window.use(length)) return fault(ErrorCode.flowControlError, "DATA beyond the connection's window");
    // Each stream bounds what is held of it; a slow one must not stop the others on its connection.
    const increment = window.give(length, false);
    if (increment > 0) writer.windowUpdate(0, increment);
    const call = streams.get(id) ?? null;
    this.#dataLength = length;
    this.#dataCall = call;
    if (call === null) return this.#stray(id, "DATA");
    if (call.receiveWindow.use(length)) return null;
    this.#dataCall = null;
    call.malformed("DATA beyond the stream's window");
    return null;
  }

  data(id: number, chunk: Buffer): ConnectionFault | null {
    const call = this.#dataCall;
    if (call !== null && this.#host.streams.get(id) === call) call.received(chunk);
    return null;
  }

  dataEnds(id: number, content: number, endStream: boolean): ConnectionFault | null {
    const call = this.#dataCall;
    this.#dataCall = null;
    if (call === null || this.#host.streams.get(id) !== call) return null;
    const padding = this.#dataLength - content;
    if (padding > 0) call.bodyConsumed(padding);
    if (endStream) {
      this.#host.ended(call);
      call.receivedEnd(null);
      return null;
    }
    return content === 0 ? this.#count("empty DATA") : null;
  }

  /** A frame for a stream that is not open: one that is over may still get some, one that never was may not. */
  #stray(id: number, what: string): ConnectionFault | null {
    if (id % 2 === 0 || id > this.#host.lastId) {
      return fault(ErrorCode.protocolError, `${what} on idle stream ${id}`);
    }
    return this.#count("useless frames");
  }

  #headers(flags: number, id: number, bytes: Buffer, start: number, end: number): ConnectionFault | null {
    let at = start;
    if ((flags & Flag.priority) !== 0) {
      if (end - start < 5) return fault(ErrorCode.frameSizeError, "HEADERS without their priority");
      at += 5;
    }
    const endStream = (flags & Flag.endStream) !== 0;
    const fragment = bytes.subarray(at, end);
    if ((flags & Flag.endHeaders) !== 0) return this.#whole(id, endStream, fragment);
    this.#block = new HeaderBlock(id, endStream, false, MAX_LIST_BYTES);
    return this.#addToBlock(this.#block, fragment);
  }

  #continuation(flags: number, fragment: Buffer): ConnectionFault | null {
    const block = this.#block!;
    const problem = this.#addToBlock(block, fragment);
    if (problem !== null || (flags & Flag.endHeaders) === 0) return problem;
    this.#block = null;
    return this.#whole(block.id, block.endStream, block.written());
  }

  #addToBlock(block: HeaderBlock, fragment: Uint8Array): ConnectionFault | null {
    const tooMuch = block.add(fragment);
    return tooMuch === null ? null : fault(ErrorCode.enhanceYourCalm, tooMuch);
  }

  /** A header block is whole. It is decoded whosever it is: the next one builds on its table (RFC 9113, 4.3). */
  #whole(id: number, endStream: boolean, block: Uint8Array): ConnectionFault | null {
    const call = this.#host.streams.get(id) ?? null;
    const fields = this.#fields;
    fields.begin(call !== null && call.hasHead);
    const failure = this.#decoder.decode(block, fields.take);
    if (failure?.code === "COMPRESSION_ERROR") return fault(ErrorCode.compressionError, failure.detail);
    if (call === null) return this.#stray(id, "HEADERS");
    const refusal = failure?.detail ?? fields.failure;
    if (refusal !== null) {
      call.malformed(`response ${call.hasHead ? "trailers" : "head"}: ${refusal}`);
      return null;
    }
    if (call.hasHead) {
      if (!endStream) call.malformed("HEADERS within the content");
      else {
        this.#host.ended(call);
        call.receivedEnd(fields.headers);
      }
      return null;
    }
    if (fields.status === 0) call.malformed("response head: no :status");
    else {
      if (endStream && fields.status >= 200) this.#host.ended(call);
      call.head(fields.status, fields.headers, fields.length, endStream);
    }
    return null;
  }

  #settings(flags: number, bytes: Buffer, start: number, end: number): ConnectionFault | null {
    if ((flags & Flag.ack) !== 0) {
      return start === end ? null : fault(ErrorCode.frameSizeError, "SETTINGS acknowledgement with content");
    }
    const { settings, sender, streams, writer } = this.#host;
    const before = settings.initialWindowSize;
    this.#settingsSeen = true;
    const problem = forEachSetting(bytes, start, end, (key, value) => {
      const bad = settings.take(key, value);
      if (bad === null && key === Setting.headerTableSize) sender.encoder.setPeerMaxTableSize(value);
      return bad;
    });
    if (problem !== null) return problem;
    // RFC 9113, 6.9.2: what is open moves with it, below zero too.
    const difference = settings.initialWindowSize - before;
    for (const call of streams.values()) {
      call.sendWindow += difference;
      if (call.sendWindow > MAX_WINDOW) {
        return fault(ErrorCode.flowControlError, "SETTINGS_INITIAL_WINDOW_SIZE overflows a window");
      }
    }
    if (difference > 0) this.pumpDue = true;
    writer.settingsAck();
    this.#host.settingsCame();
    return this.#count("SETTINGS flood");
  }

  #connectionWindow(increment: number): ConnectionFault | null {
    const { sender } = this.#host;
    if (increment === 0) return fault(ErrorCode.protocolError, "WINDOW_UPDATE by 0");
    if (sender.window + increment > MAX_WINDOW) {
      return fault(ErrorCode.flowControlError, "the connection's window overflows");
    }
    sender.openWindow(increment);
    this.pumpDue = true;
    return this.#count("WINDOW_UPDATE flood");
  }

  #streamWindow(id: number, increment: number): ConnectionFault | null {
    const call = this.#host.streams.get(id);
    if (call === undefined) return this.#stray(id, "WINDOW_UPDATE");
    if (increment === 0) call.malformed("WINDOW_UPDATE by 0");
    else if (call.sendWindow + increment > MAX_WINDOW) call.malformed("the stream's window overflows");
    else {
      call.sendWindow += increment;
      this.pumpDue = true;
    }
    return this.#count("WINDOW_UPDATE flood");
  }

  #reset(id: number, code: number): ConnectionFault | null {
    const call = this.#host.streams.get(id);
    if (call === undefined) return this.#stray(id, "RST_STREAM");
    if (code === ErrorCode.noError && call.isWhole) {
      // Nothing is missing: whoever resets now only means that it says no more.
      this.#host.ended(call);
      call.receivedEnd(null);
      return null;
    }
    // RFC 9113, 8.7: refused is not looked at.
    this.#host.lose(
      call,
      `the target reset the stream (${errorName(code)})`,
      code === ErrorCode.refusedStream,
    );
    return null;
  }

  #count(kind: Parameters<AbuseMeter["isTooMuch"]>[0]): ConnectionFault | null {
    return this.#meter.isTooMuch(kind, this.#host.nowMs) ? fault(ErrorCode.enhanceYourCalm, kind) : null;
  }
}
