import { BLANK, OTHER, SPARE_BLANK } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** `1+union+select` → `1 union select`: form encoding inside a value that was decoded before. */
export const plusToSpace: Transformation = {
  name: "plus-to-space",
  summary: "form encoding of the blank: union+select → union select",
  needs: OTHER,
  adds: BLANK,
  kindsAfter: (kinds) => kinds | BLANK | SPARE_BLANK,
  mayRaiseCase: false,
  apply: (text) => text.replaceAll("+", " "),
};
