import type { Buffer } from "node:buffer";
import type { ServerSettings } from "../../../core/snapshot.ts";
import type { ByteQueue } from "../../../lib/byte_queue.ts";
import { CR, LF } from "./characters.ts";
import { HeadScanner } from "./head_scanner.ts";
import { endOfLine, KnownHead } from "./known_head.ts";
import { type ParsedRequest, parseRequest, parseRequestWith, type RefusedRequest } from "./request_parser.ts";

const FORGET_MS = 2_000;

/** Takes one request head after the other off a connection's bytes. */
export class HeadReader {
  readonly #scanner = new HeadScanner();
  readonly #known = new KnownHead();
  /** The settings by which the known head was accepted. */
  #knownBy: ServerSettings | null = null;
  #started = false;
  #skippedEmptyLine = false;

  /** True while a head has begun and is not complete. */
  get started(): boolean {
    return this.#started;
  }

  /** What the last head became, where `bytes` are that head once more and no other byte. */
  repeated(bytes: Buffer, settings: ServerSettings): ParsedRequest | null {
    if (this.#started || this.#skippedEmptyLine || this.#knownBy !== settings) return null;
    return bytes.length === this.#known.length ? this.#known.match(bytes, 0, bytes.length) : null;
  }

  /** The next head, whose bytes leave `queue`; a failure, after which `queue` means nothing; null: more is needed. */
  read(
    queue: ByteQueue,
    settings: ServerSettings,
    scheme: "http" | "https",
  ): ParsedRequest | RefusedRequest | null {
    if (!this.#started) {
      if (!this.#begin(queue)) return null;
      const repeated = this.#readKnown(queue, settings, scheme);
      if (repeated !== null) return repeated;
    }
    const { buffer, start } = queue;
    const end = this.#scanner.scan(buffer, start, queue.end, settings);
    if (end === 0) return null;
    if (typeof end !== "number") return { ...end, method: "", target: "", host: "" };
    this.#started = false;
    this.#skippedEmptyLine = false;
    queue.consumeTo(end);
    const request = parseRequest(buffer, start, end, settings.max_header_fields, scheme);
    if (!("reason" in request)) {
      const line = endOfLine(buffer, start, end, end - start);
      this.#known.keep(buffer, start, line + 2, end, request);
      this.#knownBy = settings;
    }
    return request;
  }

  /** No head has begun for `ms`: what is long idle shall hold nothing. */
  idle(ms: number): void {
    if (ms > FORGET_MS) this.#known.forget();
  }

  /** The next head where it is there as a whole and has the last one's fields; null: it has to be read. */
  #readKnown(queue: ByteQueue, settings: ServerSettings, scheme: "http" | "https"): ParsedRequest | null {
    const known = this.#known;
    if (!known.isKnown || this.#knownBy !== settings) return null;
    const { buffer, start } = queue;
    const again = known.match(buffer, start, queue.end);
    if (again !== null) return this.#take(queue, start + known.length, again);
    const lineEnd = endOfLine(buffer, start, queue.end, settings.max_request_line_bytes);
    if (lineEnd < 0) return null;
    const end = lineEnd + 2 + known.fieldsLength;
    if (end - start > settings.max_header_bytes) return null;
    const fields = known.matchFields(buffer, lineEnd + 2, queue.end);
    if (fields === null) return null;
    const request = parseRequestWith(fields, buffer, start, lineEnd, scheme);
    if (request === null) return null;
    known.keepLine(buffer, start, lineEnd + 2, request);
    return this.#take(queue, end, request);
  }

  #take(queue: ByteQueue, end: number, request: ParsedRequest): ParsedRequest {
    this.#started = false;
    this.#skippedEmptyLine = false;
    queue.consumeTo(end);
    return request;
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
