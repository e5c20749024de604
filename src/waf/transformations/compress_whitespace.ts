import { BLANK, HIGH, SPARE_BLANK, WHITE } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** Runs of white space, the no-break space included, become one blank. */
export const compressWhitespace: Transformation = {
  name: "compress-whitespace",
  summary: "runs of white space become one blank: union\\n\\tselect → union select",
  needs: SPARE_BLANK | WHITE | HIGH,
  kindsAfter: (kinds) => kinds | BLANK | SPARE_BLANK,
  mayRaiseCase: false,
  apply: (text) => NEEDS_WORK.test(text) ? text.replace(/[\s\x85\xa0]+/g, " ") : text,
};

const NEEDS_WORK = /[\t-\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]| {2}/;
