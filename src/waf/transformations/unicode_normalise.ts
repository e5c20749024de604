import { HIGH } from "../text/char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** Look-alikes that databases and browsers fold to ASCII and NFKC leaves alone. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  "\u2018": "'",
  "\u2019": "'",
  "\u201a": "'",
  "\u2032": "'",
  "\u02b9": "'",
  "\u02bc": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u2033": '"',
  "\u2039": "<",
  "\u203a": ">",
  "\u3008": "<",
  "\u3009": ">",
  "\u2329": "<",
  "\u232a": ">",
  "\u2215": "/",
  "\u2044": "/",
  "\u2216": "\\",
  "\u0131": "i",
  "\u017f": "s",
};
const LOOKALIKE =
  /[\u2018\u2019\u201a\u2032\u02b9\u02bc\u201c\u201d\u2033\u2039\u203a\u3008\u3009\u2329\u232a\u2215\u2044\u2216\u0131\u017f]/g;
/** Characters that show nothing and split words: soft hyphen, zero width, direction marks, BOM. */
const INVISIBLE = /[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;

/** NFKC with fullwidth forms, look-alikes of quotes and brackets, and without invisible characters. */
export const unicodeNormalise: Transformation = {
  name: "unicode",
  summary:
    "fullwidth and compatibility forms, look-alikes, invisible characters: \uff1cscript\uff1e → <script>",
  needs: HIGH,
  mayRaiseCase: true,
  apply: (text) =>
    text.replace(INVISIBLE, "").replace(LOOKALIKE, (char) => LOOKALIKES[char] ?? char).normalize("NFKC"),
};
