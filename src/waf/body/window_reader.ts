import { Buffer } from "node:buffer";
import { htmlEntities } from "../transformations/html_entities.ts";
import { jsEscapes } from "../transformations/js_escapes.ts";
import { bytesToText } from "./byte_text.ts";
import { decodeText } from "./charset.ts";
import { compactRuns } from "./compact_runs.ts";
import { type BodyType, readUntyped } from "./parse_body.ts";
import type { ValueSink } from "./sink.ts";
import { textStretches } from "./text_stretches.ts";
import { decodeForm } from "./urlencoded.ts";

/** What one window takes over from the one before, so that a cut hides nothing. */
const OVERLAP_BYTES = 512;

/** Hands out a body that is too long to be taken apart as running text, window by window in constant memory. */
export class WindowReader {
  readonly #type: BodyType;
  readonly #sink: ValueSink;
  #tail: Buffer = Buffer.alloc(0);
  /** The same of the text without its long comments and blanks: what these keep apart stands together there. */
  #compactTail = "";
  /** Characters since something was left out of that. */
  #sinceCompact = Infinity;
  #isFirst = true;

  constructor(type: BodyType, sink: ValueSink) {
    this.#type = type;
    this.#sink = sink;
  }

  /** `chunk` is only read during the call. */
  push(chunk: Uint8Array): void {
    if (this.#isFirst) this.#lookAtCharset(chunk);
    const bytes = Buffer.concat([this.#tail, chunk]);
    const all = bytes.toString("latin1");
    const isBinary = this.#type.format === "binary";
    const text = isBinary ? this.#stretches(all) : all;
    this.#emit(text);
    const joined = this.#compactTail + (isBinary ? text : all.slice(this.#tail.length));
    const compact = compactRuns(joined);
    const added = joined.length - this.#compactTail.length;
    this.#sinceCompact = compact.joints.length === 0 ? this.#sinceCompact + added : 0;
    if (this.#sinceCompact <= added + OVERLAP_BYTES) this.#emit(compact.text);
    this.#tail = Buffer.from(bytes.subarray(-OVERLAP_BYTES));
    this.#compactTail = compact.text.slice(-OVERLAP_BYTES);
  }

  #stretches(bytes: string): string {
    const text = textStretches(bytes);
    if (text !== bytes) this.#sink.undecoded("bytes", "", bytes);
    return text;
  }

  /** A charset that hides plain text is said once; its text is not decoded in pieces. */
  #lookAtCharset(chunk: Uint8Array): void {
    this.#isFirst = false;
    if (this.#type.format === "binary") return;
    const { anomaly } = decodeText(chunk.subarray(0, 4), this.#type.charset);
    if (anomaly !== null) this.#sink.anomaly(anomaly);
  }

  #emit(bytes: string): void {
    switch (this.#type.format) {
      case "binary":
        this.#sink.value("bytes", "", bytes);
        return this.#type.isUntyped ? readUntyped(bytes, this.#sink) : undefined;
      case "urlencoded":
        return this.#sink.value("text", "", decodeForm(bytes));
      case "xml":
        return this.#sink.value("text", "", htmlEntities.apply(bytesToText(wholeCharacters(bytes))));
      case "json":
      case "json-lines": {
        const text = bytesToText(wholeCharacters(bytes));
        return this.#sink.value("text", "", text.includes("\\") ? jsEscapes.apply(text) : text);
      }
      default: {
        const text = bytesToText(wholeCharacters(bytes));
        this.#sink.value("text", "", text);
        // Sniffed as JSON by tolerant applications.
        if (text.includes("\\u")) this.#sink.value("text", "", jsEscapes.apply(text));
      }
    }
  }
}

/** Without the pieces of UTF-8 sequences that a cut left at either end: one of them would make the whole no UTF-8. */
function wholeCharacters(bytes: string): string {
  let from = 0;
  while (from < 3 && (bytes.charCodeAt(from) & 0xc0) === 0x80) from++;
  let to = bytes.length;
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes.charCodeAt(bytes.length - back);
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (needed > back) to = bytes.length - back;
    break;
  }
  return bytes.slice(from, to);
}
