import type { HeaderList } from "../../../core/header_list.ts";
import { ByteWriter } from "../../../lib/byte_writer.ts";
import { PieceQueue } from "../../../lib/piece_queue.ts";
import type { OutputProgress } from "../http1/pace.ts";
import type { Output } from "../output.ts";
import { DEFAULT_MAX_FRAME_BYTES } from "./frame.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { HpackEncoder } from "./hpack/encoder.ts";
import type { Priority } from "./priority.ts";

/** What the sender keeps of a stream; the fields are its own. */
export interface SendingStream {
  readonly id: number;
  readonly priority: Priority;
  /** Bytes that the peer takes; below 0 after it has lowered its initial window (RFC 9113, 6.9.2). */
  sendWindow: number;
  /** Content that waits for windows or the socket; null while there is none. */
  pending: PieceQueue | null;
  pendingBytes: number;
  /** All of it is said, but what waits is not sent. */
  ending: boolean;
  trailers: HeaderList | null;
  /** Monotonic milliseconds at which what waits last became less; -1 while nothing waits. */
  progressAt: number;
}

/** What the sender tells the connection. */
export interface SenderHost {
  /** END_STREAM of this stream is handed over. */
  streamSent(stream: SendingStream): void;
  /** Nothing of this stream waits any more. */
  streamDrained(stream: SendingStream): void;
  /** A DATA frame was sent; `isTiny`: the client's windows leave room for so little. */
  dataSent(isTiny: boolean): void;
}

/** Smaller frames than this, where there is more to send, are the client's doing. */
const TINY_BYTES = 256;
/** What goes out at once while several streams wait; the socket decides when there is more. */
const ROUND_BYTES = 65_536;
const SCRATCH_BYTES = 512;

/**
 * Everything that goes to the client on streams: heads at once, content as far as both windows and the socket admit
 * (RFC 9113, 5.2). What waits is sent by urgency (RFC 9218, 10), within one urgency the older stream first, and those
 * that say so in turns.
 */
export class Sender implements OutputProgress {
  readonly encoder = new HpackEncoder();
  readonly #output: Output;
  readonly #writer: FrameWriter;
  readonly #host: SenderHost;
  readonly #scratch = new ByteWriter(SCRATCH_BYTES);
  /** Streams of which something waits. */
  readonly #waiting: SendingStream[] = [];
  #window = 65_535;
  #waitingBytes = 0;
  #dataBytes = 0;
  #pumping = false;

  constructor(output: Output, writer: FrameWriter, host: SenderHost) {
    this.#output = output;
    this.#writer = writer;
    this.#host = host;
  }

  /** The connection's window; the caller makes sure that it stays below 2^31. */
  get window(): number {
    return this.#window;
  }

  get pendingBytes(): number {
    return this.#waitingBytes + this.#output.pendingBytes;
  }

  /** Bytes of content that the kernel has taken, more or less: only that it grows means something. */
  get sentBytes(): number {
    return this.#dataBytes - this.#output.pendingBytes;
  }

  /** True where a write would have to wait for the socket or for this stream's own queue. */
  isBlocked(stream: SendingStream): boolean {
    return stream.pendingBytes > 0 || this.#output.congested;
  }

  openWindow(bytes: number): void {
    this.#window += bytes;
  }

  /** `status` is null for trailers. `length`, `date`: fields behind the others, empty for none. */
  head(
    stream: SendingStream,
    status: number | null,
    fields: HeaderList,
    endStream: boolean,
    length = "",
    date = "",
  ): void {
    const scratch = this.#scratch;
    this.encoder.encode(status, fields, scratch, length, date);
    this.#writer.headers(stream.id, scratch.written(), endStream);
    scratch.clear(SCRATCH_BYTES);
    this.#output.flushSoon();
  }

