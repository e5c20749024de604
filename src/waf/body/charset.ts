import { Buffer } from "node:buffer";
import type { Anomaly } from "../anomalies.ts";
import { utf8OrBytes } from "./byte_text.ts";

export interface DecodedText {
  readonly text: string;
  readonly anomaly: Anomaly | null;
}

const BYTE_CHARSETS = new Set([
  "iso-8859-1",
  "latin1",
  "l1",
  "windows-1252",
  "cp1252",
  "us-ascii",
  "ascii",
  "iso-8859-15",
]);

/**
 * The text of a body by its byte order mark or its declared charset. Where neither says anything: UTF-8 if it is
 * valid, else one character a byte.
 */
export function decodeText(bytes: Uint8Array, declared: string | null): DecodedText {
  const marked = byMark(bytes);
  if (marked !== null) return marked;
  const charset = nameOf(declared ?? "utf-8");
  if (charset === "utf-8" || charset === "utf8" || charset === "") return plain(utf8OrBytes(bytes));
  if (BYTE_CHARSETS.has(charset)) return plain(latin1(bytes));
  if (charset === "utf-16" || charset === "utf-16le" || charset === "ucs-2") return wide(bytes, "utf-16le");
  if (charset === "utf-16be") return wide(bytes, "utf-16be");
  if (charset === "utf-7" || charset === "unicode-1-1-utf-7") return unusual(decodeUtf7(latin1(bytes)));
  return { text: utf8OrBytes(bytes), anomaly: hidesAscii(charset) ? "charset-unusual" : "charset-unknown" };
}

/** As Python and Java look names up: in any case, `_` for `-`, whatever quotes are around. */
function nameOf(declared: string): string {
  return declared.trim().toLowerCase().replaceAll("_", "-").replace(/^'(.*)'$/, "$1");
}

/** In these a byte of ASCII is that character, wherever no lead byte stands before it. */
const ASCII_BASED =
  /^(?:utf-?8[a-z0-9-]*|(?:iso-?)?8859-?\d+(?:-[a-z])?|iso-?ir-?100|latin-?\d|l\d|(?:windows|x-cp|cp|win)-?(?:125\d|874|932|936|949|950|31j)|tis-?620|gb-?(?:2312|18030)|gbk?|big5[a-z-]*|s(?:hift-?)?jis|euc-?[a-z]+|ks-c-5601-1987|ksc5601|iso646-us|ansi-x3\.4-1968|ansi|cs[a-z]*latin\d)$/;
/** Names of the others hold the number of a page, or one of these words. */
const CODEC = /\d|ebcdic|utf|ucs|unicode|escape|punycode|idna|jis|compound|^hz/;

/**
 * [SECURITY] Django and servlets decode a form by whatever charset the client names, and know hundreds (`037` and `u7`
 * without any prefix, `unicode_escape`, `hz`): so a page that is not known to leave ASCII alone hides it.
 */
function hidesAscii(charset: string): boolean {
  return !ASCII_BASED.test(charset) && CODEC.test(charset);
}

function byMark(bytes: Uint8Array): DecodedText | null {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return plain(utf8OrBytes(bytes.subarray(3)));
  if (a === 0xff && b === 0xfe) return wide(bytes.subarray(2), "utf-16le");
  if (a === 0xfe && b === 0xff) return wide(bytes.subarray(2), "utf-16be");
  if (a === 0x2b && b === 0x2f && c === 0x76) return unusual(decodeUtf7(latin1(bytes)));
  return withoutMark(bytes);
}

/** What JSON and XML begin with: `<`, `{`, `[` and a quote. */
const OPENING = new Set([0x3c, 0x7b, 0x5b, 0x22]);

/**
 * [SECURITY] Parsers of JSON (Python) and XML (all) know UTF-16, UTF-32 and EBCDIC without mark or declaration by where
 * the zeros stand (RFC 4627, 3; XML 1.0, F.1).
 */
function withoutMark(bytes: Uint8Array): DecodedText | null {
  const [a, b, c, d] = bytes;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  if (OPENING.has(a) && b === 0 && d === 0) {
    return c === 0 ? unusual(latin1(bytes)) : isText(c) ? wide(bytes, "utf-16le") : null;
  }
  if (a === 0 && c === 0 && isText(d) && OPENING.has(b)) return wide(bytes, "utf-16be");
  if (a === 0 && b === 0 && c === 0 && OPENING.has(d)) return unusual(latin1(bytes));
  // `<?xm` of EBCDIC.
  return a === 0x4c && b === 0x6f && c === 0xa7 && d === 0x94 ? unusual(latin1(bytes)) : null;
}

function isText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
}

const XML_DECLARATION = /^\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})/i;

/**
 * What the declaration of an XML text that could be read says of its charset. UTF-16 and its kin cannot be meant then:
 * .NET writes so what it sends as UTF-8.
 */
export function anomalyOfXml(text: string): Anomaly | null {
  const declared = nameOf(XML_DECLARATION.exec(text)?.[1] ?? "");
  return hidesAscii(declared) && !/^(?:utf-?(?:16|32)|ucs|unicode$)/.test(declared)
    ? "charset-unusual"
    : null;
}

function plain(text: string): DecodedText {
  return { text, anomaly: null };
}

function unusual(text: string): DecodedText {
  return { text, anomaly: "charset-unusual" };
}

function wide(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): DecodedText {
  return unusual(new TextDecoder(encoding).decode(bytes));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** RFC 2152: `+ADw-script+AD4-` → `<script>`. */
export function decodeUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_, run: string) => {
    if (run === "") return "+";
    const bytes = Buffer.from(run, "base64");
    let out = "";
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      out += String.fromCharCode((bytes[i]! << 8) | bytes[i + 1]!);
    }
    return out;
  });
}
