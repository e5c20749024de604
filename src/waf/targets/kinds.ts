import { SIGN_KINDS } from "../signs.ts";

/**
 * The kinds of values that a request and its answer are taken apart into. A rule names selectors (selector.ts); a selector stands
 * for one or several kinds.
 */
export const VALUE_KINDS = [
  "path",
  "raw-path",
  "query",
  "uri",
  "arg",
  "arg-name",
  "header",
  "header-name",
  "cookie",
  "cookie-name",
  "body",
  "text",
  "bytes",
  "json",
  "json-key",
  "xml",
  "xml-attribute",
  "multipart-name",
  "multipart-filename",
  "multipart-header",
  "file",
  "method",
  "protocol",
  "client",
  ...SIGN_KINDS,
  "anomaly",
  "response-header",
  "response-status",
  "response-body",
] as const;

export type ValueKind = typeof VALUE_KINDS[number];

/** How a value of the kind is called in a finding and in an exception; `name` is that of the parameter or field. */
const LABELS: Readonly<Record<ValueKind, string>> = Object.freeze({
  "path": "path",
  "raw-path": "raw-path",
  "query": "query",
  "uri": "uri",
  "arg": "args",
  "arg-name": "arg-names",
  "header": "headers",
  "header-name": "header-names",
  "cookie": "cookies",
  "cookie-name": "cookie-names",
  "body": "body",
  "text": "body",
  "bytes": "body",
  "json": "json",
  "json-key": "json-keys",
  "xml": "xml",
  "xml-attribute": "xml-attributes",
  "multipart-name": "multipart-names",
  "multipart-filename": "multipart-filenames",
  "multipart-header": "multipart-headers",
  "file": "files",
  "method": "method",
  "protocol": "protocol",
  "client": "client",
  "country": "country",
  "asn": "asn",
  "fingerprint": "fingerprint",
  "bot-score": "bot-score",
  "ja4": "ja4",
  "anomaly": "anomalies",
  "response-header": "response-headers",
  "response-status": "response-status",
  "response-body": "response-body",
});

/** All of these; an exception names one, or one with a name behind a colon. */
export const TARGET_LABELS: readonly string[] = Object.freeze([...new Set(Object.values(LABELS))]);

const MAX_LABEL_NAME = 80;

/** `args:id`, `headers:referer`, `path`: names are cut at 80 characters. */
export function targetLabel(kind: ValueKind, name: string): string {
  const label = LABELS[kind];
  if (name === "" || kind === "anomaly") return label;
  return `${label}:${name.length > MAX_LABEL_NAME ? name.slice(0, MAX_LABEL_NAME) : name}`;
}
