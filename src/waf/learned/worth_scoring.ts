import { charMask, DIGIT, DOT, LOWER, MINUS, SLASH, UNDERSCORE, UPPER } from "../char_mask.ts";
import type { ValueKind } from "../targets/kinds.ts";

/** Kinds of values that an application takes in one by one; the model was trained on these. */
export const SCORED_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>([
  "path",
  "arg",
  "arg-name",
  "header",
  "cookie",
  "text",
  "json",
  "json-key",
  "xml",
  "xml-attribute",
  "multipart-name",
  "multipart-filename",
]);

/** Fields of a grammar of their own, which rules judge. */
const GRAMMATICAL_FIELDS =
  /^(?:host|cookie|content-(?:type|length|encoding|disposition)|accept(?:-.*)?|cache-control|pragma|sec-.*|if-.*|upgrade(?:-insecure-requests)?|connection|dnt|te|range|date|priority|authorization|proxy-authorization|transfer-encoding|keep-alive|x-requested-with|x-csrf-token)$/;

const BLAND = LOWER | UPPER | DIGIT | UNDERSCORE | DOT | MINUS;
const NEVER = ~(BLAND | SLASH);

/** Numbers, dates, times, addresses: a digit first, and nothing that could end a value or begin a comment. */
const TYPED = /^\d[\d.,:/ TZ+-]*$/;
/** A plain URL, as in Referer and Origin. */
const PLAIN_URL = /^https?:\/\/[\w.:-]+(?:\/[\w/.=&?:,@+~#-]*)?$/;

/** What base64 decodes to is read before, where it is text. */
const BASE64 = /^[A-Za-z0-9+/_-]{24,}={0,2}$/;
/** An ordinary User-Agent: products with versions and comments, without what an injection needs. */
const PLAIN_AGENT = /^[A-Za-z][\w.-]*\/\d[\w.]*(?: (?:[\w./:;,+-]+|\([\w .,;:/+@~-]*\)))*$/;

/** False where the value cannot be an attack by its characters alone, or is not the model's to judge. */
export function isWorthScoring(kind: ValueKind, name: string, value: string): boolean {
  if (!SCORED_KINDS.has(kind)) return false;
  if (kind === "header" && GRAMMATICAL_FIELDS.test(name)) return false;
  const mask = charMask(value);
  if ((mask & NEVER) === 0) {
    if ((mask & SLASH) === 0) return false;
    if (kind === "path" && !value.includes("..")) return false;
  }
  return !isPlain(value);
}

/** True where a cheap grammar explains the whole of a text: a number, a URL, a user agent, random base64. */
export function isPlain(text: string): boolean {
  if (text.includes("--")) return false;
  return TYPED.test(text) || PLAIN_URL.test(text) || BASE64.test(text) || PLAIN_AGENT.test(text);
}
