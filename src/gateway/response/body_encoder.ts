import { Buffer } from "node:buffer";
import type { Transform } from "node:stream";
import { constants, createBrotliCompress, createGzip, createZstdCompress } from "node:zlib";
import type { Encoding } from "../../core/compression.ts";
import type { HeaderList } from "../../core/header_list.ts";

/** Where compressed bytes go, and who is told. */
export interface EncoderSink {
  /** False: the client reads slowly; `resume` is called when it can take more. */
  write(chunk: Uint8Array): boolean;
  end(trailers: HeaderList | null): void;
  /** What was held back may go on: the target may send again. */
  drained(): void;
  failed(detail: string): void;
  /** The coder's memory is free. Called once. */
  closed(): void;
}

type ZlibStream = Transform & { flush(kind: number, done?: () => void): void };

/** Middle levels, because answers are made while somebody waits; small windows, so that a coder needs little memory. */
function createCoder(encoding: Encoding): { stream: ZlibStream; flushKind: number } {
  switch (encoding) {
    case "gzip":
      return { stream: createGzip({ level: 5 }), flushKind: constants.Z_SYNC_FLUSH };
    case "br":
      return {
        stream: createBrotliCompress({
          params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 },
        }),
        flushKind: constants.BROTLI_OPERATION_FLUSH,
      };
    case "zstd":
      return {
        stream: createZstdCompress({
          params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_windowLog]: 18 },
        }),
        flushKind: constants.ZSTD_e_flush,
      };
  }
}

/** Compresses one body as it streams, with back-pressure both ways. */
export class BodyEncoder {
  readonly #sink: EncoderSink;
  readonly #stream: ZlibStream;
  readonly #flushKind: number;
  readonly #flushes: boolean;
  #waiting = 0;
  #trailers: HeaderList | null = null;
  #isClosed = false;
  #isEnding = false;

  /** `flushes`: the length is not known, so that the target may send in pieces that somebody waits for. */
  constructor(encoding: Encoding, flushes: boolean, sink: EncoderSink) {
    const { stream, flushKind } = createCoder(encoding);
    this.#sink = sink;
    this.#stream = stream;
    this.#flushKind = flushKind;
    this.#flushes = flushes;
    stream.on("data", (chunk: Buffer) => {
      if (!this.#isClosed && !sink.write(chunk)) stream.pause();
    });
    stream.on("drain", () => {
      if (!this.#isClosed) sink.drained();
    });
    stream.on("end", () => {
      if (this.#isClosed) return;
      this.#close();
      sink.end(this.#trailers);
    });
    stream.on("error", (error) => {
      if (this.#isClosed) return;
      this.destroy();
      sink.failed(`compression failed: ${error.message}`);
    });
  }

  /** Takes a copy of `chunk`. False: no more until `drained`. */
  write(chunk: Uint8Array): boolean {
    this.#waiting++;
    return this.#stream.write(Buffer.from(chunk), () => {
      this.#waiting--;
      if (this.#flushes && this.#waiting === 0 && !this.#isClosed && !this.#isEnding) {
        this.#stream.flush(this.#flushKind);
      }
    });
  }

  end(trailers: HeaderList | null): void {
    this.#isEnding = true;
    this.#trailers = trailers;
    this.#stream.end();
  }

  /** The client takes bytes again. */
  resume(): void {
    if (!this.#isClosed) this.#stream.resume();
  }

  /** The answer is over, or nobody wants it. */
  destroy(): void {
    if (this.#isClosed) return;
    this.#close();
    this.#stream.destroy();
  }

  #close(): void {
    this.#isClosed = true;
    this.#sink.closed();
  }
}
