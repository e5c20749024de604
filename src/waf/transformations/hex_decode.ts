import { DIGIT } from "../text/char_mask.ts";
import { bytesToText } from "../body/byte_text.ts";
import type { Transformation } from "./transformation.ts";

const LITERAL = /\b0x((?:[0-9a-fA-F]{2}){2,})\b|\bx'((?:[0-9a-fA-F]{2}){2,})'/gi;

/** Hexadecimal string literals as SQL reads them: `0x61646d696e`, `x'61646d'` → `admin`. */
export const hexDecode: Transformation = {
  name: "hex",
  summary: "hexadecimal string literals: 0x61646d696e → admin",
  needs: DIGIT,
  mayRaiseCase: true,
  apply: (text) =>
    text.replace(
      LITERAL,
      (found, prefixed?: string, quoted?: string) => decodeHex(prefixed ?? quoted!) ?? found,
    ),
};

/** The text of hexadecimal digits, or null where it would hold control characters. */
function decodeHex(hex: string): string | null {
  let bytes = "";
  for (let i = 0; i + 1 < hex.length; i += 2) {
    const code = parseInt(hex.slice(i, i + 2), 16);
    if (code < 0x20 && code !== 9 && code !== 10 && code !== 13) return null;
    bytes += String.fromCharCode(code);
  }
  return bytesToText(bytes);
}
