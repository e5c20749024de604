import type { BodySource } from "../../../core/body.ts";
import type { Tunnel } from "../../../core/exchange.ts";
import type { ResponseHost } from "./response_writer.ts";
import type { Http2Stream } from "./stream.ts";

/** A stream's bytes both ways after an Extended CONNECT (RFC 8441, 5): DATA one way and the other. */
export class Http2Tunnel implements Tunnel {
  onDrain: (() => void) | null = null;
  readonly #stream: Http2Stream;
  readonly #host: ResponseHost;
  #ended = false;

  constructor(stream: Http2Stream, host: ResponseHost) {
    this.#stream = stream;
    this.#host = host;
  }

  get incoming(): BodySource {
    return this.#stream.body;
  }

  write(chunk: Uint8Array): boolean {
    if (this.#ended) return false;
    if (chunk.length === 0) return this.#host.mayWrite(this.#stream);
    return this.#host.sendData(this.#stream, chunk, false);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#host.sendEnd(this.#stream, null);
  }

  destroy(): void {
    this.#ended = true;
    this.#host.tunnelDestroyed(this.#stream);
  }

  /** The stream is over. */
  lost(): void {
    this.#ended = true;
  }
}
