import type { BodySink, BodySource } from "../../../core/body.ts";
import type { Tunnel } from "../../../core/exchange.ts";
import type { ByteQueue } from "../../../lib/byte_queue.ts";
import type { Output } from "../output.ts";

/** What a tunnel asks of its connection. */
export interface TunnelHost {
  readonly output: Output;
  /** Started or resumed. */
  tunnelWanted(): void;
  /** Sends what is written, then FIN. */
  tunnelEnd(): void;
  tunnelDestroy(): void;
}

/** The connection's bytes after an upgrade, both ways (RFC 9110, 7.8). */
export class Http1Tunnel implements Tunnel, BodySource {
  onDrain: (() => void) | null = null;
  readonly length = null;
  readonly #host: TunnelHost;
  #sink: BodySink | null = null;
  #paused = false;
  #over = false;
  #ended = false;

  constructor(host: TunnelHost) {
    this.#host = host;
  }

  get incoming(): BodySource {
    return this;
  }

  /** True while bytes of the client can be taken. */
  get wants(): boolean {
    return this.#sink !== null && !this.#paused && !this.#over;
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    this.#host.tunnelWanted();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#host.tunnelWanted();
  }

  write(chunk: Uint8Array): boolean {
    if (this.#ended) return false;
    const { output } = this.#host;
    if (chunk.length > 0) output.bytes(chunk);
    output.flushSoon();
    return !output.congested;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#host.tunnelEnd();
  }

  destroy(): void {
    this.#ended = true;
    this.#host.tunnelDestroy();
  }

  /** Hands over all that waits. */
  take(queue: ByteQueue): void {
    const chunk = queue.buffer.subarray(queue.start, queue.end);
    queue.clear();
    this.#sink?.data(chunk);
  }

  /** The client sends no more. */
  incomingEnd(): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink?.end(null);
  }

  /** The connection is over. */
  lost(detail: string): void {
    this.#ended = true;
    if (this.#over) return;
    this.#over = true;
    this.#sink?.fail({ kind: "gone", detail });
  }
}
