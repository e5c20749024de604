import type { Buffer } from "node:buffer";
import type { Codec, CodecContext, SlowReader, WhyBanned } from "../codec.ts";
import { LINGER_MS } from "../http1/connection_limits.ts";
import { WritePace } from "../http1/pace.ts";
import { Output } from "../output.ts";
import { tellRefused } from "../tell_refused.ts";
import { CONNECTION_WINDOW, type ConnectionHost, ConnectionStreams } from "./connection_streams.ts";
import { Fingerprint } from "./fingerprint.ts";
import { type ConnectionFault, ErrorCode, errorName, MAX_STREAM_ID } from "./frame.ts";
import { FrameReader } from "./frame_reader.ts";
import { FrameWriter } from "./frame_writer.ts";
import { Frames, type FramesHost } from "./frames.ts";
import { RequestIntake } from "./request_intake.ts";
import { ownSettings, PeerSettings } from "./settings.ts";

/** The protocol's initial window of a connection. */
const FIRST_WINDOW = 65_535;
/** A client's answer to the PING behind the first GOAWAY is waited for so long. */
const DRAIN_MS = 1_000;
const PING_DATA = Uint8Array.of(0x61, 0x65, 0x67, 0x69, 0x73, 0x62, 0x79, 0x65);

/** `lingering`: all is said, what still comes in is thrown away until the client closes. */
type Mode = "open" | "lingering" | "closed";

/**
 * One HTTP/2 connection, the server's side of it (RFC 9113; Extended CONNECT by RFC 8441, priorities by RFC 9218): how
 * it begins, reads, keeps its deadlines and ends.
 */
export class Http2Connection implements Codec, ConnectionHost, FramesHost {
  readonly #context: CodecContext;
  readonly #output: Output;
  readonly #writer: FrameWriter;
  readonly #streams: ConnectionStreams;
  readonly #intake: RequestIntake;
  readonly #frames: Frames;
  readonly #reader: FrameReader;
  readonly #writePace = new WritePace();
  #mode: Mode = "open";
  #paused = false;
  /** A first GOAWAY is out that takes everything; the one that counts follows. -1: none is. */
  #drainingSince = -1;
  #lingerSince = 0;
  /** Begin of a frame or header block that is not complete, -1: there is none. */
  #partialSince: number;
  #partialFrames = 0;

