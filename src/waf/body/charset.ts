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
  const charset = (declared ?? "utf-8").trim().toLowerCase();
  if (charset === "utf-8" || charset === "utf8" || charset === "") return plain(utf8OrBytes(bytes));
  if (BYTE_CHARSETS.has(charset)) return plain(latin1(bytes));
  if (charset === "utf-16" || charset === "utf-16le" || charset === "ucs-2") return wide(bytes, "utf-16le");
  if (charset === "utf-16be") return wide(bytes, "utf-16be");
  if (charset === "utf-7" || charset === "unicode-1-1-utf-7") return unusual(decodeUtf7(latin1(bytes)));
  const isOdd = /^(?:x-)?(?:ibm|cp|ebcdic|utf-?(?:1|5|32|ebcdic))/.test(charset);
  return { text: utf8OrBytes(bytes), anomaly: isOdd ? "charset-unusual" : "charset-unknown" };
}

function byMark(bytes: Uint8Array): DecodedText | null {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return plain(utf8OrBytes(bytes.subarray(3)));
  if (a === 0xff && b === 0xfe) return wide(bytes.subarray(2), "utf-16le");
  if (a === 0xfe && b === 0xff) return wide(bytes.subarray(2), "utf-16be");
  if (a === 0x2b && b === 0x2f && c === 0x76) return unusual(decodeUtf7(latin1(bytes)));
  return null;
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
