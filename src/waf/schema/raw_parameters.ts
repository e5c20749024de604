import { bytesToText } from "../body/byte_text.ts";
import { decodeForm } from "../body/urlencoded.ts";

/** Pairs of a query, a form or a Cookie field that are looked at; more is a fault of its own. */
export const MOST_PAIRS = 1_000;

/** Names, decoded, with the texts of their values as sent. */
export type RawPairs = ReadonlyMap<string, readonly string[]>;

/** `a=1&b=%27`; null where there are more pairs than anybody needs. `text` is a byte string. */
export function queryPairs(text: string): RawPairs | null {
  return pairsOf(text.split("&", MOST_PAIRS + 1), decodeForm);
}

/** `a=1; b=2` of Cookie fields. */
export function cookiePairs(text: string): RawPairs | null {
  return pairsOf(text.split(";", MOST_PAIRS + 1).map((pair) => pair.trim()), bytesToText);
}

function pairsOf(texts: readonly string[], nameOf: (text: string) => string): RawPairs | null {
  if (texts.length > MOST_PAIRS) return null;
  const pairs = new Map<string, string[]>();
  for (const text of texts) {
    if (text === "") continue;
    const equals = text.indexOf("=");
    const name = nameOf(equals < 0 ? text : text.slice(0, equals));
    const value = equals < 0 ? "" : text.slice(equals + 1);
    const known = pairs.get(name);
    if (known === undefined) pairs.set(name, [value]);
    else known.push(value);
  }
  return pairs;
}

/** The text of a path's segment (RFC 3986, 2.1); broken escapes stay as they are. */
export function decodeSegment(text: string): string {
  if (!text.includes("%")) return bytesToText(text);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
