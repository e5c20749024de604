import { Buffer } from "node:buffer";
import { inflateBody } from "./body/inflate.ts";
import { MultipartReader } from "./body/multipart.ts";
import { type BodyType, bodyTypeOf, parseBody } from "./body/parse_body.ts";
import { bytesToText } from "./body/byte_text.ts";
import { decodeForm } from "./body/urlencoded.ts";
import type { ValueSink } from "./body/sink.ts";
import type { WafRequest } from "./request.ts";

/** What one window takes over from the one before, so that a cut hides nothing. */
const OVERLAP_BYTES = 512;
const BODILESS = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"]);

/** The body of one request on its way to the rules: as a whole, or window by window in constant memory. */
export class BodyInspection {
  readonly #sink: ValueSink;
  readonly #type: BodyType;
  readonly #encoding: string;
  readonly #maxInflatedBytes: number;
  #multipart: MultipartReader | null = null;
  #tail: Buffer = Buffer.alloc(0);
  #sawBytes = false;
  readonly #method: string;
  readonly #hasType: boolean;

  constructor(request: WafRequest, sink: ValueSink, maxInspectBytes: number) {
    this.#sink = sink;
    this.#method = request.method;
    const types = request.headers.all("content-type");
    this.#hasType = types.length > 0;
    this.#type = bodyTypeOf(types, sink);
    const encodings = request.headers.all("content-encoding");
    this.#encoding = encodings.join(",");
    this.#maxInflatedBytes = maxInspectBytes * 2;
  }

  whole(bytes: Uint8Array): void {
    this.#arrived(bytes);
    if (this.#encoding === "") return parseBody(bytes, this.#type, this.#sink);
    const inflated = inflateBody(bytes, this.#encoding, this.#maxInflatedBytes);
    for (const name of inflated.anomalies) this.#sink.anomaly(name);
    parseBody(inflated.bytes ?? bytes, this.#type, this.#sink);
  }

  window(chunk: Uint8Array): void {
    this.#arrived(chunk);
    // [SECURITY] A compressed stream cannot be judged in pieces; that it is one is for the rules to judge.
    if (this.#encoding !== "" && this.#encoding !== "identity") {
      return this.#sink.anomaly("encoding-too-large");
    }
    if (this.#type.format === "multipart" && this.#type.boundary) {
      this.#multipart ??= new MultipartReader(this.#type.boundary, this.#sink);
      return this.#multipart.push(chunk);
    }
    const bytes = Buffer.concat([this.#tail, chunk]);
    const text = bytes.toString("latin1");
    if (this.#type.format === "binary") this.#sink.value("body", "", text);
    else if (this.#type.format === "urlencoded") this.#sink.value("text", "", decodeForm(text));
    else this.#sink.value("text", "", bytesToText(text));
    this.#tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - OVERLAP_BYTES)));
  }

  end(): void {
    this.#multipart?.end();
    this.#multipart = null;
  }

  #arrived(bytes: Uint8Array): void {
    if (this.#sawBytes || bytes.length === 0) return;
    this.#sawBytes = true;
    if (BODILESS.has(this.#method)) this.#sink.anomaly("body-with-get");
    if (!this.#hasType) this.#sink.anomaly("body-type-missing");
  }
}
