import { ANY, BLANK, LOWER, PLAIN, UPPER } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

const NOISE_FREE = /[\\'"`^$]/;

/** What a shell strips before it looks for a command: quotes, backslashes, carets, `$IFS`, empty expansions. */
export const shellNormalise: Transformation = {
  name: "shell",
  summary: "quoting inside words of a shell: c'a't$IFS/etc/pa\\sswd → cat /etc/passwd",
  needs: ANY & ~(PLAIN | LOWER | UPPER),
  kindsAfter: (kinds) => kinds | BLANK,
  mayRaiseCase: false,
  apply(text) {
    if (!NOISE_FREE.test(text)) return text;
    return text
      .replace(/(?:\$\{ifs[^}\s]{0,12}\}|\$ifs\b)(?:\$[0-9@*])?/gi, " ")
      .replace(/\$(?:[@*0-9!?]|\{[@*0-9]\}|\(\)|'')/g, "")
      .replace(/\\\r?\n/g, "")
      .replace(/[\\'"^]|``/g, "");
  },
};
