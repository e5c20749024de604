import { HIGH, LOWER, UPPER } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

/**
 * [SECURITY] 0xC0 or 0xC1 before a continuation byte is ASCII in overlong UTF-8 (RFC 3629, section 10), no letter: in
 * lower case nothing further on could tell. They wait as characters for private use.
 */
function keepOverlong(text: string): string {
  return text
    .replace(/\xc0(?=[\x80-\xbf])/g, "\uf8f0")
    .replace(/\xc1(?=[\x80-\xbf])/g, "\uf8f1")
    .toLowerCase()
    .replace(/\uf8f0/g, "\xc0")
    .replace(/\uf8f1/g, "\xc1");
}

const OVERLONG_LEAD = /[\xc0\xc1][\x80-\xbf]/;

/** Lower case; every regex and phrase is matched against it, whether the rule lists it or not. */
export const lowercase: Transformation = {
  name: "lowercase",
  summary: "lower case: UNION → union",
  needs: UPPER | HIGH,
  kindsAfter: (kinds) => (kinds & HIGH) === 0 ? (kinds & ~UPPER) | LOWER : kinds | LOWER,
  mayRaiseCase: false,
  apply: (text) => OVERLONG_LEAD.test(text) ? keepOverlong(text) : text.toLowerCase(),
};
