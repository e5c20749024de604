import { Buffer } from "node:buffer";
import { utf8Text } from "../body/byte_text.ts";
import { UPPER } from "../text/char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** Shorter runs are words. */
const MIN_RUN = 14;
/** [SECURITY] One NUL in a payload does not make bytes of it; binary data hold more of them. */
const MAX_NULLS = 1;

/** Every run of base64 (one with a capital, as nearly all have) that decodes to text is replaced by that text. */
export const base64Decode: Transformation = {
  name: "base64",
  summary: "base64 and base64url where they decode to text: PHNjcmlwdD5hbGVydCgxKQ== → <script>alert(1)",
  needs: UPPER,
  minChars: MIN_RUN,
  mayRaiseCase: true,
  apply(text) {
    let out = "";
    let kept = 0;
    // [SECURITY] Every run, however many: a bound on them would hide a payload behind as many decoys.
    for (let at = nextRun(text, 0); at >= 0;) {
      const end = endOfRun(text, at);
      const padded = text[end] === "=" ? (text[end + 1] === "=" ? end + 2 : end + 1) : end;
      const decoded = decodeRun(text, at, end) ?? afterSlash(text, at, end);
      if (decoded !== null) {
        out += text.slice(kept, at) + decoded;
        kept = padded;
      }
      at = nextRun(text, padded);
    }
    return kept === 0 ? text : out + text.slice(kept);
  },
};

/** In a path the slash before a run reads as its first character. */
function afterSlash(text: string, from: number, to: number): string | null {
  const decoded = text.charCodeAt(from) === SLASH ? decodeRun(text, from + 1, to) : null;
  return decoded === null ? null : `/${decoded}`;
}

const SLASH = 0x2f;

/** Where the next run begins that is long enough, or -1. Looks where it would end first: most words are shorter. */
function nextRun(text: string, from: number): number {
  let start = from;
  for (let last = from + MIN_RUN - 1; last < text.length;) {
    let at = last;
    while (at >= start && digitOf(text.charCodeAt(at)) >= 0) at--;
    if (at < start) return start;
    start = at + 1;
    last = at + MIN_RUN;
  }
  return -1;
}

/** Behind the last character of the base64 or base64url alphabet that follows `at` without a gap. */
function endOfRun(text: string, at: number): number {
  let end = at;
  while (end < text.length && digitOf(text.charCodeAt(end)) >= 0) end++;
  return end;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
/** What a character counts in base64 or base64url, by its code; negative: it is none of them. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => {
  const place = ALPHABET.indexOf(String.fromCharCode(code));
  return place < 64 ? place : place - 2;
});

function digitOf(code: number): number {
  return code < 128 ? DIGITS[code]! : -1;
}

const usualBytes = Buffer.alloc(4096);

/**
 * The text that a run stands for; null: it is none. Most runs are words or bytes of something else, of which the first
 * few tell, so that they are not decoded to their end.
 */
function decodeRun(text: string, from: number, to: number): string | null {
  const digits = to - from;
  if (digits % 4 === 1 || !hasCapital(text, from, to)) return null;
  const length = (digits * 3) >> 2;
  const bytes = length <= usualBytes.length ? usualBytes : Buffer.alloc(length);
  let all = 0;
  let nulls = 0;
  let pending = 0;
  let bits = 0;
  for (let i = from, at = 0; i < to; i++) {
    pending = (pending << 6) | digitOf(text.charCodeAt(i));
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (pending >> bits) & 0xff;
    if (byte === 0 ? ++nulls > MAX_NULLS : isControl(byte)) return null;
    all |= byte;
    bytes[at++] = byte;
  }
  // A byte string that is no UTF-8 is no text.
  return all < 0x80 ? bytes.toString("latin1", 0, length) : utf8Text(bytes.subarray(0, length));
}

function hasCapital(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x41 && code <= 0x5a) return true;
  }
  return false;
}

/** Control characters but white space and NUL are what tells bytes from text. */
function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && (byte < 9 || byte > 13));
}
