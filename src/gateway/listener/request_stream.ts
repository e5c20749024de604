import type { BodySource } from "../../core/body.ts";

/** What reading a stream fails with once the body is over its limit. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/**
 * A `BodySource` as a `ReadableStream`. Nothing is read from the client before somebody reads the stream, and never
 * more than one read ahead.
 */
export class RequestStream {
  readonly #body: BodySource;
  readonly #maxBytes: number;
  #tooLarge = false;

  constructor(body: BodySource, maxBytes: number) {
    this.#body = body;
    this.#maxBytes = maxBytes;
  }

  /** True once more than the limit has come in. */
  get tooLarge(): boolean {
    return this.#tooLarge;
  }

  /** Called at most once. */
  open(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let started = false;
    let over = false;
    let bytes = 0;
    const begin = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      this.#body.start({
        data: (chunk) => {
          if (over) return;
          bytes += chunk.length;
          if (bytes > this.#maxBytes) {
            this.#tooLarge = true;
            over = true;
            this.#body.pause();
            return controller.error(new BodyTooLarge(`body over ${this.#maxBytes} bytes`));
          }
          controller.enqueue(new Uint8Array(chunk));
          this.#body.pause();
        },
        end: () => {
          if (over) return;
          over = true;
          controller.close();
        },
        fail: (failure) => {
          if (over) return;
          over = true;
          controller.error(failure.error ?? new Error(`request body: ${failure.detail}`));
        },
      });
    };
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => {
        if (started) return this.#body.resume();
        started = true;
        begin(controller);
      },
      cancel: () => {
        over = true;
        if (started) this.#body.pause();
      },
    }, { highWaterMark: 0 });
  }
}
