import { BACKSLASH } from "../text/char_mask.ts";
import { CharWriter } from "./char_writer.ts";
import { hexDigit } from "./hex_digit.ts";
import type { Transformation } from "./transformation.ts";

/** Escapes of CSS: `\65 xpression` → `expression`, `\j` → `j`. */
export const cssEscapes: Transformation = {
  name: "css-escapes",
  summary: "escapes of style sheets: ja\\vascript, \\6a avascript → javascript",
  needs: BACKSLASH,
  mayRaiseCase: true,
  apply(text) {
    const writer = new CharWriter(text);
    for (let at = text.indexOf("\\"); at >= 0;) {
      const next = text.charCodeAt(at + 1);
      let end = at + 2;
      if (hexDigit(next) >= 0) {
        let code = hexDigit(next);
        for (; end < at + 1 + MOST_DIGITS && hexDigit(text.charCodeAt(end)) >= 0; end++) {
          code = (code << 4) | hexDigit(text.charCodeAt(end));
        }
        if (isBlank(text.charCodeAt(end))) end++;
        if (code > 0 && code <= 0x10ffff) writer.replace(at, end, String.fromCodePoint(code));
      } else if (at + 1 < text.length && !isLineEnd(next)) writer.replaceByCode(at, end, next);
      else end = at + 1;
      at = text.indexOf("\\", end);
    }
    return writer.finish();
  },
};

const MOST_DIGITS = 6;

/** One of these ends a number and belongs to it. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || isLineEnd(code);
}

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0c || code === 0x0d;
}
