import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";
import type { HeaderList } from "../../core/header_list.ts";
import type { Deadlined, DeadlineSweep } from "../../lib/deadline_sweep.ts";
import type { WriteRoom } from "../../lib/write_room.ts";
import {
  type ConnectionFault,
  ErrorCode,
  errorName,
  MAX_STREAM_ID,
  PREFACE,
} from "../listener/http2/frame.ts";
import { FrameReader } from "../listener/http2/frame_reader.ts";
import { FrameWriter } from "../listener/http2/frame_writer.ts";
import { ReceiveWindow } from "../listener/http2/receive_window.ts";
import { Sender, type SenderHost, type SendingStream } from "../listener/http2/sender.ts";
import { Output } from "../listener/output.ts";
import type { Http2Call } from "./http2_call.ts";
import type { CallConnection } from "./http2_call_hosts.ts";
import { MAX_LIST_BYTES, TargetFrames, type TargetFramesHost } from "./http2_frames.ts";
import { settingsForTargets, TargetSettings } from "./http2_target_settings.ts";

/** Content on its way to us on all streams together; given back as it arrives, because each stream bounds what is held. */
const CONNECTION_WINDOW = 1_048_576;
const FIRST_WINDOW = 65_535;
/** A connection with open streams on which nothing has come for so long is asked whether it lives. */
const PING_AFTER_MS = 30_000;
const PING_ANSWER_MS = 10_000;
const PING_DATA = Uint8Array.of(0x61, 0x65, 0x67, 0x69, 0x73, 0x62, 0x79, 0x65);
const CHECK_MS = 1_000;
/** A target that says nothing at all is no server of HTTP/2. */
const SETTINGS_MS = 10_000;

export interface TargetConnectionHost {
  /** The target's SETTINGS are there, or a stream is free again. */
  available(connection: Http2TargetConnection): void;
  /** It takes no further streams; those that it has may go on. */
  retired(connection: Http2TargetConnection): void;
  /** The socket is gone. `detail`: why. */
  gone(connection: Http2TargetConnection, detail: string): void;
}

export interface TargetConnectionParts {
  readonly socket: Socket;
  readonly room: WriteRoom;
  readonly clock: Clock;
  readonly sweep: DeadlineSweep;
  readonly idleMs: number;
  readonly host: TargetConnectionHost;
}

/**
 * One connection to a target, the client's side of it (RFC 9113): how it begins, which streams it has, how it is kept
 * alive and how it ends. It takes requests once the target's SETTINGS have come, so that none is lost on a server that
 * speaks something else, and none is over its limit.
 */
