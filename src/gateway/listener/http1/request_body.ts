import { AegisError } from "../../../core/errors.ts";
import type { BodyFailure, BodySink, BodySource } from "../../../core/body.ts";
import type { ByteQueue } from "../../../lib/byte_queue.ts";
import { ChunkedDecoder, type ChunkSink } from "./chunked.ts";
import type { ParseFailure } from "./fields.ts";

/** What a body asks of its connection. */
export interface BodyHost {
  /** The body has been started or resumed: bytes that wait can be taken, more can be read. */
  bodyWanted(): void;
}

/** `waiting`: not started. `discarding`: read to find the next request, for nobody. */
type State = "waiting" | "flowing" | "discarding" | "complete" | "failed";

/** The body of one request, with the framing taken off. */
export class RequestBody implements BodySource, ChunkSink {
  readonly length: number | null;
  readonly #host: BodyHost;
  readonly #decoder: ChunkedDecoder | null;
  #left: number;
  #sink: BodySink | null = null;
  #paused = false;
  #state: State;
  #receivedBytes = 0;
  #discardedBytes = 0;

  constructor(length: number | null, host: BodyHost) {
    this.length = length;
    this.#host = host;
    this.#decoder = length === null ? new ChunkedDecoder() : null;
    this.#left = length ?? 0;
    this.#state = length === 0 ? "complete" : "waiting";
  }

  start(sink: BodySink): void {
    if (this.#sink !== null) {
      throw new AegisError("internal", "internal error", { privateText: "body started twice" });
    }
    this.#sink = sink;
    if (this.#state === "complete") return sink.end(null);
    if (this.#state !== "waiting") return sink.fail({ kind: "gone", detail: "the request is over" });
    this.#state = "flowing";
    this.#host.bodyWanted();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#state === "flowing") this.#host.bodyWanted();
  }

  /** True once the last byte was taken off the connection. */
  get complete(): boolean {
    return this.#state === "complete";
  }

  get failed(): boolean {
    return this.#state === "failed";
  }

  /** True while bytes can be taken. */
  get wants(): boolean {
    return this.#state === "discarding" || (this.#state === "flowing" && !this.#paused);
  }

  /** True where somebody takes the body or has taken it. */
  get started(): boolean {
    return this.#sink !== null;
  }

  /** Bytes of content so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Bytes of content that were read for nobody. */
  get discardedBytes(): number {
    return this.#discardedBytes;
  }

  /** Bytes that are still to come, as far as the framing tells. */
  get remainingBytes(): number {
    return this.#left;
  }

  /** Takes what belongs to the body off `queue`. Returns the failure where the framing is broken. */
  take(queue: ByteQueue): ParseFailure | null {
    if (this.#decoder !== null) return this.#takeChunked(queue, this.#decoder);
    const at = queue.start;
    const size = Math.min(this.#left, queue.length);
    const chunk = queue.buffer.subarray(at, at + size);
    queue.consumeTo(at + size);
    this.#left -= size;
    this.data(chunk);
    if (this.#left === 0) this.#finish();
    return null;
  }

  /** Content for whoever takes it; part of `ChunkSink`. */
  data(chunk: Uint8Array): boolean {
    this.#receivedBytes += chunk.length;
    if (this.#state === "flowing") this.#sink!.data(chunk);
    else this.#discardedBytes += chunk.length;
    return this.wants;
  }

  /** The rest is read for nobody: the answer is complete. Who was still taking it is told so. */
  discard(): void {
    const wasFlowing = this.#state === "flowing";
    if (!wasFlowing && this.#state !== "waiting") return;
    this.#state = "discarding";
    if (wasFlowing) this.#sink!.fail({ kind: "gone", detail: "the answer ended before the request's body" });
  }

  /** The body ends before its end. Nothing happens where it has ended already. */
  fail(failure: BodyFailure): void {
    const wasFlowing = this.#state === "flowing";
    if (this.#state === "complete" || this.#state === "failed") return;
    this.#state = "failed";
    if (wasFlowing) this.#sink!.fail(failure);
  }

  #takeChunked(queue: ByteQueue, decoder: ChunkedDecoder): ParseFailure | null {
    const { buffer, start, end } = queue;
    const at = decoder.decode(buffer, start, end, this);
    queue.consumeTo(at);
    if (decoder.failure !== null) return decoder.failure;
    if (decoder.done) this.#finish();
    return null;
  }

  #finish(): void {
    const wasFlowing = this.#state === "flowing";
    if (this.#state === "failed") return;
    this.#state = "complete";
    if (wasFlowing) this.#sink!.end(this.#decoder?.trailers ?? null);
  }
}
