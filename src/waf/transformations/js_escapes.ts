import { BACKSLASH } from "../char_mask.ts";
import { CharWriter } from "./char_writer.ts";
import type { Transformation } from "./transformation.ts";

const NUMBER = /\\(?:u\{0*([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3}))/y;
const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "'": "'",
  '"': '"',
  "`": "`",
  "/": "/",
  "\\": "\\",
};

/** Escapes of JavaScript strings, which are those of JSON, C and PHP too: `\x3c`, `\u003c`, `\u{3c}`, `\74`. */
export const jsEscapes: Transformation = {
  name: "js-escapes",
  summary: "escapes of JavaScript and C strings: \\x3cscript\\u003e → <script>",
  needs: BACKSLASH,
  mayRaiseCase: true,
  apply(text) {
    const writer = new CharWriter(text);
    for (let at = text.indexOf("\\"); at >= 0;) {
      const letter = LETTERS[text.charAt(at + 1)];
      let end = at + 2;
      let char = letter ?? null;
      if (letter === undefined) {
        char = numbered(text, at);
        end = char === null ? at + 1 : NUMBER.lastIndex;
      }
      if (char !== null) writer.replace(at, end, char);
      at = text.indexOf("\\", end);
    }
    return writer.finish();
  },
};

/** The character whose number is escaped at `at`; null: none is. */
function numbered(text: string, at: number): string | null {
  NUMBER.lastIndex = at;
  const found = NUMBER.exec(text);
  if (found === null) return null;
  const [, long, wide, narrow, octal] = found;
  const code = octal !== undefined ? parseInt(octal, 8) : parseInt((long ?? wide ?? narrow)!, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}
