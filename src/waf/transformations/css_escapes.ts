import { BACKSLASH } from "../char_mask.ts";
import { CharWriter } from "./char_writer.ts";
import type { Transformation } from "./transformation.ts";

/** A number of a character with the blank that ends it, read where a backslash stands. */
const NUMBER = /\\([0-9a-fA-F]{1,6})[ \t\r\n\f]?/y;

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
      if (isHexadecimal(next)) {
        NUMBER.lastIndex = at;
        const code = parseInt(NUMBER.exec(text)![1]!, 16);
        end = NUMBER.lastIndex;
        if (code > 0 && code <= 0x10ffff) writer.replace(at, end, String.fromCodePoint(code));
      } else if (at + 1 < text.length && !isLineEnd(next)) writer.replaceByCode(at, end, next);
      else end = at + 1;
      at = text.indexOf("\\", end);
    }
    return writer.finish();
  },
};

function isHexadecimal(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0c || code === 0x0d;
}
