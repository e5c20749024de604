import type { Buffer } from "node:buffer";
import { TOKEN_LOWER } from "./characters.ts";

/**
 * Names seen on most messages, so that a request's names are shared strings instead of new ones. The list is fixed:
 * what a client invents is never kept.
 */
export const COMMON_NAMES: readonly string[] = [
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "accept-ranges",
  "access-control-allow-credentials",
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-allow-origin",
  "access-control-expose-headers",
  "access-control-max-age",
  "access-control-request-headers",
  "access-control-request-method",
  "age",
  "allow",
  "alt-svc",
  "authorization",
  "cache-control",
  "cf-connecting-ip",
  "connection",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-range",
  "content-security-policy",
  "content-type",
  "cookie",
  "cross-origin-embedder-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
  "date",
  "dnt",
  "etag",
  "expect",
  "expires",
  "forwarded",
  "from",
  "grpc-message",
  "grpc-status",
  "host",
  "hx-current-url",
  "hx-request",
  "hx-target",
  "hx-trigger",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "keep-alive",
  "last-event-id",
  "last-modified",
  "link",
  "location",
  "origin",
  "permissions-policy",
  "pragma",
  "priority",
  "proxy-connection",
  "purpose",
  "range",
  "referer",
  "referrer-policy",
  "retry-after",
  "save-data",
  "sec-ch-ua",
  "sec-ch-ua-arch",
  "sec-ch-ua-mobile",
  "sec-ch-ua-model",
  "sec-ch-ua-platform",
  "sec-fetch-dest",
  "sec-fetch-mode",
  "sec-fetch-site",
  "sec-fetch-user",
  "sec-gpc",
  "sec-purpose",
  "sec-websocket-accept",
  "sec-websocket-extensions",
  "sec-websocket-key",
  "sec-websocket-protocol",
  "sec-websocket-version",
  "server",
  "server-timing",
  "set-cookie",
  "strict-transport-security",
  "te",
  "traceparent",
  "tracestate",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "upgrade-insecure-requests",
  "user-agent",
  "vary",
  "via",
  "www-authenticate",
  "x-content-type-options",
  "x-csrf-token",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-frame-options",
  "x-powered-by",
  "x-real-ip",
  "x-request-id",
  "x-requested-with",
  "x-xss-protection",
];

const COMMON: ReadonlySet<string> = new Set(COMMON_NAMES);

/** True for names of the fixed list, which are all tokens in lower case. */
export function isCommonName(name: string): boolean {
  return COMMON.has(name);
}

const SLOTS = 1_024;
const MASK = SLOTS - 1;

/** Open addressing with linear probing; a tenth full, so that a miss ends at the first slot or the next. */
const table: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined);

for (const name of COMMON_NAMES) {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = mixName(hash, name.charCodeAt(i));
  let slot = hash & MASK;
  while (table[slot] !== undefined) slot = (slot + 1) & MASK;
  table[slot] = name;
}

/** One step of the hash that `commonName` wants; start at 0, feed lower-case codes in order. */
export function mixName(hash: number, lowerCode: number): number {
  return (Math.imul(hash, 31) + lowerCode) | 0;
}

/** The shared string that equals the bytes `[start, end)` in lower case, or undefined. `hash` is `mixName` over them. */
export function commonName(hash: number, bytes: Buffer, start: number, end: number): string | undefined {
  for (let slot = hash & MASK;; slot = (slot + 1) & MASK) {
    const name = table[slot];
    if (name === undefined) return undefined;
    if (equals(name, bytes, start, end)) return name;
  }
}

function equals(name: string, bytes: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) {
    if (name.charCodeAt(i) !== TOKEN_LOWER[bytes[start + i]!]) return false;
  }
  return true;
}
