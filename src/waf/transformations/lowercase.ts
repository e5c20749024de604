import { TextBytes } from "../../lib/text_bytes.ts";
import { ANY, HIGH, LOWER, UPPER } from "../text/char_mask.ts";
import { CharWriter } from "./char_writer.ts";
import type { Transformation } from "./transformation.ts";

/**
 * [SECURITY] 0xC0 or 0xC1 before a continuation byte is ASCII in overlong UTF-8 (RFC 3629, section 10), no letter: in
 * lower case nothing further on could tell.
 */
const OVERLONG_LEAD = /[\xc0\xc1](?=[\x80-\xbf])/g;

/** Lower case; every regex and phrase is matched against it, whether the rule lists it or not. */
export const lowercase: Transformation = {
  name: "lowercase",
  summary: "lower case: UNION → union",
  needs: UPPER | HIGH,
  adds: LOWER,
  kindsAfter: (kinds) => (kinds & HIGH) === 0 ? (kinds & ~UPPER) | LOWER : kinds | LOWER,
  keepsLiterals: (_input, _output, kinds) => (kinds & HIGH) === 0,
  mayRaiseCase: false,
  apply(text, kinds = ANY) {
    if ((kinds & HIGH) === 0) return text.toLowerCase();
    OVERLONG_LEAD.lastIndex = 0;
    if (!OVERLONG_LEAD.test(text)) return text.toLowerCase();
    const isNarrow = text.length <= line.mostChars && line.read(text, false);
    return isNarrow ? bytesWithLeads(text.length) : withLeads(text);
  },
};

const line = new TextBytes(4096);
/** Small letters of Latin-1 by the code of either; every capital of it has one in it. */
const SMALL = Uint8Array.from(
  { length: 256 },
  (_, code) => String.fromCharCode(code).toLowerCase().charCodeAt(0),
);

/** The same as `withLeads` for the bytes that `line` has read: who sends overlong UTF-8 sends thousands of leads. */
function bytesWithLeads(length: number): string {
  const { bytes } = line;
  for (let i = 0; i < length; i++) {
    const code = bytes[i]!;
    const isLead = (code | 1) === 0xc1 && i + 1 < length && (bytes[i + 1]! & 0xc0) === 0x80;
    if (!isLead) bytes[i] = SMALL[code]!;
  }
  return line.text(length);
}

/** The text in lower case but for its leads; the pattern stands behind the first. */
function withLeads(text: string): string {
  const writer = new CharWriter(text);
  let kept = 0;
  do {
    const at = OVERLONG_LEAD.lastIndex - 1;
    if (at > kept) writer.replace(kept, at, text.slice(kept, at).toLowerCase());
    kept = at + 1;
  } while (OVERLONG_LEAD.test(text));
  writer.replace(kept, text.length, text.slice(kept).toLowerCase());
  return writer.finish();
}
