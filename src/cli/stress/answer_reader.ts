import { Buffer } from "node:buffer";
import { constants, gunzipSync } from "node:zlib";
import { ChunkedDecoder, type ChunkSink } from "../../gateway/listener/http1/chunked.ts";
import { HeadReader } from "../../gateway/upstream/head_reader.ts";
import { parseResponseHead } from "../../gateway/upstream/response_head.ts";
import { frameResponse, type ResponseFraming } from "../../gateway/upstream/response_framing.ts";

/** What came back for one request. */
export interface Answer {
  readonly status: number;
  /** The beginning of the body, byte for character; what came as gzip is unpacked. */
  readonly text: string;
  /** The connection may carry another request. */
  readonly keepAlive: boolean;
}

/** Bytes of a body that are kept: enough for every page and text of a refusal. */
const MOST_KEPT_BYTES = 65_536;
/** No page is as much smaller compressed; what is, is garbled. */
const MOST_UNPACKED_BYTES = 64 * MOST_KEPT_BYTES;

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
  #isGzip = false;
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
    this.#isGzip = head.fields.get("content-encoding") === "gzip";
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

  /** Throws where what is called gzip is none, as for anything else that is no HTTP. */
  #text(): string {
    const bytes = Buffer.concat(this.#pieces);
    if (!this.#isGzip || bytes.length === 0) return bytes.toString("latin1");
    const beginning = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_UNPACKED_BYTES };
    return gunzipSync(bytes, beginning).toString("latin1");
  }

  #finish(): void {
    this.answer = {
      status: this.#status,
      text: this.#text(),
      keepAlive: this.#framing!.keepAlive,
    };
  }
}
