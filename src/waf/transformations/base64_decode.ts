import { Buffer } from "node:buffer";
import { bytesToText } from "../body/byte_text.ts";
import { UPPER } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** A run that can be base64 or base64url; shorter ones are words. */
const RUN = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
/** Runs that are decoded in one value; more is a file, and files have their own target. */
const MAX_RUNS = 32;

/** Every run of base64 (one with a capital, as nearly all have) that decodes to text is replaced by that text; all else stays as it is. */
export const base64Decode: Transformation = {
  name: "base64",
  summary: "base64 and base64url where they decode to text: PHNjcmlwdD5hbGVydCgxKQ== → <script>alert(1)",
  needs: UPPER,
  minChars: 16,
  mayRaiseCase: true,
  apply(text) {
    let runs = 0;
    return text.replace(RUN, (run) => ++runs > MAX_RUNS ? run : decodeRun(run) ?? afterSlash(run) ?? run);
  },
};

/** In a path the slash before the run reads as its first character. */
function afterSlash(run: string): string | null {
  const decoded = run.startsWith("/") ? decodeRun(run.slice(1)) : null;
  return decoded === null ? null : `/${decoded}`;
}

function decodeRun(run: string): string | null {
  if (!/[A-Z]/.test(run) || run.replace(/=+$/, "").length % 4 === 1) return null;
  const bytes = Buffer.from(run, "base64").toString("latin1");
  const text = bytesToText(bytes);
  // deno-lint-ignore no-control-regex -- control characters are what tells text from binary
  if (/[\x00-\x08\x0e-\x1f\x7f]/.test(text)) return null;
  // A byte string that is no UTF-8 is no text.
  return text === bytes && /[\x80-\xff]/.test(bytes) ? null : text;
}
