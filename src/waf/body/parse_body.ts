import { Buffer } from "node:buffer";
import { isFile } from "../text/document.ts";
import { bytesToText } from "./byte_text.ts";
import { anomalyOfXml, decodeText } from "./charset.ts";
import { type ContentType, parseContentType } from "./content_type.ts";
import { readJson } from "./json.ts";
import { MultipartReader } from "./multipart.ts";
import type { ValueSink } from "./sink.ts";
import { readPairs } from "./urlencoded.ts";
import { readXml } from "./xml.ts";

/** How a body is to be read. */
export type BodyFormat =
  | "urlencoded"
  | "multipart"
  | "json"
  | "json-lines"
  | "xml"
  | "text"
  | "binary"
  | "unknown";

export interface BodyType {
  readonly format: BodyFormat;
  readonly charset: string | null;
  readonly boundary: string | null;
  /** Bytes that nothing calls so: no Content-Type names what they are. */
  readonly isUntyped?: boolean;
}

const JSON_LINES = new Set([
  "application/x-ndjson",
  "application/ndjson",
  "application/jsonl",
  "application/json-seq",
]);
const BINARY =
  /^(?:image|audio|video|font)\/(?!svg)|^application\/(?:octet-stream|pdf|zip|gzip|wasm|protobuf|grpc\b|x-protobuf|vnd\.(?:ms|openxml|google)|x-git-|x-tar|msgpack|cbor|dns-message)/;

/** What the Content-Type fields say; `values` are all of them. */
export function bodyTypeOf(values: readonly string[], sink: ValueSink): BodyType {
  if (values.length === 0) return { format: "unknown", charset: null, boundary: null };
  const parsed = parseContentType(values[0]!);
  if (values.length > 1 || parsed.repeated) sink.anomaly("content-type-repeated");
  if (parsed.malformed) sink.anomaly("content-type-malformed");
  const charset = parsed.parameters.get("charset") ?? null;
  const format = formatOf(parsed);
  if (format === "multipart") judgeCharset(charset, sink);
  // [SECURITY] Some readers look for a word anywhere in the field (formidable: `multipart`, `urlencoded`, `json`).
  const isDisguised = format === "binary" && /multipart|urlencoded|json/i.test(values[0]!);
  if (isDisguised && /multipart/i.test(values[0]!)) sink.anomaly("content-type-repeated");
  return {
    format: isDisguised ? "unknown" : format,
    charset,
    boundary: parsed.parameters.get("boundary") ?? null,
  };
}

/** [SECURITY] Django decodes the fields of a multipart body by the charset of the whole, which RFC 7578 does not know. */
function judgeCharset(charset: string | null, sink: ValueSink): void {
  const { anomaly } = decodeText(new Uint8Array(), charset);
  if (anomaly === "charset-unusual") sink.anomaly(anomaly);
}

function formatOf(type: ContentType): BodyFormat {
  const media = type.mediaType;
  // formidable looks for the word anywhere.
  if (media.includes("urlencoded")) return "urlencoded";
  if (media.startsWith("multipart/")) return "multipart";
  if (JSON_LINES.has(media)) return "json-lines";
  if (/[/+](?:json|csp-report|x-json|json5|graphql-response\+json)$/.test(media) || media === "text/x-json") {
    return "json";
  }
  if (/[/+]xml(?:-dtd)?$/.test(media) || media === "image/svg+xml") return "xml";
  if (BINARY.test(media)) return "binary";
  return media === "" ? "unknown" : "text";
}

/**
 * [SECURITY] Many an application reads its JSON, its form or its XML whatever the Content-Type says, so that a name
 * alone must not hide a body: one called binary that begins as one of these is read as it.
 */
export function typeByContent(type: BodyType, beginning: Uint8Array): BodyType {
  if (type.format !== "binary" && type.format !== "unknown") return type;
  const from = firstSign(beginning);
  if (DISGUISED.test(latin1(beginning.subarray(from, from + 128)))) return { ...type, format: "unknown" };
  if (type.format === "unknown" && isFile(latin1(beginning.subarray(0, SNIFFED_BYTES)))) {
    return { ...type, format: "binary", isUntyped: true };
  }
  return type;
}

/** Storage clients send files without a Content-Type (S3, WebDAV); so much of one tells what it is. */
const SNIFFED_BYTES = 16 * 1024;

/** Where white space and a UTF-8 mark end. [SECURITY] However much of it: a parser of JSON skips it all. */
function firstSign(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (bytes[at] === 0x20 || (bytes[at]! >= 0x09 && bytes[at]! <= 0x0d)) at++;
  return at;
}

