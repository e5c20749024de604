import { Buffer } from "node:buffer";
import { inflateBody } from "../body/inflate.ts";
import { listedTexts } from "../body/listed_text.ts";
import { MultipartReader } from "../body/multipart.ts";
import { type BodyType, bodyTypeOf, parseBody, typeByContent } from "../body/parse_body.ts";
import { readableRuns } from "../body/readable_runs.ts";
import type { ValueSink } from "../body/sink.ts";
import { decodeForm } from "../body/urlencoded.ts";
import { WindowReader } from "../body/window_reader.ts";
import type { WafRequest } from "../request.ts";

/** A compressed body may become this many times as long as one that is judged as a whole. */
const INFLATED_TIMES = 4;
/** Longer bodies are rarely sent twice. */
const MAX_KEYED_BYTES = 3 * 1024;
const BODILESS = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"]);

/** The body of one request on its way to the rules: as a whole, or window by window in constant memory. */
export class BodyInspection {
  readonly #sink: ValueSink;
  readonly #type: BodyType;
  readonly #encoding: string;
  readonly #maxInflatedBytes: number;
  #multipart: MultipartReader | null = null;
  #windows: WindowReader | null = null;
  #sawBytes = false;
  readonly #method: string;
  readonly #hasType: boolean;
  /** The body whose values are judged, inflated; null where it comes in windows. */
  #bytes: Uint8Array | null = null;
  #lists: ReadonlyMap<string, string> | null = null;

  constructor(request: WafRequest, sink: ValueSink, maxInspectBytes: number) {
    this.#sink = sink;
    this.#method = request.method;
    const types = request.headers.all("content-type");
    this.#hasType = types.length > 0;
    this.#type = bodyTypeOf(types, sink);
    const encodings = request.headers.all("content-encoding");
    // `aws-chunked` frames an upload with signatures and leaves its bytes as they are.
    this.#encoding = encodings.join(",").replace(/^[\s,]*(?:(?:identity|aws-chunked)[\s,]*)+$/i, "");
    this.#maxInflatedBytes = maxInspectBytes * INFLATED_TIMES;
  }

  whole(bytes: Uint8Array): void {
    this.#arrived(bytes);
    if (this.#encoding === "") return this.#parse(bytes);
    const inflated = inflateBody(bytes, this.#encoding, this.#maxInflatedBytes);
    for (const name of inflated.anomalies) this.#sink.anomaly(name);
    this.#parse(inflated.bytes ?? bytes);
    if (inflated.bytes !== null) this.#readable(bytes);
  }

  /** What `whole` would read in `bytes` depends on this text alone; null: on more, or the body is a long one. */
  keyOf(bytes: Uint8Array): string | null {
    if (
      bytes.length > MAX_KEYED_BYTES || this.#encoding !== "" || !this.#hasType || BODILESS.has(this.#method)
    ) {
      return null;
    }
    // No field of a head holds a line feed, so that nothing in one part reads as another.
    const { format, charset, boundary } = this.#type;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    return `${format} ${JSON.stringify(charset)}\n${JSON.stringify(boundary)}\n${text}`;
  }

  #parse(bytes: Uint8Array): void {
    this.#bytes = bytes;
    parseBody(bytes, typeByContent(this.#type, bytes), this.#sink);
  }

  /** Until the end of a JSON body: all that its list called `path` says; asked of few, so read when asked. */
  listedText(path: string): string {
    if (this.#bytes === null) return "";
    this.#lists ??= listedTexts(this.#bytes);
    return this.#lists.get(path) ?? "";
  }

  window(chunk: Uint8Array): void {
    this.#arrived(chunk);
    if (this.#encoding !== "") {
      // [SECURITY] A compressed stream cannot be judged in pieces; that it is one is for the rules to judge.
      this.#sink.anomaly("encoding-too-large");
      return this.#readable(chunk);
    }
    if (this.#type.format === "multipart" && this.#type.boundary) {
      this.#multipart ??= new MultipartReader(this.#type.boundary, this.#sink);
      return this.#multipart.push(chunk);
    }
    this.#windows ??= new WindowReader(typeByContent(this.#type, chunk), this.#sink);
    this.#windows.push(chunk);
  }

  /** For targets that do not know the encoding and read what is there. */
  #readable(bytes: Uint8Array): void {
    const runs = readableRuns(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"),
    );
    if (runs !== "") this.#sink.value("text", "", decodeForm(runs));
  }

  end(): void {
    this.#multipart?.end();
    this.#multipart = null;
    this.#bytes = null;
  }

  #arrived(bytes: Uint8Array): void {
    if (this.#sawBytes || bytes.length === 0) return;
    this.#sawBytes = true;
    if (BODILESS.has(this.#method)) this.#sink.anomaly("body-with-get");
    if (!this.#hasType) this.#sink.anomaly("body-type-missing");
  }
}
