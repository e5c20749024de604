import type { BodyFailure, BodySink, BodySource } from "../../core/body.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { CHUNK_END, chunkStart, lastChunk } from "../listener/http1/chunked.ts";
import { serialiseFields } from "../listener/http1/fields.ts";
import type { Output } from "../listener/output.ts";
import type { SerialisedHead } from "./request_head.ts";

export interface RequestWriterOwner {
  /** Bytes of the body moved, or the last of them was handed over (`complete`). */
  requestProgressed(): void;
  /** The request cannot be finished. Called at most once. */
  requestBroke(detail: string): void;
}

/**
 * Writes one request: the head together with the first bytes of the body where they are there already, then the body
 * at the pace at which the target takes it.
 */
export class RequestWriter implements BodySink {
  /** All of the request was handed over. */
  complete = false;
  /** Something of it was handed over, so it may arrive. */
  started = false;
  /** The target takes the body more slowly than it comes. */
  blocked = false;
  readonly #output: Output;
  readonly #body: BodySource | null;
  readonly #owner: RequestWriterOwner;
  readonly #head: SerialisedHead;
  #sent = 0;
  #over = false;

  constructor(output: Output, head: SerialisedHead, body: BodySource | null, owner: RequestWriterOwner) {
    this.#output = output;
    this.#head = head;
    this.#body = body !== null && body.length !== 0 ? body : null;
    this.#owner = owner;
  }

  start(): void {
    this.started = true;
    this.#output.text(this.#head.own);
    if (this.#head.shared !== null) this.#output.bytes(this.#head.shared);
    if (this.#body === null) this.#finish();
    else this.#body.start(this);
  }

  /** The target will not be told the rest: what still comes of the body is thrown away. */
  abandon(): void {
    if (this.#over) return;
    this.#over = true;
    // The listener reads the rest of the body (and bounds that), so that its client can read the answer.
    if (this.blocked) this.#body?.resume();
    this.blocked = false;
  }

  drained(): void {
    if (!this.blocked || this.#over) return;
    this.blocked = false;
    this.#owner.requestProgressed();
    this.#body?.resume();
  }

  data(chunk: Uint8Array): void {
    if (this.#over || chunk.length === 0) return;
    const length = this.#body!.length;
    this.#sent += chunk.length;
    // [SECURITY] A byte more than declared would be read as the next request (CWE-444).
    if (length !== null && this.#sent > length) return this.#break("the body is longer than declared");
    const output = this.#output;
    if (length === null) output.text(chunkStart(chunk.length));
    output.bytes(chunk);
    if (length === null) output.text(CHUNK_END);
    output.flushSoon();
    if (output.congested) {
      this.blocked = true;
      this.#body!.pause();
    }
    this.#owner.requestProgressed();
  }

  end(trailers: HeaderList | null): void {
    if (this.#over) return;
    const length = this.#body!.length;
    if (length !== null) {
      if (this.#sent < length) return this.#break("the body is shorter than declared");
      return this.#finish();
    }
    const fields = trailers === null ? "" : serialiseFields(trailers);
    if (fields === null) return this.#break("a trailer field cannot be written");
    this.#output.text(lastChunk(fields));
    this.#finish();
  }

  fail(error: BodyFailure): void {
    if (!this.#over) this.#break(`request body: ${error.detail}`);
  }

  #finish(): void {
    this.#over = true;
    this.blocked = false;
    this.complete = true;
    this.#owner.requestProgressed();
  }

  #break(detail: string): void {
    this.#over = true;
    this.#owner.requestBroke(detail);
  }
}
