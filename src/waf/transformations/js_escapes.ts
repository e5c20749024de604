import { BACKSLASH } from "../text/char_mask.ts";
import { CharWriter } from "./char_writer.ts";
import { hexDigit } from "./hex_digit.ts";
import type { Transformation } from "./transformation.ts";

/** By the code of the letter behind the backslash, that of the character; 0: it has no such meaning. */
const LETTERS = new Uint8Array(128);
for (
  const [letter, char] of ["a\x07", "b\b", "f\f", "n\n", "r\r", "t\t", "v\v", "''", '""', "``", "//", "\\\\"]
) {
  LETTERS[letter!.charCodeAt(0)] = char!.charCodeAt(0);
}
const LONG = /u\{0*([0-9a-fA-F]{1,6})\}/y;

/** Escapes of JavaScript strings, which are those of JSON, C and PHP too: `\x3c`, `\u003c`, `\u{3c}`, `\74`. */
export const jsEscapes: Transformation = {
  name: "js-escapes",
  summary: "escapes of JavaScript and C strings: \\x3cscript\\u003e → <script>",
  needs: BACKSLASH,
  mayRaiseCase: true,
  apply(text) {
    const writer = new CharWriter(text);
    for (let at = text.indexOf("\\"); at >= 0;) {
      const code = text.charCodeAt(at + 1);
      const letter = code < 128 ? LETTERS[code]! : 0;
      let end = at + 2;
      if (letter !== 0) writer.replaceByCode(at, end, letter);
      else if (code === SMALL_X || code === SMALL_U || isOctal(code)) end = replaceNumbered(text, at, writer);
      else end = at + 1;
      at = text.indexOf("\\", end);
    }
    return writer.finish();
  },
};

const SMALL_X = 0x78;
const SMALL_U = 0x75;
const BRACE = 0x7b;

/** Writes the character whose number is escaped at `at`, if one is, and returns where to go on. */
function replaceNumbered(text: string, at: number, writer: CharWriter): number {
  const kind = text.charCodeAt(at + 1);
  if (kind === SMALL_U && text.charCodeAt(at + 2) === BRACE) return replaceLong(text, at, writer);
  const isHex = kind === SMALL_X || kind === SMALL_U;
  const from = isHex ? at + 2 : at + 1;
  let end = from;
  let code = 0;
  for (const most = from + (kind === SMALL_X ? 2 : kind === SMALL_U ? 4 : 3); end < most; end++) {
    const digit = isHex ? hexDigit(text.charCodeAt(end)) : text.charCodeAt(end) - 0x30;
    // Of octal digits there may be fewer.
    if (!(digit >= 0 && (isHex || digit < 8))) {
      if (isHex) return at + 1;
      break;
    }
    code = isHex ? (code << 4) | digit : (code << 3) | digit;
  }
  writer.replaceByCode(at, end, code);
  return end;
}

/** `\u{27}` */
function replaceLong(text: string, at: number, writer: CharWriter): number {
  LONG.lastIndex = at + 1;
  const found = LONG.exec(text);
  const code = found === null ? Infinity : parseInt(found[1]!, 16);
  if (code > 0x10ffff) return at + 1;
  writer.replace(at, LONG.lastIndex, String.fromCodePoint(code));
  return LONG.lastIndex;
}

function isOctal(code: number): boolean {
  return code >= 0x30 && code <= 0x37;
}
