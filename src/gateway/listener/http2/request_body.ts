import type { Buffer } from "node:buffer";
import type { BodyFailure, BodySink, BodySource } from "../../../core/body.ts";
import { AegisError } from "../../../core/errors.ts";
import type { HeaderList } from "../../../core/header_list.ts";
import { PieceQueue } from "../../../lib/piece_queue.ts";

/** What a body asks of its stream. */
export interface BodyHost {
  /** Somebody wants the body: a client that waits for `100 Continue` may be told so. */
  bodyWanted(): void;
  /** So many bytes were taken, the client may send as many more. */
  bodyConsumed(bytes: number): void;
}

/** What is handed on at once of what was held. */
const PIECE_BYTES = 65_536;

/** `discarding`: nobody wants what is still to come. */
type State = "waiting" | "flowing" | "discarding" | "complete" | "failed";

/**
 * Content of one stream, towards us. What nobody takes yet is held, at most one flow-control window of it; the window
 * opens again as bytes are taken (RFC 9113, 5.2).
 */
export class Http2Body implements BodySource {
  readonly length: number | null;
  readonly #host: BodyHost;
  #state: State = "waiting";
  #sink: BodySink | null = null;
  #paused = false;
  #held: PieceQueue | null = null;
  #receivedBytes = 0;
  /** The client has said END_STREAM. */
  #ended = false;
  #trailers: HeaderList | null = null;
  #flowing = false;

  /** `ended`: there is no content. */
  constructor(length: number | null, ended: boolean, host: BodyHost) {
    this.length = length;
    this.#host = host;
    this.#ended = ended;
    if (ended) this.#state = "complete";
  }

  /** True once the client has sent all of it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True where there is nothing left that the exchange could learn. */
  get complete(): boolean {
    return this.#state === "complete";
  }

  get heldBytes(): number {
    return this.#held === null ? 0 : this.#held.length;
  }

  /** Bytes of content so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** True while bytes that come are taken at once. */
  get wants(): boolean {
    return this.#state === "flowing" && !this.#paused && !this.#ended;
  }

  start(sink: BodySink): void {
    if (this.#sink !== null) {
      throw new AegisError("internal", "internal error", { privateText: "body started twice" });
    }
    this.#sink = sink;
    if (this.#state === "complete") return sink.end(this.#trailers);
    if (this.#state !== "waiting") return sink.fail({ kind: "gone", detail: "the request is over" });
    this.#state = "flowing";
    if (!this.#ended && this.#receivedBytes === 0) this.#host.bodyWanted();
    this.#flow();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#state === "flowing") this.#flow();
  }

  /** True where `bytes` more are over the declared length. */
  isTooLong(bytes: number): boolean {
    return this.length !== null && this.#receivedBytes + bytes > this.length;
  }

  /** Content of a DATA frame; `chunk` is valid during the call only. */
  receive(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#state === "flowing" && !this.#paused && this.heldBytes === 0 && !this.#flowing) {
      this.#sink!.data(chunk);
      return this.#host.bodyConsumed(chunk.length);
    }
    if (this.#state !== "flowing" && this.#state !== "waiting") return this.#host.bodyConsumed(chunk.length);
    (this.#held ??= new PieceQueue()).push(chunk);
  }

  /** END_STREAM. The caller has compared the length. */
  end(trailers: HeaderList | null): void {
    this.#ended = true;
    this.#trailers = trailers;
    if (this.#state === "discarding" || (this.#state === "waiting" && this.heldBytes === 0)) {
      this.#state = "complete";
    } else if (this.#state === "flowing") this.#flow();
  }

  /** Nobody wants the rest: the answer is complete. Who was still taking it is told so. */
  discard(): void {
    const wasFlowing = this.#state === "flowing";
    if (!wasFlowing && this.#state !== "waiting") return;
    this.#state = this.#ended ? "complete" : "discarding";
    this.#drop();
    if (wasFlowing) this.#sink!.fail({ kind: "gone", detail: "the answer ended before the request's body" });
  }

  /** The body stops before its end. Nothing happens where the exchange has had all of it. */
  fail(failure: BodyFailure): void {
    const wasFlowing = this.#state === "flowing";
    if (this.#state === "complete" || this.#state === "failed") return;
    this.#state = "failed";
    this.#drop();
    if (wasFlowing) this.#sink!.fail(failure);
  }

  #flow(): void {
    if (this.#flowing) return;
    this.#flowing = true;
    while (this.heldBytes > 0 && !this.#paused && this.#state === "flowing") {
      const piece = this.#held!.take(PIECE_BYTES);
      this.#sink!.data(piece);
      this.#host.bodyConsumed(piece.length);
    }
    this.#flowing = false;
    // The end takes no room, so it does not wait for `resume`.
    if (!this.#ended || this.heldBytes > 0 || this.#state !== "flowing") return;
    this.#state = "complete";
    this.#sink!.end(this.#trailers);
  }

  /** What was held is for nobody, but the connection's window gets it back. */
  #drop(): void {
    const bytes = this.heldBytes;
    this.#held = null;
    if (bytes > 0) this.#host.bodyConsumed(bytes);
  }
}
