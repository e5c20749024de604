import { Buffer } from "node:buffer";
import { ChunkedDecoder, type ChunkSink } from "../../gateway/listener/http1/chunked.ts";
import { HeadReader } from "../../gateway/upstream/head_reader.ts";
import { parseResponseHead } from "../../gateway/upstream/response_head.ts";
import { frameResponse, type ResponseFraming } from "../../gateway/upstream/response_framing.ts";

/** What came back for one request. */
export interface Answer {
  readonly status: number;
  /** The beginning of the body, byte for character. */
  readonly text: string;
  /** The connection may carry another request. */
  readonly keepAlive: boolean;
}

/** Bytes of a body that are kept: enough for every page and text of a refusal. */
const MOST_KEPT_BYTES = 65_536;

/** Reads one answer by the codec that reads targets' answers. */
export class AnswerReader implements ChunkSink {
  /** Null until it is complete. */
  answer: Answer | null = null;
  /** Bytes of something began to arrive. */
  begun = false;
  readonly #method: string;
  readonly #head = new HeadReader();
  readonly #pieces: Buffer[] = [];
  #status = 0;
  #framing: ResponseFraming | null = null;
  #decoder: ChunkedDecoder | null = null;
  #left = 0;
  #kept = 0;

  constructor(method: string) {
    this.#method = method;
  }

  /** Returns how many bytes belong to this answer. Throws where they are no HTTP/1.x. */
  take(chunk: Buffer): number {
    this.begun = true;
    let at = 0;
    while (this.#framing === null) {
      const taken = this.#head.take(chunk, at);
      if (this.#head.failure !== null) throw new Error(this.#head.failure);
      if (taken < 0) return chunk.length;
      at += taken;
      this.#begin();
    }
    return this.answer === null ? this.#body(chunk, at) : at;
  }

  /** The connection ended. Returns false where it ended too early. */
  end(): boolean {
    if (this.answer === null && this.#framing?.body === "close") this.#finish();
    return this.answer !== null;
  }

  /** Of the chunked decoder. */
  data(bytes: Uint8Array): boolean {
    this.#keep(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return true;
  }

  #begin(): void {
    const head = parseResponseHead(this.#head.bytes, this.#head.end);
    if (typeof head === "string") throw new Error(head);
    // An interim answer; the final one follows.
    if (head.status < 200) return;
    const framing = frameResponse(head, this.#method);
    if (typeof framing === "string") throw new Error(framing);
    this.#status = head.status;
    this.#framing = framing;
    if (framing.body === "none") this.#finish();
    else if (framing.body === "chunked") this.#decoder = new ChunkedDecoder();
    else if (framing.body === "length") this.#left = framing.length!;
  }

  #body(chunk: Buffer, at: number): number {
    if (this.#decoder !== null) {
      const end = this.#decoder.decode(chunk, at, chunk.length, this);
      if (this.#decoder.failure !== null) throw new Error(this.#decoder.failure.detail);
      if (this.#decoder.done) this.#finish();
      return end;
    }
    const isToTheEnd = this.#framing!.body === "close";
    const end = isToTheEnd ? chunk.length : Math.min(chunk.length, at + this.#left);
    this.#keep(chunk.subarray(at, end));
    this.#left -= end - at;
    if (!isToTheEnd && this.#left === 0) this.#finish();
    return end;
  }

  #keep(bytes: Buffer): void {
    const room = MOST_KEPT_BYTES - this.#kept;
    if (room <= 0) return;
    // A copy: what arrives is only valid during the call.
    this.#pieces.push(Buffer.from(bytes.subarray(0, room)));
    this.#kept += Math.min(bytes.length, room);
  }

  #finish(): void {
    this.answer = {
      status: this.#status,
      text: Buffer.concat(this.#pieces).toString("latin1"),
      keepAlive: this.#framing!.keepAlive,
    };
  }
}
