import type { ValueKind } from "./kinds.ts";

/** What a rule's target selects: some kinds of values, all of them or those of one name. */
export interface Selector {
  readonly kinds: readonly ValueKind[];
  /** Lower case for headers; null: every name. */
  readonly name: string | null;
}

/** A measure of the request instead of a value: `size:body`, `count:args`. Only conditions can compare it. */
export interface Measure {
  readonly measure: "size" | "count";
  readonly of: Selector;
}

/** Selectors without a name. `args` are the values of query and body, however the body is written. */
const PLAIN: Readonly<Record<string, readonly ValueKind[]>> = Object.freeze({
  "path": ["path"],
  "raw-path": ["raw-path"],
  "query": ["query"],
  "uri": ["uri"],
  "args": ["arg", "json", "xml", "xml-attribute", "text"],
  "arg-names": ["arg-name", "json-key", "multipart-name"],
  "headers": ["header"],
  "header-names": ["header-name"],
  "cookies": ["cookie"],
  "cookie-names": ["cookie-name"],
  "body": ["body", "text", "bytes"],
  "json": ["json"],
  "json-keys": ["json-key"],
  "xml": ["xml"],
  "xml-attributes": ["xml-attribute"],
  "multipart-names": ["multipart-name"],
  "multipart-filenames": ["multipart-filename"],
  "multipart-headers": ["multipart-header"],
  "files": ["file"],
  "method": ["method"],
  "protocol": ["protocol"],
  "client": ["client"],
  "country": ["country"],
  "asn": ["asn"],
  "fingerprint": ["fingerprint"],
  "bot-score": ["bot-score"],
  "ja4": ["ja4"],
  "anomalies": ["anomaly"],
  "response-headers": ["response-header"],
  "response-status": ["response-status"],
  "response-body": ["response-body"],
});

/** Short names of single headers. */
const HEADER_ALIASES: Readonly<Record<string, string>> = Object.freeze({
  "user-agent": "user-agent",
  "referer": "referer",
  "host": "host",
  "content-type": "content-type",
});

const NAMED = [
  "args",
  "headers",
  "cookies",
  "json",
  "xml-attributes",
  "multipart-headers",
  "response-headers",
];

/** What may be written as a target, for error texts. */
export const TARGET_NAMES: readonly string[] = Object.freeze([
  ...Object.keys(PLAIN),
  ...Object.keys(HEADER_ALIASES),
  ...NAMED.map((each) => `${each}:NAME`),
]);

/** The selector that `target` names, or null where there is none of that name. */
export function parseSelector(target: string): Selector | null {
  const kinds = Object.hasOwn(PLAIN, target) ? PLAIN[target] : undefined;
  if (kinds !== undefined) return { kinds, name: null };
  if (Object.hasOwn(HEADER_ALIASES, target)) return { kinds: ["header"], name: HEADER_ALIASES[target]! };
  const colon = target.indexOf(":");
  if (colon <= 0 || colon === target.length - 1) return null;
  const family = target.slice(0, colon);
  if (!NAMED.includes(family)) return null;
  const name = target.slice(colon + 1);
  return { kinds: PLAIN[family]!, name: family.endsWith("headers") ? name.toLowerCase() : name };
}

/** `size:…` (characters, summed over the values) or `count:…`, or null. */
export function parseMeasure(target: string): Measure | null {
  const found = /^(size|count):(.+)$/.exec(target);
  if (found === null) return null;
  const of = parseSelector(found[2]!);
  return of === null ? null : { measure: found[1] as Measure["measure"], of };
}
