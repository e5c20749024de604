import type { Compression, Encoding } from "../../core/compression.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { chooseEncoding } from "./accept_encoding.ts";

/** Besides `text/…`, `…+json` and `…+xml`. */
const TEXT_TYPES: ReadonlySet<string> = new Set([
  "application/graphql",
  "application/graphql-response",
  "application/javascript",
  "application/json",
  "application/manifest",
  "application/ndjson",
  "application/rtf",
  "application/toml",
  "application/wasm",
  "application/x-javascript",
  "application/x-ndjson",
  "application/x-yaml",
  "application/xml",
  "application/yaml",
  "font/otf",
  "font/ttf",
  "image/bmp",
  "image/x-icon",
]);

/** What a host's answers are compressed by. Made with the snapshot. */
export interface CompressionRules {
  readonly minBytes: number;
  /** In the order of preference. */
  readonly encodings: readonly Encoding[];
  /** The same for short answers. */
  readonly shortEncodings: readonly Encoding[];
}

/** Below this the making of a coder costs more than its work, and that of gzip costs least. */
const SHORT_BYTES = 8_192;

/** Null where nothing is compressed. */
export function compressionRules({ enabled, min_bytes, encodings }: Compression): CompressionRules | null {
  if (!enabled) return null;
  const others = encodings.filter((encoding) => encoding !== "gzip");
  const shortEncodings: Encoding[] = encodings.includes("gzip") ? ["gzip", ...others] : others;
  return { minBytes: min_bytes, encodings, shortEncodings };
}

/** Digests of the bytes as the target sent them: compressed they would be wrong (RFC 9530). */
const DIGESTS = ["content-digest", "repr-digest", "digest", "content-md5"];

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
const PARTIAL = 206;
const NOT_MODIFIED = 304;

/**
 * Decides the coding of an answer and writes what follows from it into `headers`: Vary where another client could get
 * another coding, Content-Encoding, a weak ETag because the bytes are no longer those that it named. Null: as it is.
 */
export function negotiate(
  rules: CompressionRules,
  request: HeaderList,
  status: number,
  headers: HeaderList,
  length: number | null,
): Encoding | null {
  if (status === NOT_MODIFIED) {
    validateAgain(request, headers);
    return null;
  }
  if (WITHOUT_BODY.has(status) || status === PARTIAL || status < 200 || !mayCompress(headers)) return null;
  if (length !== null && length < rules.minBytes) return null;
  varyByEncoding(headers);
  if (forbidsTransform(request)) return null;
  const offered = length !== null && length < SHORT_BYTES ? rules.shortEncodings : rules.encodings;
  const encoding = chooseEncoding(joined(request, "accept-encoding"), offered);
  if (encoding === null) return null;
  headers.delete("content-encoding");
  headers.appendSafe("content-encoding", encoding);
  // Ranges would be of the compressed bytes, which are made anew each time (RFC 9110, 14.2).
  headers.delete("accept-ranges");
  weaken(headers);
  return encoding;
}

function mayCompress(headers: HeaderList): boolean {
  const coding = headers.get("content-encoding");
  if (coding !== undefined && coding.toLowerCase() !== "identity") return false;
  if (headers.has("content-range") || forbidsTransform(headers)) return false;
  return isText(headers.get("content-type")) && !DIGESTS.some((name) => headers.has(name));
}

function isText(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const semicolon = contentType.indexOf(";");
  const type = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
  // An event stream is to arrive event by event, whatever a coder would like to gather.
  if (type === "text/event-stream") return false;
  return type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml") || TEXT_TYPES.has(type);
}

function forbidsTransform(headers: HeaderList): boolean {
  return /(?:^|[\s,])no-transform(?:$|[\s,])/i.test(headers.get("cache-control") ?? "");
}

function varyByEncoding(headers: HeaderList): void {
  const vary = joined(headers, "vary");
  if (vary === undefined) return headers.appendSafe("vary", "Accept-Encoding");
  if (/(?:^|[\s,])(?:\*|accept-encoding)(?:$|[\s,])/i.test(vary)) return;
  headers.set("vary", `${vary}, Accept-Encoding`);
}

function weaken(headers: HeaderList): void {
  const etag = headers.get("etag");
  if (etag !== undefined && etag.startsWith('"')) headers.set("etag", `W/${etag}`);
}

/** A 304 names the ETag that the client has: the weak one, where the stored answer was compressed here (RFC 9111, 4.3.4). */
function validateAgain(request: HeaderList, headers: HeaderList): void {
  const etag = headers.get("etag");
  if (etag === undefined || !(joined(request, "if-none-match") ?? "").includes(`W/${etag}`)) return;
  weaken(headers);
  varyByEncoding(headers);
}

function joined(headers: HeaderList, name: string): string | undefined {
  const count = headers.count(name);
  return count <= 1 ? headers.get(name) : headers.all(name).join(", ");
}