  constructor(context: CodecContext) {
    const { nowMs, settings } = context.state;
    const output = this.#output = new Output(context.socket, context.room);
    const writer = this.#writer = new FrameWriter(output);
    const peer = new PeerSettings();
    const fingerprint = new Fingerprint();
    const streams = this.#streams = new ConnectionStreams(context, output, writer, this);
    const intake = this.#intake = new RequestIntake(context, streams, peer, fingerprint);
    const maxHeaderBytes = settings.max_header_bytes;
    this.#context = context;
    this.#frames = new Frames({
      host: this,
      output,
      writer,
      streams,
      intake,
      peer,
      fingerprint,
      maxHeaderBytes,
    });
    this.#reader = new FrameReader(this.#frames);
    this.#partialSince = nowMs;
    writer.settings(ownSettings(settings));
    writer.windowUpdate(0, CONNECTION_WINDOW - FIRST_WINDOW);
    output.flushSoon();
  }

  // What the front tells.

  receive(chunk: Buffer): void {
    if (this.#mode === "open") this.#read(chunk);
  }

  receiveEnd(): void {
    if (this.#mode === "closed") return;
    // RFC 9113 half-closes streams, not connections: a client that sends no WINDOW_UPDATE any more cannot take an answer to
    // its end, and one that has left is not to be told from it. Its targets are not kept busy.
    this.closed("client closed the connection");
    this.#output.flush();
    this.#context.socket.destroySoon();
  }

  drained(): void {
    if (this.#mode !== "open") return;
    this.#streams.drained();
    if (this.#isOpen()) this.#read(null);
  }

  closed(detail: string): void {
    this.#end(detail, null);
  }

  check(nowMs: number): void {
    if (this.#mode === "closed") return;
    const { settings } = this.#context.state;
    const stalled = this.#writePace.check(nowMs, this.#streams.sender, settings.write_timeout_ms);
    if (stalled !== null) return this.#timedOut(stalled);
    if (this.#mode === "lingering") {
      if (this.#output.pendingBytes > 0) this.#lingerSince = nowMs;
      else if (nowMs - this.#lingerSince > LINGER_MS) this.#context.socket.destroy();
      return;
    }
    if (!this.#paused && this.#partialSince >= 0 && nowMs - this.#partialSince > settings.head_timeout_ms) {
      return this.#timedOut(`frame or header block not complete after ${settings.head_timeout_ms} ms`);
    }
    this.#streams.check(nowMs);
    if (!this.#isOpen()) return;
    const isIdle = this.#streams.table.count === 0 &&
      nowMs - this.#streams.idleSince > settings.idle_timeout_ms;
    const isDrained = this.#drainingSince >= 0 && nowMs - this.#drainingSince > DRAIN_MS;
    if (isIdle || isDrained) this.endWithLast();
  }

  drain(): void {
    if (this.#mode !== "open" || this.#intake.isClosed || this.#drainingSince >= 0) return;
    if (this.#streams.table.count === 0) return this.endWithLast();
    // RFC 9113, 6.8: what is on its way to us is still taken, until the client has read this.
    this.#drainingSince = this.#context.state.nowMs;
    this.#writer.goaway(MAX_STREAM_ID, ErrorCode.noError);
    this.#writer.ping(PING_DATA, false);
    this.#output.flushSoon();
  }

  endStreams(): void {
    this.#streams.endEndless();
  }

  endBanned(whyBanned: WhyBanned): void {
    this.#streams.endBanned(whyBanned);
    this.#output.flushSoon();
  }

  slowReader(nowMs: number): SlowReader | null {
    return this.#mode === "closed" ? null : this.#writePace.slowReader(nowMs);
  }

  tooSlow(detail: string): void {
    if (this.#mode !== "closed") this.#timedOut(detail);
  }

  // What streams and frames tell.

  streamClosed(): void {
    if (this.#mode === "open" && this.#intake.isClosed && this.#streams.table.count === 0) this.#linger();
  }

  endWithLast(): void {
    if (this.#mode !== "open") return;
    this.#drainingSince = -1;
    if (!this.#intake.isClosed) {
      this.#intake.isClosed = true;
      this.#writer.goaway(this.#streams.table.lastId, ErrorCode.noError);
      this.#output.flushSoon();
    }
    this.streamClosed();
  }

  pingAnswered(): void {
    if (this.#drainingSince >= 0) this.endWithLast();
  }

  peerLeaves(): void {
    this.endWithLast();
  }

  /** A connection error (RFC 9113, 5.4.1). */
  fail(problem: ConnectionFault): void {
    if (this.#mode !== "open") return;
    const { code, detail } = problem;
    const text = `HTTP/2 ${errorName(code)}: ${detail}`;
    const reason = code === ErrorCode.enhanceYourCalm ? "protocol_abuse" : "malformed";
    tellRefused(this.#context, { reason, detail: text });
    this.#writer.goaway(this.#streams.table.lastId, code);
    this.#linger();
    this.#streams.endAll(text);
  }

  // The machine.

  #read(chunk: Buffer | null): void {
    const problem = this.#reader.receive(chunk);
    if (problem !== null) return this.fail(problem);
    if (!this.#isOpen()) return;
    if (this.#frames.pumpDue) {
      this.#frames.pumpDue = false;
      this.#streams.pump();
    }
    this.#output.flushSoon();
    this.#notePartial();
    const pauses = this.#frames.isFull;
    if (pauses === this.#paused) return;
    this.#paused = pauses;
    if (pauses) this.#context.socket.pause();
    else this.#context.socket.resume();
  }

  #notePartial(): void {
    const { inBlock } = this.#frames;
    if (!inBlock && !this.#reader.waitsForFrame) {
      this.#partialSince = -1;
      return;
    }
    // [SECURITY] A block keeps its time from HEADERS on, however many frames of it arrive (CWE-400, slow headers).
    const isAnother = !inBlock && this.#reader.frames !== this.#partialFrames;
    if (this.#partialSince < 0 || isAnother) this.#partialSince = this.#context.state.nowMs;
    this.#partialFrames = this.#reader.frames;
  }

  /** Sends what is left and FIN, then waits for the client to close: closing first would lose the answer to a RST. */
  #linger(): void {
    this.#mode = "lingering";
    this.#reader.stop();
    this.#lingerSince = this.#context.state.nowMs;
    this.#output.flush();
    this.#context.socket.end();
    if (this.#paused) this.#context.socket.resume();
  }

  /** The client is too slow to live. */
  #timedOut(detail: string): void {
    if (this.#mode === "open" && this.#streams.table.count === 0) {
      tellRefused(this.#context, { reason: "timeout_client", detail });
    }
    this.#end(detail, "timeout_client");
    this.#context.reset();
  }

  #end(detail: string, reason: "timeout_client" | null): void {
    if (this.#mode === "closed") return;
    this.#mode = "closed";
    this.#reader.stop();
    this.#streams.endAll(detail, reason);
  }

  #isOpen(): boolean {
    return this.#mode === "open";
  }
}