  /** Sends what may go and keeps a copy of the rest. `ends`: it is the last of the stream. */
  data(stream: SendingStream, chunk: Uint8Array, ends: boolean): void {
    let at = 0;
    if (stream.pendingBytes === 0 && !this.#output.congested) {
      const most = Math.min(chunk.length, this.#window, stream.sendWindow);
      while (at < most) {
        const size = Math.min(DEFAULT_MAX_FRAME_BYTES, most - at);
        const isLast = ends && at + size === chunk.length;
        this.#frame(
          stream,
          at === 0 && size === chunk.length ? chunk : chunk.subarray(at, at + size),
          isLast,
          chunk.length - at - size,
        );
        at += size;
      }
      this.#output.flushSoon();
    }
    if (at === chunk.length) {
      if (ends) this.#host.streamSent(stream);
      return;
    }
    const rest = chunk.subarray(at);
    stream.ending = ends;
    (stream.pending ??= new PieceQueue()).push(rest);
    if (stream.pendingBytes === 0) this.#waiting.push(stream);
    stream.pendingBytes += rest.length;
    this.#waitingBytes += rest.length;
  }

  /** END_STREAM, behind what waits. */
  end(stream: SendingStream, trailers: HeaderList | null): void {
    if (stream.pendingBytes > 0) {
      stream.ending = true;
      stream.trailers = trailers;
      return;
    }
    if (trailers === null) {
      this.#writer.data(stream.id, NOTHING, true);
      this.#output.flushSoon();
    } else this.head(stream, null, trailers, true);
    this.#host.streamSent(stream);
  }

  /** What waits of a stream that is over is thrown away. */
  drop(stream: SendingStream): void {
    if (stream.pendingBytes === 0) return;
    this.#waitingBytes -= stream.pendingBytes;
    stream.pendingBytes = 0;
    stream.pending = null;
    this.#leave(stream);
  }

  /** A window opened or the socket takes more: sends what may go now. */
  pump(): void {
    if (this.#pumping || this.#waiting.length === 0) return;
    this.#pumping = true;
    let round = 0;
    while (this.#window > 0 && !this.#output.congested) {
      const stream = this.#next();
      if (stream === null) break;
      round += this.#sendSome(stream);
      if (round < ROUND_BYTES) continue;
      round = 0;
      this.#output.flush();
    }
    this.#pumping = false;
    this.#output.flushSoon();
  }

  /** The stream whose turn it is, null where none may send. */
  #next(): SendingStream | null {
    let best: SendingStream | null = null;
    for (const each of this.#waiting) {
      if (each.sendWindow <= 0) continue;
      if (best === null || each.priority.urgency < best.priority.urgency) best = each;
      else if (
        each.priority.urgency === best.priority.urgency && !each.priority.incremental &&
        !best.priority.incremental && each.id < best.id
      ) best = each;
    }
    return best;
  }

  /** One frame. Returns its bytes. */
  #sendSome(stream: SendingStream): number {
    const most = Math.min(DEFAULT_MAX_FRAME_BYTES, this.#window, stream.sendWindow);
    const piece = stream.pending!.take(most);
    const size = piece.length;
    const isAll = size === stream.pendingBytes;
    stream.pendingBytes -= size;
    this.#waitingBytes -= size;
    stream.progressAt = -1;
    const ends = isAll && stream.ending && stream.trailers === null;
    this.#frame(stream, piece, ends, stream.pendingBytes);
    if (!isAll) {
      if (stream.priority.incremental) this.#toBack(stream);
      return size;
    }
    stream.pending = null;
    this.#leave(stream);
    if (!stream.ending) this.#host.streamDrained(stream);
    else {
      if (stream.trailers !== null) this.head(stream, null, stream.trailers, true);
      this.#host.streamSent(stream);
    }
    return size;
  }

  #frame(stream: SendingStream, chunk: Uint8Array, ends: boolean, left: number): void {
    this.#writer.data(stream.id, chunk, ends);
    this.#window -= chunk.length;
    stream.sendWindow -= chunk.length;
    this.#dataBytes += chunk.length;
    this.#host.dataSent(
      left > 0 && chunk.length < TINY_BYTES && Math.min(this.#window, stream.sendWindow) <= 0,
    );
  }

  #toBack(stream: SendingStream): void {
    this.#leave(stream);
    this.#waiting.push(stream);
  }

  #leave(stream: SendingStream): void {
    const at = this.#waiting.indexOf(stream);
    if (at >= 0) this.#waiting.splice(at, 1);
  }
}

const NOTHING = new Uint8Array(0);
