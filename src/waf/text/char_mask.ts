import { TextBytes } from "../../lib/text_bytes.ts";

/**
 * Which kinds of characters a text holds, as bits of one number. One pass over a value answers for every
 * transformation whether it could change anything, and for most patterns that they cannot match.
 */
export const LOWER = 1 << 0;
export const UPPER = 1 << 1;
export const DIGIT = 1 << 2;
export const BLANK = 1 << 3;
/** Tab, line feed, vertical tab, form feed, carriage return. */
export const WHITE = 1 << 4;
/** Other control characters but NUL. */
export const CONTROL = 1 << 5;
export const NUL = 1 << 6;
export const UNDERSCORE = 1 << 7;
export const DOT = 1 << 8;
export const MINUS = 1 << 9;
export const SINGLE_QUOTE = 1 << 10;
export const DOUBLE_QUOTE = 1 << 11;
export const BACKTICK = 1 << 12;
export const PAREN_OPEN = 1 << 13;
export const PAREN_CLOSE = 1 << 14;
export const LESS = 1 << 15;
export const GREATER = 1 << 16;
export const EQUALS = 1 << 17;
export const SEMICOLON = 1 << 18;
export const COLON = 1 << 19;
export const SLASH = 1 << 20;
export const BACKSLASH = 1 << 21;
export const PIPE = 1 << 22;
export const AMPERSAND = 1 << 23;
export const DOLLAR = 1 << 24;
export const PERCENT = 1 << 25;
export const STAR = 1 << 26;
export const HASH = 1 << 27;
/** `+ , ? ! ~ ^ @` */
export const OTHER = 1 << 28;
/** `{ } [ ]` */
export const BRACKET = 1 << 29;
/** Outside ASCII. */
export const HIGH = 1 << 30;

/** A blank beside another, or at either end: not a kind, but where none is, white space is in order. */
export const SPARE_BLANK = 1 << 31;

/** Every kind. */
export const ANY = 0x7fff_ffff;
/** Letters, digits, blank, underscore, dot and minus: text that carries no syntax. */
export const PLAIN = LOWER | UPPER | DIGIT | BLANK | UNDERSCORE | DOT | MINUS;

const SINGLE: Readonly<Record<string, number>> = {
  " ": BLANK,
  "_": UNDERSCORE,
  ".": DOT,
  "-": MINUS,
  "'": SINGLE_QUOTE,
  '"': DOUBLE_QUOTE,
  "`": BACKTICK,
  "(": PAREN_OPEN,
  ")": PAREN_CLOSE,
  "<": LESS,
  ">": GREATER,
  "=": EQUALS,
  ";": SEMICOLON,
  ":": COLON,
  "/": SLASH,
  "\\": BACKSLASH,
  "|": PIPE,
  "&": AMPERSAND,
  "$": DOLLAR,
  "%": PERCENT,
  "*": STAR,
  "#": HASH,
  "{": BRACKET,
  "}": BRACKET,
  "[": BRACKET,
  "]": BRACKET,
};

function kindOf(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return LOWER;
  if (code >= 0x41 && code <= 0x5a) return UPPER;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if (code === 0) return NUL;
  if (code >= 9 && code <= 13) return WHITE;
  if (code < 0x20 || code === 0x7f) return CONTROL;
  return SINGLE[String.fromCharCode(code)] ?? OTHER;
}

const KINDS = Int32Array.from({ length: 256 }, (_, code) => code < 128 ? kindOf(code) : HIGH);

/** The kind of one ASCII character, by its code. */
export function charKind(code: number): number {
  return code < 128 ? KINDS[code]! : HIGH;
}

/** A text is read in parts of so many characters. */
const PART_CHARS = 4096;
const part = new TextBytes(PART_CHARS);

/**
 * The kinds of all characters of `text`, and whether it has spare blanks. `isAscii`: that is what the text is expected
 * to be.
 */
export function charMask(text: string, isAscii = true): number {
  const tally: KindTally = { mask: 0, doubled: 0, last: BLANK };
  if (!isAscii) addChars(tally, text);
  else {
    for (let from = 0; from < text.length; from += PART_CHARS) {
      const chars = text.length <= PART_CHARS ? text : text.slice(from, from + PART_CHARS);
      if (part.readAscii(chars)) addBytes(tally, part.bytes, chars.length);
      else addChars(tally, chars);
    }
  }
  const { mask, doubled, last } = tally;
  return ((doubled | last) & mask & BLANK) === 0 ? mask : mask | SPARE_BLANK;
}

/** A text with so few kinds missing was made to have them all. */
const MOST_MISSING = 4;

/**
 * The kinds of characters of a text that was made from one of the kinds `before`; of a text outside ASCII that had
 * nearly all kinds perhaps more, since to tell which ones would spare next to nothing.
 */
export function kindsMadeFrom(before: number, text: string): number {
  if ((before & HIGH) === 0) return charMask(text);
  let missing = 0;
  for (let rest = ANY & ~before; rest !== 0; rest &= rest - 1) missing++;
  return missing <= MOST_MISSING ? ANY | SPARE_BLANK : charMask(text, false);
}

/** Of the characters so far. */
interface KindTally {
  mask: number;
  /** Kinds that follow themselves somewhere. */
  doubled: number;
  /** Of the last character; the text stands between two blanks. */
  last: number;
}

function addBytes(tally: KindTally, bytes: Uint8Array, length: number): void {
  let { mask, doubled, last } = tally;
  for (let i = 0; i < length; i++) {
    const kind = KINDS[bytes[i]!]!;
    mask |= kind;
    doubled |= kind & last;
    last = kind;
  }
  tally.mask = mask;
  tally.doubled = doubled;
  tally.last = last;
}

function addChars(tally: KindTally, chars: string): void {
  let { mask, doubled, last } = tally;
  for (let i = 0; i < chars.length; i++) {
    const code = chars.charCodeAt(i);
    const kind = KINDS[code < 256 ? code : 255]!;
    mask |= kind;
    doubled |= kind & last;
    last = kind;
  }
  tally.mask = mask;
  tally.doubled = doubled;
  tally.last = last;
}
