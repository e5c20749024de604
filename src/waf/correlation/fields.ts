import { namedValue, type RequestDigest } from "../../core/request_digest.ts";

/** What a predicate may look at, read from a digest; null: the request or its answer has none. */
export type FieldReader = (digest: RequestDigest) => string | null;

const READERS: Readonly<Record<string, FieldReader>> = Object.freeze({
  "path": (each) => each.path,
  "query": (each) => each.query,
  "method": (each) => each.method,
  "client": (each) => each.client,
  "user_agent": (each) => orNull(each.userAgent),
  "body": (each) => orNull(each.body),
  "size.body": (each) => String(each.requestBytes),
  "fingerprint": (each) => orNull(each.fingerprint),
  "response.status": (each) => String(each.status),
  "response.size": (each) => String(each.size),
  "response.content_type": (each) => orNull(each.contentType),
  "response.latency_ms": (each) => String(each.latencyMs),
  "response.body": (each) => orNull(each.responseBody),
});

/** Names that are followed by that of a header. */
const BY_NAME = /^(header|response\.header|cookie)\.([!#$%&'*+^_`|~0-9A-Za-z-]{1,100})$/;

/** How conditions of other rules call the same fields. */
const OTHER_NAMES: Readonly<Record<string, string>> = Object.freeze({
  "user-agent": "user_agent",
  "response-status": "response.status",
  "source ip": "client",
  "source_ip": "client",
  "size:body": "size.body",
  "content-type": "header.content-type",
  "referer": "header.referer",
});

export const FIELD_NAMES: readonly string[] = Object.freeze([
  ...Object.keys(READERS),
  "header.NAME",
  "cookie.NAME",
  "response.header.NAME",
]);

/** The one spelling of a field: header names in lower case, `Response Status` as `response.status`. */
export function fieldNamed(written: string): string {
  const lower = written.trim().toLowerCase();
  if (lower.startsWith("headers:")) return `header.${lower.slice("headers:".length)}`;
  // Cookie names tell case apart.
  if (lower.startsWith("cookies:")) return `cookie.${written.trim().slice("cookies:".length)}`;
  const byName = BY_NAME.exec(written.trim());
  if (byName?.[1] === "cookie") return byName[0];
  return OTHER_NAMES[lower] ?? OTHER_NAMES[lower.replaceAll(" ", "-")] ?? lower;
}

/** Reads `field`, or null where there is no such field. */
export function fieldReader(field: string): FieldReader | null {
  if (Object.hasOwn(READERS, field)) return READERS[field]!;
  return BY_NAME.test(field) ? (digest) => namedValue(digest, field) : null;
}

/** What a gateway has to collect for this field besides what every digest has. */
export function askedBy(field: string): "body" | "response.body" | { readonly named: string } | null {
  if (field === "body" || field === "response.body") return field;
  return BY_NAME.test(field) ? { named: field } : null;
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}
