import { BACKSLASH } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

const ESCAPE = /\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|([^0-9a-fA-F\r\n\f]))/g;

/** Escapes of CSS: `\65 xpression` → `expression`, `\j` → `j`. */
export const cssEscapes: Transformation = {
  name: "css-escapes",
  summary: "escapes of style sheets: ja\\vascript, \\6a avascript → javascript",
  needs: BACKSLASH,
  mayRaiseCase: true,
  apply: (text) =>
    text.replace(ESCAPE, (found, hex?: string, char?: string) => {
      if (hex === undefined) return char!;
      const code = parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : found;
    }),
};
