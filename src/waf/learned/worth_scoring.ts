import { ANY, charMask, DIGIT, DOT, LOWER, MINUS, SLASH, UNDERSCORE, UPPER } from "../text/char_mask.ts";
import type { ValueKind } from "../targets/kinds.ts";

/** Kinds of values that an application takes in one by one; the model was trained on these. */
const SCORED_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>([
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

/** Fields of a grammar of their own, which rules judge; those that begin with accept-, sec- and if- too. */
const GRAMMATICAL_FIELDS: ReadonlySet<string> = new Set([
  "accept",
  "authorization",
  "cache-control",
  "connection",
  "content-disposition",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "date",
  "dnt",
  "host",
  "keep-alive",
  "pragma",
  "priority",
  "proxy-authorization",
  "range",
  "te",
  "transfer-encoding",
  "upgrade",
  "upgrade-insecure-requests",
  "x-csrf-token",
  "x-requested-with",
]);

const BLAND = LOWER | UPPER | DIGIT | UNDERSCORE | DOT | MINUS;
const NEVER = ANY & ~(BLAND | SLASH);

/** Numbers, dates, times, addresses: a digit first, and nothing that could end a value or begin a comment. */
const TYPED = /^\d[\d.,:/ TZ+-]*$/;
/** A plain URL, as in Referer and Origin, and of services that settings name. */
const PLAIN_URL = /^(?:https?|wss?|ldaps?|imaps?|smtps?):\/\/[\w.:-]+(?:\/[\w/.=&?:,@+~#-]*)?$/;

/** What base64 decodes to is read before, where it is text. */
const BASE64 = /^[A-Za-z0-9+/_-]{24,}={0,2}$/;
/** A query string inside a value, of names and bland values. */
const PLAIN_PAIRS = /^[\w.-]+=[\w.-]*(?:&[\w.-]+=[\w.-]*)*&?$/;
/** An ordinary User-Agent: products with versions and comments, without what an injection needs. */
const PLAIN_AGENT = /^[A-Za-z][\w.-]*\/\d[\w.]*(?: (?:[\w./:;,+-]+|\([\w .,;:/+@~-]*\)))*$/;

/** True where the model judges values of this kind and name. */
export function isScoredPlace(kind: ValueKind, name: string): boolean {
  if (!SCORED_KINDS.has(kind)) return false;
  if (kind !== "header") return true;
  return !GRAMMATICAL_FIELDS.has(name) && !name.startsWith("sec-") && !name.startsWith("accept-") &&
    !name.startsWith("if-");
}

/**
 * False where the value cannot be an attack by its characters alone.
 * [SECURITY] Whatever its place: what is remembered as clean in one place is so in every other.
 */
export function isWorthScoring(value: string, mask: number = charMask(value)): boolean {
  if ((mask & NEVER) === 0 && ((mask & SLASH) === 0 || !value.includes(".."))) return false;
  return !isPlain(value);
}

/** True where a cheap grammar explains the whole of a text: a number, a URL, pairs, a user agent, random base64. */
export function isPlain(text: string): boolean {
  if (text.includes("--")) return false;
  return TYPED.test(text) || PLAIN_URL.test(text) || PLAIN_PAIRS.test(text) || BASE64.test(text) ||
    PLAIN_AGENT.test(text);
}