export class Http2TargetConnection
  implements CallConnection<Http2Call>, SenderHost, TargetFramesHost, Deadlined {
  deadline: number;
  sweepAt = -1;
  readonly streams = new Map<number, Http2Call>();
  readonly settings = new TargetSettings();
  readonly sender: Sender;
  readonly writer: FrameWriter;
  readonly window = new ReceiveWindow(CONNECTION_WINDOW, CONNECTION_WINDOW);
  isReady = false;
  readonly #parts: TargetConnectionParts;
  readonly #output: Output;
  readonly #frames: TargetFrames;
  readonly #reader: FrameReader;
  #nextId = 1;
  #isRetired = false;
  #isClosed = false;
  #isPaused = false;
  #detail = "the target closed the connection";
  #lastFrameAt: number;
  #idleSince: number;
  #pingedAt = -1;
  #endsAt = Infinity;

  constructor(parts: TargetConnectionParts) {
    const { socket, clock, sweep } = parts;
    this.#parts = parts;
    this.#output = new Output(socket, parts.room);
    this.writer = new FrameWriter(this.#output);
    this.sender = new Sender(this.#output, this.writer, this);
    this.#frames = new TargetFrames(this, clock.monotonic());
    this.#reader = new FrameReader(this.#frames, false);
    this.#lastFrameAt = this.#idleSince = clock.monotonic();
    this.#output.text(PREFACE);
    this.writer.settings(settingsForTargets(MAX_LIST_BYTES));
    this.writer.windowUpdate(0, CONNECTION_WINDOW - FIRST_WINDOW);
    this.#output.flush();
    this.deadline = sweep.after(CHECK_MS);
    sweep.add(this);
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("drain", () => this.#drained());
    socket.on("error", (error: Error) => this.#detail = error.message);
    socket.on("end", () => socket.destroy());
    socket.on("close", () => this.#closed());
  }

  get nowMs(): number {
    return this.#parts.clock.monotonic();
  }

  get pendingBytes(): number {
    return this.#output.pendingBytes;
  }

  /** The highest stream that we have opened; 0: none. */
  get lastId(): number {
    return this.#nextId - 2 < 0 ? 0 : this.#nextId - 2;
  }

  get takesConnect(): boolean {
    return this.settings.takesConnect;
  }

  /** Streams that can be opened now. */
  get room(): number {
    if (!this.isReady || this.#isRetired || this.#isClosed || this.#nextId > MAX_STREAM_ID) return 0;
    if (this.#pingedAt >= 0) return 0;
    return this.settings.maxStreams - this.streams.size;
  }

  get isIdle(): boolean {
    return this.streams.size === 0;
  }

  // Of calls.

  /** Opens the call's stream and sends its head. */
  open(call: Http2Call, endStream: boolean): void {
    call.id = this.#nextId;
    this.#nextId += 2;
    call.sendWindow = this.settings.initialWindowSize;
    if (this.streams.size === 0) this.#lastFrameAt = this.nowMs;
    this.streams.set(call.id, call);
    call.endSent = endStream;
    this.sender.head(call, null, call.fields, endStream);
  }

  /** Sends or keeps a copy; false where something waits. */
  send(call: Http2Call, chunk: Uint8Array): boolean {
    this.sender.data(call, chunk, false);
    return !this.sender.isBlocked(call);
  }

  sendEnd(call: Http2Call, trailers: HeaderList | null): void {
    this.sender.end(call, trailers);
  }

  /** The call has taken so many bytes. */
  consumed(call: Http2Call, bytes: number): void {
    if (!this.streams.has(call.id)) return;
    const increment = call.receiveWindow.give(bytes, true);
    if (increment > 0) this.writer.windowUpdate(call.id, increment);
  }

  /** The call is over. `code`: of the RST_STREAM, where the stream is not; null: it is. */
  leave(call: Http2Call, code: number | null): void {
    if (this.streams.get(call.id) !== call) return;
    this.sender.drop(call);
    if (code !== null) this.writer.rstStream(call.id, code);
    this.#freed(call.id);
  }

  /** A request got no answer: no other one is sent here until the target has shown that it listens still. */
  suspect(): void {
    if (this.#pingedAt >= 0 || this.#isClosed || !this.isReady) return;
    this.#pingedAt = this.nowMs;
    this.writer.ping(PING_DATA, false);
  }

  /** Takes no further streams and closes with the last. */
  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    this.#parts.host.retired(this);
    if (this.streams.size === 0) this.#end();
  }

  /** Ends at once; calls on it fail. */
  destroy(detail: string): void {
    this.#detail = detail;
    this.#parts.socket.destroy();
  }

  // Of frames.

  settingsCame(): void {
    if (!this.isReady) this.isReady = true;
    if (this.room > 0) this.#parts.host.available(this);
  }

  /** RFC 9113, 6.8: streams above `lastId` were not looked at, nor will be. */
  goawayCame(lastId: number, code: number, debug: string): void {
    const text = `GOAWAY ${errorName(code)}${debug === "" ? "" : ` (${debug})`}`;
    this.#detail = `the target closed the connection with ${text}`;
    this.#isRetired = true;
    this.#parts.host.retired(this);
    for (const call of [...this.streams.values()]) {
      if (call.id > lastId) this.lose(call, `the target sent ${text}`, true);
    }
    if (this.streams.size === 0) this.#end();
  }

  pingAnswered(): void {
    if (this.#pingedAt < 0) return;
    this.#pingedAt = -1;
    if (this.room > 0) this.#parts.host.available(this);
  }

  /** END_STREAM of the target. */
  ended(call: Http2Call): void {
    call.endReceived = true;
    this.#checkBoth(call);
  }

  /** The target gave the stream up. */
  lose(call: Http2Call, detail: string, isUnprocessed: boolean): void {
    if (this.streams.get(call.id) !== call) return;
    this.sender.drop(call);
    this.#freed(call.id);
    call.lost(detail, isUnprocessed);
  }

  // Of the sender.

  streamSent(stream: SendingStream): void {
    const call = stream as Http2Call;
    call.endSent = true;
    this.#checkBoth(call);
    call.sentAll();
  }

  streamDrained(stream: SendingStream): void {
    (stream as Http2Call).drained();
  }

  dataSent(isTiny: boolean): void {
    this.#frames.dataSent(isTiny);
  }

  onDeadline(): void {
    const now = this.nowMs;
    this.deadline = now + CHECK_MS;
    if (now > this.#endsAt) return void this.#parts.socket.destroy();
    if (!this.isReady) {
      if (now - this.#idleSince > SETTINGS_MS) {
        this.destroy(`no SETTINGS of the target within ${SETTINGS_MS} ms`);
      }
    } else if (this.#pingedAt >= 0) {
      if (now - this.#pingedAt > PING_ANSWER_MS) this.destroy(`no answer to PING for ${PING_ANSWER_MS} ms`);
    } else if (this.streams.size === 0) {
      if (now - this.#idleSince > this.#parts.idleMs) this.retire();
    } else if (now - this.#lastFrameAt > PING_AFTER_MS) this.suspect();
  }

  // The machine.

  /** A stream that both sides have ended is free, whatever its call still does with what has come. */
  #checkBoth(call: Http2Call): void {
    if (call.endSent && call.endReceived && this.streams.get(call.id) === call) this.#freed(call.id);
  }

  #read(chunk: Buffer | null): void {
    if (this.#isClosed) return;
    if (chunk !== null) {
      this.#lastFrameAt = this.nowMs;
      if (!this.isReady && this.#isHttp1(chunk)) {
        return this.destroy("the target answers in HTTP/1.1: set its protocol to http1");
      }
    }
    const problem = this.#reader.receive(chunk);
    if (problem !== null) return this.#fail(problem);
    if (this.#frames.pumpDue) {
      this.#frames.pumpDue = false;
      this.sender.pump();
    }
    const pauses = this.#frames.isFull;
    if (pauses === this.#isPaused) return;
    this.#isPaused = pauses;
    if (pauses) this.#parts.socket.pause();
    else this.#parts.socket.resume();
  }

  /** A server of HTTP/1.1 answers the preface with a status line. */
  #isHttp1(chunk: Buffer): boolean {
    return chunk.length >= 5 && chunk.toString("latin1", 0, 5) === "HTTP/";
  }

  #drained(): void {
    this.sender.pump();
    for (const call of this.streams.values()) {
      if (call.blocked && call.pendingBytes === 0) call.drained();
    }
    if (this.#isPaused) this.#read(null);
  }

  /** A connection error (RFC 9113, 5.4.1). */
  #fail(problem: ConnectionFault): void {
    const text = `HTTP/2 ${errorName(problem.code)}: ${problem.detail}`;
    this.#detail = text;
    this.#isRetired = true;
    this.#parts.host.retired(this);
    this.#reader.stop();
    this.#loseAll();
    this.#end(problem.code);
  }

  #freed(id: number): void {
    this.streams.delete(id);
    if (this.streams.size === 0) {
      this.#idleSince = this.nowMs;
      if (this.#isRetired) return this.#end();
    }
    if (this.room > 0) this.#parts.host.available(this);
  }

  /** Says GOAWAY and closes once that has left; a target that takes it too slowly is not waited for. */
  #end(code: number = ErrorCode.noError): void {
    if (this.#isClosed || this.#endsAt < Infinity) return;
    this.#endsAt = this.nowMs + CHECK_MS;
    this.writer.goaway(0, code);
    this.#output.flush();
    this.#parts.socket.destroySoon();
  }

  #loseAll(): void {
    for (const call of [...this.streams.values()]) {
      this.streams.delete(call.id);
      call.lost(this.#detail, false);
    }
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reader.stop();
    this.#parts.sweep.delete(this);
    this.#loseAll();
    this.#parts.host.gone(this, this.#detail);
  }
}
