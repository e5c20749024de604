import { Buffer } from "node:buffer";
import { bytesToText } from "../body/byte_text.ts";
import { UPPER } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** Shorter runs are words. */
const MIN_RUN = 14;
/** [SECURITY] One NUL in a payload does not make bytes of it; binary data hold more of them. */
const MAX_NULS = 1;

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
      const run = text.slice(at, end);
      const decoded = decodeRun(run) ?? afterSlash(run);
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
function afterSlash(run: string): string | null {
  const decoded = run.startsWith("/") ? decodeRun(run.slice(1)) : null;
  return decoded === null ? null : `/${decoded}`;
}

/** Where the next run begins that is long enough, or -1. Looks where it would end first: most words are shorter. */
function nextRun(text: string, from: number): number {
  let start = from;
  for (let last = from + MIN_RUN - 1; last < text.length;) {
    let at = last;
    while (at >= start && isDigit(text.charCodeAt(at))) at--;
    if (at < start) return start;
    start = at + 1;
    last = at + MIN_RUN;
  }
  return -1;
}

/** Behind the last character of the base64 or base64url alphabet that follows `at` without a gap. */
function endOfRun(text: string, at: number): number {
  let end = at;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end;
}

const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  return /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code)) ? 1 : 0;
});

function isDigit(code: number): boolean {
  return code < 128 && DIGITS[code] === 1;
}

function decodeRun(run: string): string | null {
  if (!/[A-Z]/.test(run) || run.length % 4 === 1) return null;
  const bytes = Buffer.from(run, "base64").toString("latin1");
  const text = bytesToText(bytes);
  // deno-lint-ignore no-control-regex -- control characters are what tells text from binary
  if (/[\x01-\x08\x0e-\x1f\x7f]/.test(text) || text.split("\0").length - 1 > MAX_NULS) return null;
  // A byte string that is no UTF-8 is no text.
  return text === bytes && /[\x80-\xff]/.test(bytes) ? null : text;
}
