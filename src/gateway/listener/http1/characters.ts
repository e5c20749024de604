/** Character classes of HTTP as 256-entry tables: one load per byte instead of a chain of comparisons. */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;

const TOKEN_MARKS = "!#$%&'*+-.^_`|~";

/** For a token character (RFC 9110, 5.6.2) its lower-case code, for every other byte 0. */
export const TOKEN_LOWER = new Uint8Array(256);
/** 1 for what a field value may hold: HTAB, SP, visible ASCII and obs-text (RFC 9110, 5.5). */
export const FIELD_VALUE = new Uint8Array(256);

for (let code = 0x21; code < 0x7f; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z0-9]/.test(char) || TOKEN_MARKS.includes(char)) {
    TOKEN_LOWER[code] = char.toLowerCase().charCodeAt(0);
  }
  FIELD_VALUE[code] = 1;
}
FIELD_VALUE.fill(1, 0x80);
FIELD_VALUE[SPACE] = 1;
FIELD_VALUE[TAB] = 1;

/** Value of a hexadecimal digit, or -1. */
export const HEX_DIGIT = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  const char = digit.toString(16);
  HEX_DIGIT[char.charCodeAt(0)] = digit;
  HEX_DIGIT[char.toUpperCase().charCodeAt(0)] = digit;
}

/** True where `byte` tells lines or strings apart somewhere: NUL, CR, LF. */
export function isSplitting(byte: number): boolean {
  return byte === 0 || byte === CR || byte === LF;
}
