import { urlDecodeOnce } from "../transformations/url_decode.ts";
import { bytesToText } from "./byte_text.ts";
import { MAX_VALUES, type ValueSink } from "./sink.ts";

/**
 * `a=1&b=%27x` → one `arg` and one `arg-name` a pair, decoded once as an application does. `text` is a byte string.
 * Pairs beyond the limit are handed out as one text, so that they are inspected all the same.
 */
export function readPairs(text: string, sink: ValueSink): void {
  let count = 0;
  let at = 0;
  while (at <= text.length) {
    let end = text.indexOf("&", at);
    if (end < 0) end = text.length;
    if (end > at) {
      if (++count > MAX_VALUES) {
        sink.anomaly("too-many-values");
        sink.value("arg", "", decodeForm(text.slice(at)));
        return;
      }
      readPair(text, at, end, sink);
    }
    at = end + 1;
  }
}

function readPair(text: string, from: number, to: number, sink: ValueSink): void {
  const equals = text.indexOf("=", from);
  const split = equals < 0 || equals > to ? to : equals;
  const name = decodeForm(text.slice(from, split));
  sink.value("arg-name", name, name);
  if (split + 1 < to) sink.value("arg", name, decodeForm(text.slice(split + 1, to)));
}

/** Percent-decoding once, plus as blank, bytes as UTF-8 where they are. */
export function decodeForm(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? urlDecodeOnce(spaced) : bytesToText(spaced);
}

/** An address: the parameters of its query are values of their own, as they were in the request that it names. */
export function readReferer(value: string, sink: ValueSink): void {
  const query = value.indexOf("?");
  if (query < 0 || !value.includes("=", query)) return sink.value("header", "referer", bytesToText(value));
  sink.value("header", "referer", bytesToText(value.slice(0, query)));
  readPairs(value.slice(query + 1), {
    value: (_kind, _name, each) => sink.value("header", "referer", each),
    undecoded: () => undefined,
    anomaly: (name) => sink.anomaly(name),
  });
}

/** `a=1; b=2` of a Cookie field: values are not decoded, rules do that by `url-decode`. */
export function readCookies(text: string, sink: ValueSink): void {
  let count = 0;
  for (let at = 0; at < text.length;) {
    let end = text.indexOf(";", at);
    if (end < 0 || ++count > MAX_VALUES) end = text.length;
    const equals = text.indexOf("=", at);
    const split = equals < 0 || equals > end ? end : equals;
    const name = text.slice(at, split).trim();
    if (name !== "") sink.value("cookie-name", name, name);
    const value = unquote(text.slice(split + 1, end).trim());
    if (value !== "") sink.value("cookie", name, bytesToText(value));
    at = end + 1;
  }
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
