import { TextBytes } from "../../lib/text_bytes.ts";
import { BLANK, OTHER, SPARE_BLANK } from "../text/char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** `1+union+select` → `1 union select`: form encoding inside a value that was decoded before. */
export const plusToSpace: Transformation = {
  name: "plus-to-space",
  summary: "form encoding of the blank: union+select → union select",
  needs: OTHER,
  adds: BLANK,
  kindsAfter: (kinds) => kinds | BLANK | SPARE_BLANK,
  mayRaiseCase: false,
  apply: blanksForPluses,
};

const PLUS = 0x2b;
const SPACE = 0x20;
const PART_CHARS = 4096;
const part = new TextBytes(PART_CHARS);

/** `text` with a blank for each plus. Byte by byte: text of a form has a plus for each word, too many to replace. */
export function blanksForPluses(text: string): string {
  if (!text.includes("+")) return text;
  let out = "";
  for (let from = 0; from < text.length; from += PART_CHARS) {
    const chars = text.length <= PART_CHARS ? text : text.slice(from, from + PART_CHARS);
    out += part.read(chars) ? withBlanks(chars.length) : chars.replaceAll("+", " ");
  }
  return out;
}

/** Of what `part` has read. */
function withBlanks(length: number): string {
  const { bytes } = part;
  for (let i = 0; i < length; i++) {
    const code = bytes[i]!;
    bytes[i] = code === PLUS ? SPACE : code;
  }
  return part.text(length);
}
