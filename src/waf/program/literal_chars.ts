const BLANK = 0x20;
const DIGIT = 0x30;

/**
 * The character that the one with `code` counts as where literals are looked for: capitals as small letters, white
 * space and everything outside ASCII as a blank, digits as 0. So `['"]\s?or \d` has few literals, and what it finds is
 * necessary all the same.
 */
export function literalChar(code: number): number {
  if (code >= 0x80 || (code >= 9 && code <= 13)) return BLANK;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  return code >= 0x41 && code <= 0x5a ? code + 32 : code;
}

/** ASCII `text` as a literal that is looked for. */
export function literalText(text: string): string {
  let out = "";
  for (let i = 0; i < text.length; i++) out += String.fromCharCode(literalChar(text.charCodeAt(i)));
  return out;
}

const LETTER_BITS = 4;
const BLANK_BITS = 2.5;
const MARK_BITS = 6;
const SIGN_BITS = 9;

/** How rare one of `literals` is in prose, in bits: of two sets the one with more tells more. None tell nothing. */
export function rarityOf(literals: readonly string[]): number {
  if (literals.length === 0) return 0;
  let share = 0;
  for (const literal of literals) {
    let bits = 0;
    for (const char of literal) bits += bitsOf(char);
    share += 2 ** -bits;
  }
  return -Math.log2(share);
}

function bitsOf(char: string): number {
  if (char >= "a" && char <= "z") return LETTER_BITS;
  if (char === " ") return BLANK_BITS;
  return ".,-'0".includes(char) ? MARK_BITS : SIGN_BITS;
}