/** JSON, XML, either in UTF-16 or EBCDIC, or a form; nothing that images, archives, pages and documents begin with. */
const DISGUISED =
  // deno-lint-ignore no-control-regex -- NUL is half of a letter in UTF-16
  /^(?:"[\\\x20-\x7e]|[[{]\s*(?:["[{\d-]|true|false|null)|<(?!html|svg|!doctype\s+(?:html|svg))[?!a-z]|[&=]*[^\s&=\x7f-\xff]{0,100}=[\t\r\n\x20-\x7e]*$)|^(?:\xff\xfe|\xfe\xff|\x00{1,3}[[{<"]|[[{<"]\x00|Lo\xa7\x94)/i;

/** Takes a whole body apart. Bytes are already inflated. Everything found goes to `sink`. */
export function parseBody(bytes: Uint8Array, type: BodyType, sink: ValueSink): void {
  if (bytes.length === 0) return;
  switch (type.format) {
    case "multipart":
      return readMultipart(bytes, type, sink);
    case "urlencoded":
      return readForm(bytes, type, sink);
    case "binary":
      return readBinary(bytes, type, sink);
    default:
      return readText(bytes, type, sink);
  }
}

function readMultipart(bytes: Uint8Array, type: BodyType, sink: ValueSink): void {
  const boundary = type.boundary ?? "";
  if (boundary === "") {
    sink.anomaly("multipart-no-boundary");
    return sink.value("text", "", bytesToText(latin1(bytes)));
  }
  const reader = new MultipartReader(boundary, sink);
  reader.push(bytes);
  reader.end();
}

function readForm(bytes: Uint8Array, type: BodyType, sink: ValueSink): void {
  const isPlain = type.charset === null || /^utf-?8$/i.test(type.charset);
  const text = isPlain ? latin1(bytes) : decoded(bytes, type, sink);
  readPairs(text, sink);
  if (OTHER_THAN_FORM.test(text)) readDisguised(decoded(bytes, type, sink), sink);
  sink.value("body", "", text);
}

/** What JSON and XML begin with, also in wide characters or EBCDIC. */
// deno-lint-ignore no-control-regex -- NUL is half of a letter in UTF-16
const OTHER_THAN_FORM = /^\x00{0,3}(?:\xef\xbb\xbf)?\s*(?:[[{"<]|Lo\xa7\x94)/;

/** [SECURITY] Frameworks that sniff, and handlers that read the bytes of a body, do so whatever its content type is. */
function readDisguised(text: string, sink: ValueSink): void {
  if (/^\s*</.test(text)) {
    judgeXmlCharset(text, sink);
    readXml(text, withoutAnomalies(sink));
  } else if (/^\s*[[{"]/.test(text)) readJson(text, withoutAnomalies(sink), true);
}

function judgeXmlCharset(text: string, sink: ValueSink): void {
  const anomaly = anomalyOfXml(text);
  if (anomaly !== null) sink.anomaly(anomaly);
}

function readBinary(bytes: Uint8Array, type: BodyType, sink: ValueSink): void {
  const text = latin1(bytes);
  sink.value("bytes", "", text);
  if (type.isUntyped) readUntyped(text, sink);
}

/** A field of a form as it stands between bytes that are none. */
const FIELD = /&[\w.%[\]-]{1,64}=[\t\r\n\x20-\x25\x27-\x7e]{8,}/g;

/**
 * [SECURITY] Some frameworks read a form where no Content-Type stands, and a few kilobytes of bytes in front would make
 * its fields a file; so what is a field by its form is judged as one, too.
 */
export function readUntyped(bytes: string, sink: ValueSink): void {
  for (const field of bytes.match(FIELD) ?? []) readPairs(field.slice(1), sink);
}

function readText(bytes: Uint8Array, type: BodyType, sink: ValueSink): void {
  const text = decoded(bytes, type, sink);
  const format = type.format === "text" || type.format === "unknown" ? sniff(text, type.format) : type.format;
  switch (format) {
    case "json":
    case "json-lines":
      readJson(text, type.format === format ? sink : withoutAnomalies(sink), format === "json-lines");
      if (/^\s*</.test(text)) readDisguised(text, sink);
      break;
    case "xml":
      judgeXmlCharset(text, sink);
      readXml(text, type.format === format ? sink : withoutAnomalies(sink));
      break;
    case "urlencoded":
      readPairs(latin1(bytes), sink);
      break;
    default:
      return sink.value("text", "", text);
  }
  // Last, so that the values come first where the time for one request runs out.
  sink.value("body", "", text);
}

/** What a body without a telling content type is read as by tolerant applications. */
function sniff(text: string, declared: BodyFormat): BodyFormat {
  if (/^\s*(?:[[{]|"[^"\\]*\\)/.test(text)) return "json-lines";
  if (/^\s*<[?!a-z]/i.test(text)) return "xml";
  return declared === "unknown" && /^[\s&=]*[^\s=&]{0,100}=/.test(text) ? "urlencoded" : "text";
}

function decoded(bytes: Uint8Array, type: BodyType, sink: ValueSink): string {
  const { text, anomaly } = decodeText(bytes, type.charset);
  if (anomaly !== null) sink.anomaly(anomaly);
  return text;
}

function withoutAnomalies(sink: ValueSink): ValueSink {
  return {
    value: (kind, name, value) => sink.value(kind, name, value),
    undecoded: (kind, name, value) => sink.undecoded(kind, name, value),
    anomaly: () => undefined,
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
