import type { BodySource } from "../../../core/body.ts";
import type { Tunnel } from "../../../core/exchange.ts";
import type { AnsweredStream, ResponseHost } from "./response_host.ts";

/** A stream's bytes both ways after an Extended CONNECT (RFC 8441, 5): DATA one way and the other. */
export class Http2Tunnel<Stream extends AnsweredStream> implements Tunnel {
  onDrain: (() => void) | null = null;
  readonly #stream: Stream;
  readonly #host: ResponseHost<Stream>;
  #ended = false;

  constructor(stream: Stream, host: ResponseHost<Stream>) {
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
