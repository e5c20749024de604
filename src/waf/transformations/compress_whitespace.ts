// deno-lint-ignore-file no-control-regex -- databases take control characters for blanks
import { BLANK, CONTROL, HIGH, SPARE_BLANK, WHITE } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

/**
 * Runs of white space, the no-break space included, become one blank. So do control characters: SQL Server and Oracle
 * skip them between words. Backspace and DEL are left, rules look for what an escape made of them.
 */
export const compressWhitespace: Transformation = {
  name: "compress-whitespace",
  summary: "runs of white space become one blank: union\\n\\tselect → union select",
  needs: SPARE_BLANK | WHITE | CONTROL | HIGH,
  kindsAfter: (kinds) => kinds | BLANK | SPARE_BLANK,
  mayRaiseCase: false,
  apply(text) {
    if (!NEEDS_WORK.test(text)) return text;
    return text.replace(OVERLONG_BLANK.test(text) ? BLANKS_BUT_OVERLONG : OUT_OF_ORDER, " ");
  },
};

/** All of them but for a single blank, which most are. */
const OUT_OF_ORDER =
  /(?:[\x01-\x07\t-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]| [\s\x01-\x07\x0e-\x1f\x85\xa0])[\s\x01-\x07\x0e-\x1f\x85\xa0]*/g;
/** [SECURITY] 0x85 and 0xA0 may be the second byte of ASCII in overlong UTF-8, which is decoded further on. */
const OVERLONG_BLANK = /[\xc0\xc1][\x85\xa0]/;
const BLANKS_BUT_OVERLONG =
  /[\x01-\x07\t-\x1f \u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+|(?<![\xc0\xc1])[\x85\xa0]+/g;

const NEEDS_WORK = /[\x01-\x07\t-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]| {2}/;
