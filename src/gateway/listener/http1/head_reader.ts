import type { ServerSettings } from "../../../core/snapshot.ts";
import type { ByteQueue } from "../../../lib/byte_queue.ts";
import { CR, LF } from "./characters.ts";
import { HeadScanner } from "./head_scanner.ts";
import { type ParsedRequest, parseRequest, type RefusedRequest } from "./request_parser.ts";

/** Takes one request head after the other off a connection's bytes. */
export class HeadReader {
  readonly #scanner = new HeadScanner();
  #started = false;
  #skippedEmptyLine = false;

  /** True while a head has begun and is not complete. */
  get started(): boolean {
    return this.#started;
  }

  /** The next head, whose bytes leave `queue`; a failure, after which `queue` means nothing; null: more is needed. */
  read(
    queue: ByteQueue,
    settings: ServerSettings,
    scheme: "http" | "https",
  ): ParsedRequest | RefusedRequest | null {
    if (!this.#started && !this.#begin(queue)) return null;
    const { buffer, start } = queue;
    const end = this.#scanner.scan(buffer, start, queue.end, settings);
    if (end === 0) return null;
    if (typeof end !== "number") return { ...end, method: "", target: "", host: "" };
    this.#started = false;
    this.#skippedEmptyLine = false;
    queue.consumeTo(end);
    return parseRequest(buffer, start, end, settings.max_header_fields, scheme);
  }

  /** False where no byte of a head is there yet. */
  #begin(queue: ByteQueue): boolean {
    // RFC 9112, 2.2: one empty line before the request line is ignored; old clients sent it after a POST.
    if (!this.#skippedEmptyLine && queue.length > 0 && queue.buffer[queue.start] === CR) {
      if (queue.length === 1) return false;
      this.#skippedEmptyLine = true;
      if (queue.buffer[queue.start + 1] === LF) queue.consumeTo(queue.start + 2);
    }
    if (queue.length === 0) return false;
    this.#started = true;
    this.#scanner.reset();
    return true;
  }
}
