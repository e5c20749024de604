import { BLANK, HIGH, WHITE } from "../text/char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** All white space is dropped: for grammars that ignore it. */
export const removeWhitespace: Transformation = {
  name: "remove-whitespace",
  summary: "white space is dropped: java\\nscript : → javascript:",
  needs: BLANK | WHITE | HIGH,
  adds: 0,
  kindsAfter: (kinds) => kinds,
  mayRaiseCase: false,
  apply: (text) => text.replace(/[\s\x85\xa0]+/g, ""),
};
