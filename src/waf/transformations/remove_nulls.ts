import { NUL, SPARE_BLANK } from "../text/char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** NUL characters are dropped, as C code that copies around them does. */
export const removeNulls: Transformation = {
  name: "remove-nulls",
  summary: "NUL characters: <scr\\0ipt> → <script>",
  needs: NUL,
  adds: 0,
  kindsAfter: (kinds) => kinds | SPARE_BLANK,
  mayRaiseCase: false,
  apply: (text) => text.replaceAll("\0", ""),
};
