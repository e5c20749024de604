// deno-lint-ignore-file no-control-regex -- databases take control characters for blanks
import { TextBytes } from "../../lib/text_bytes.ts";
import { ANY, BLANK, CONTROL, HIGH, SPARE_BLANK, WHITE } from "../text/char_mask.ts";
import { CharWriter } from "./char_writer.ts";
import type { Transformation } from "./transformation.ts";

/**
 * Runs of white space, the no-break space included, become one blank. So do control characters: SQL Server and Oracle
 * skip them between words. Backspace and DEL are left, rules look for what an escape made of them.
 */
export const compressWhitespace: Transformation = {
  name: "compress-whitespace",
  summary: "runs of white space become one blank: union\\n\\tselect → union select",
  needs: SPARE_BLANK | WHITE | CONTROL | HIGH,
  adds: BLANK,
  kindsAfter: (kinds) => (kinds & ~WHITE) | BLANK | SPARE_BLANK,
  keepsLiterals: (input, output, kinds) => (kinds & (HIGH | CONTROL)) === 0 && output.length === input.length,
  mayRaiseCase: false,
  apply(text, kinds = ANY) {
    if ((kinds & HIGH) === 0 && text.length <= line.mostChars) return compressAscii(text);
    const writer = new CharWriter(text);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code < TABLE_CODES ? IS_BLANK[code] === 0 : code !== BOM) continue;
      if (!isBlank(text, at)) continue;
      const from = at;
      do at++; while (at < text.length && isBlank(text, at));
      if (at > from + 1 || text.charCodeAt(from) !== 0x20) writer.replaceByCode(from, at, 0x20);
    }
    return writer.finish();
  },
};

const line = new TextBytes(4096);

/**
 * The same for ASCII, several times faster. No branch depends on where words end, which would be guessed wrong; but up
 * to the first blank that is dropped every character stays in its place.
 */
function compressAscii(text: string): string {
  line.read(text);
  const { bytes } = line;
  let changed = 0;
  let wasBlank = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const code = bytes[at]!;
    const blank = IS_BLANK[code]!;
    if ((blank & wasBlank) !== 0) break;
    const output = WITH_BLANKS[code]!;
    bytes[at] = output;
    changed |= output ^ code;
    wasBlank = blank;
  }
  let length = at;
  for (; at < text.length; at++) {
    const code = bytes[at]!;
    const blank = IS_BLANK[code]!;
    bytes[length] = WITH_BLANKS[code]!;
    length += 1 - (blank & wasBlank);
    wasBlank = blank;
  }
  return changed !== 0 || length < text.length ? line.text(length) : text;
}

const WHITE_SPACE = /[\s\x01-\x07\x0e-\x1f\x85]/;
/** Beyond these codes none is blank but the BOM. */
const TABLE_CODES = 0x3001;
const BOM = 0xfeff;
const IS_BLANK = Uint8Array.from({ length: TABLE_CODES }, (_, code) => {
  return WHITE_SPACE.test(String.fromCharCode(code)) ? 1 : 0;
});
/** Every code of a byte, and a blank for what counts as one. */
const WITH_BLANKS = Uint8Array.from({ length: 256 }, (_, code) => IS_BLANK[code] === 1 ? 0x20 : code);

/**
 * [SECURITY] 0x85 and 0xA0 behind 0xC0 or 0xC1 are the second byte of ASCII in overlong UTF-8, which is decoded further
 * on.
 */
function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= TABLE_CODES) return code === BOM;
  if (IS_BLANK[code] === 0) return false;
  return (code !== 0x85 && code !== 0xa0) || (text.charCodeAt(at - 1) | 1) !== 0xc1;
}
