/**
 * What the model reads instead of characters: classes (one for each ASCII sign and letter, upper and lower case the
 * same, one for all digits) and tokens (words it knows, shapes of words it does not, signs).
 */

export const DIGIT_CLASS = 27;
export const BLANK_CLASS = 28;
export const LINE_CLASS = 29;
const NUL_CLASS = 30;
const CONTROL_CLASS = 31;
const FIRST_SIGN_CLASS = 32;
export const OTHER_CLASS = 64;
/** Before the first character and behind the last. */
export const EDGE_CLASS = 68;

const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => classOfAscii(code));

function classOfAscii(code: number): number {
  const lower = code >= 65 && code <= 90 ? code + 32 : code;
  if (lower >= 97 && lower <= 122) return lower - 96;
  if (code >= 48 && code <= 57) return DIGIT_CLASS;
  if (code === 32 || code === 9) return BLANK_CLASS;
  if (code === 10 || code === 13) return LINE_CLASS;
  if (code === 0) return NUL_CLASS;
  return code < 32 || code === 127 ? CONTROL_CLASS : signClass(code);
}

/** 33 to 126 without letters and digits are 32 signs. */
function signClass(code: number): number {
  let sign = FIRST_SIGN_CLASS;
  for (let before = 33; before < code; before++) if (!/[a-z0-9]/i.test(String.fromCharCode(before))) sign++;
  return sign;
}

/** 1 to 64, by the code of a UTF-16 unit. */
export function classOf(code: number): number {
  return code < 128 ? CLASSES[code]! : OTHER_CLASS;
}

export const UNDERSCORE_CLASS = classOf(95);
export const X_CLASS = classOf(120);

/** Runs of these count once: their length says nothing. */
export function isCollapsed(charClass: number): boolean {
  return charClass === DIGIT_CLASS || charClass === BLANK_CLASS || charClass === LINE_CLASS ||
    charClass === OTHER_CLASS;
}

export function isWordClass(charClass: number): boolean {
  return charClass <= DIGIT_CLASS || charClass === UNDERSCORE_CLASS;
}

/** Tokens below this are shapes of words and signs, those from here on words of the vocabulary. */
export const FIRST_WORD_TOKEN = 72;
const HEX_NUMBER = 20;

/** Of words without digits, by their length. */
const LETTERS_TOKEN = Uint8Array.from({ length: 18 }, (_, chars) => {
  return chars < 3 ? chars : chars < 5 ? 3 : chars < 10 ? 4 : chars < 17 ? 5 : 6;
});

/** Token of a word that is not in the vocabulary: its length, and how much of it is digits. */
export function shapeToken(chars: number, digits: number, isHexNumber: boolean): number {
  if (isHexNumber) return HEX_NUMBER;
  if (digits === 0) return LETTERS_TOKEN[chars < LETTERS_TOKEN.length ? chars : LETTERS_TOKEN.length - 1]!;
  if (digits === chars) return chars === 1 ? 8 : chars < 5 ? 9 : 10;
  return chars < 9 ? 12 : chars < 20 ? 13 : 14;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over classes; begin with `FNV_OFFSET`. */
export function hashStep(hash: number, charClass: number): number {
  return Math.imul(hash ^ charClass, FNV_PRIME);
}

export const EMPTY_HASH = FNV_OFFSET;

/** Hash of a whole word, as the vocabulary keeps it. */
export function wordHash(word: string): number {
  let hash = EMPTY_HASH;
  for (let i = 0; i < word.length; i++) hash = hashStep(hash, classOf(word.charCodeAt(i)));
  return hash | 0;
}
