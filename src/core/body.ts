import type { AegisError } from "./errors.ts";
import type { HeaderList } from "./header_list.ts";

/**
 * A body flowing in. Nothing is read from the socket before `start`, and nothing between `pause` and `resume`
 * but what was already read: memory stays bounded by one read.
 */
export interface BodySource {
  /** Declared length in bytes; 0: there is none; null: the framing does not say (chunked, HTTP/2 without one). */
  readonly length: number | null;
  /** Starts the flow; called at most once. May call the sink before it returns. */
  start(sink: BodySink): void;
  pause(): void;
  resume(): void;
}

/** Exactly one of `end` and `fail` comes last, once. `chunk` is only valid during the call: copy what is kept. */
export interface BodySink {
  data(chunk: Uint8Array): void;
  /** `trailers` is null where there were none. */
  end(trailers: HeaderList | null): void;
  /** The body stops before its end: the other side is gone, too slow, or breaks the framing. */
  fail(error: BodyFailure): void;
}

export interface BodyFailure {
  /** `gone`: the connection closed; `timeout`: no progress; `malformed`: bad framing. */
  readonly kind: "gone" | "timeout" | "malformed";
  readonly detail: string;
  readonly error?: AegisError;
}

/** A body that is there as a whole. */
export class BytesBody implements BodySource {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #trailers: HeaderList | null;
  #sink: BodySink | null = null;
  #paused = false;
  #stage: "data" | "end" | "done" = "data";

  constructor(bytes: Uint8Array, trailers: HeaderList | null = null) {
    this.#bytes = bytes;
    this.#trailers = trailers;
    this.length = bytes.length;
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    this.#flow();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#sink !== null) this.#flow();
  }

  #flow(): void {
    const sink = this.#sink!;
    if (this.#stage === "data" && !this.#paused) {
      this.#stage = "end";
      if (this.#bytes.length > 0) sink.data(this.#bytes);
    }
    if (this.#stage === "end" && !this.#paused) {
      this.#stage = "done";
      sink.end(this.#trailers);
    }
  }
}
