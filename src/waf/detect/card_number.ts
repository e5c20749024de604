import { DIGIT } from "../text/char_mask.ts";
import type { Matcher, Span } from "../operators/matcher.ts";

/** 13 to 19 digits that stand alone, in groups as cards show them or in one piece. */
const DIGITS = /(?<![\w.+-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -]?)\d{6}\2\d{4,5})(?![\w-]|\.\d)/g;

/**
 * Issuers and the lengths of their numbers (ISO/IEC 7812; ranges as the schemes publish them): Visa, Mastercard,
 * American Express, Discover, JCB, Diners Club, Maestro, UnionPay.
 */
const ISSUER =
  /^(?:4\d{12}(?:\d{3}){0,2}|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|6(?:011|5\d{2}|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}|(?:50|5[6-9]|6[37])\d{10,17}|62\d{14,17})$/;

/** Numbers of payment cards: the digits of an issuer with a right check digit (Luhn, ISO/IEC 7812-1 annex B). */
export const cardNumberMatcher: Matcher = {
  needs: [{ literals: [], masks: [DIGIT] }],
  lowerCase: false,
  find(text): Span | null {
    DIGITS.lastIndex = 0;
    for (let found = DIGITS.exec(text); found !== null; found = DIGITS.exec(text)) {
      const digits = found[0].replace(/[ -]/g, "");
      if (ISSUER.test(digits) && hasCheckDigit(digits) && !/^(\d)\1+$/.test(digits)) {
        return [found.index, DIGITS.lastIndex];
      }
    }
    return null;
  },
};

function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, doubles = false; i >= 0; i--, doubles = !doubles) {
    const digit = digits.charCodeAt(i) - 0x30;
    sum += !doubles ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
