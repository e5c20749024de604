import { BACKSLASH } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

const ESCAPE =
  /\\(?:u\{0*([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3})|([abfnrtv'"`\/\\]))/g;
const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Escapes of JavaScript strings, which are those of JSON, C and PHP too: `\x3c`, `\u003c`, `\u{3c}`, `\74`. */
export const jsEscapes: Transformation = {
  name: "js-escapes",
  summary: "escapes of JavaScript and C strings: \\x3cscript\\u003e → <script>",
  needs: BACKSLASH,
  mayRaiseCase: true,
  apply: (text) =>
    text.replace(
      ESCAPE,
      (found, long?: string, wide?: string, narrow?: string, octal?: string, letter?: string) => {
        if (letter !== undefined) return LETTERS[letter] ?? letter;
        const code = octal !== undefined ? parseInt(octal, 8) : parseInt((long ?? wide ?? narrow)!, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : found;
      },
    ),
};
