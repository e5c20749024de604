import { ANY, HIGH, LOWER, UPPER } from "../char_mask.ts";
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
  mayRaiseCase: false,
  apply(text, kinds = ANY) {
    if ((kinds & HIGH) === 0) return text.toLowerCase();
    OVERLONG_LEAD.lastIndex = 0;
    return OVERLONG_LEAD.test(text) ? withLeads(text) : text.toLowerCase();
  },
};

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
