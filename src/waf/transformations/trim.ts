import { HIGH, SPARE_BLANK, WHITE } from "../text/char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** White space at both ends is dropped, so that `^` and `$` of a pattern stand at the first and last character. */
export const trim: Transformation = {
  name: "trim",
  summary: "white space at both ends: ' 1 or 1=1 ' → '1 or 1=1'",
  needs: SPARE_BLANK | WHITE | HIGH,
  adds: 0,
  kindsAfter: (kinds) => kinds,
  isCut: true,
  mayRaiseCase: false,
  apply: (text) => text.trim(),
};
