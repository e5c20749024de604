import { blanksForPluses } from "../transformations/plus_to_space.ts";
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
  const spaced = blanksForPluses(text);
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
    const written = text.slice(split + 1, end).trim();
    const value = unquote(written);
    if (value !== "") sink.value("cookie", name, bytesToText(value));
    if (written.charCodeAt(0) === QUOTE) readQuoted(name, text, split + 1, sink);
    at = end + 1;
  }
}

const QUOTE = 0x22;
const QUOTED = /\s*"((?:[^"\\]|\\.)*)"/y;

/**
 * [SECURITY] Python (`http.cookies`, so Flask and Django) reads a quoted value to its end, semicolons and all, `\x` in
 * it as `x` and `\ooo` as an octal number. Where that differs from what is cut at semicolons it is a value as well.
 */
function readQuoted(name: string, text: string, from: number, sink: ValueSink): void {
  QUOTED.lastIndex = from;
  const written = QUOTED.exec(text)?.[1] ?? "";
  if (!/[;\\]/.test(written)) return;
  const read = written.replace(/\\(?:([0-3][0-7]{2})|(.))/g, (_, octal: string | undefined, char: string) => {
    return octal === undefined ? char : String.fromCharCode(parseInt(octal, 8));
  });
  sink.value("cookie", name, bytesToText(read));
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
