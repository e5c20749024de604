import { HIGH, LOWER, UPPER } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** Lower case; every regex and phrase is matched against it, whether the rule lists it or not. */
export const lowercase: Transformation = {
  name: "lowercase",
  summary: "lower case: UNION → union",
  needs: UPPER | HIGH,
  kindsAfter: (kinds) => (kinds & HIGH) === 0 ? (kinds & ~UPPER) | LOWER : kinds | LOWER,
  mayRaiseCase: false,
  apply: (text) => text.toLowerCase(),
};
