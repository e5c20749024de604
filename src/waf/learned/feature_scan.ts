import {
  BLANK_CLASS,
  classOf,
  DIGIT_CLASS,
  EDGE_CLASS,
  EMPTY_HASH,
  hashStep,
  isCollapsed,
  isWordClass,
  LINE_CLASS,
  shapeToken,
  X_CLASS,
} from "./alphabet.ts";
import { tokenOf, type Vocabulary } from "./vocabulary.ts";

/** Features are hashed into so many cells for characters, and as many for tokens. */
export const HALF_BITS = 15;
export const FEATURES = 2 << HALF_BITS;
const SHIFT = 32 - HALF_BITS;
const TOKEN_HALF = 1 << HALF_BITS;

/** Characters that one scan takes. */
export const SCAN_CHARS = 2_048;
/** Four n-grams of characters a step, and two tokens may end in it with three n-grams each. */
const MOST_A_STEP = 10;

/** The last two, three and four classes of a run of them, seven bits each. */
export const TWO = 0x3fff;
export const THREE = 0x1f_ffff;
export const FOUR = 0xfff_ffff;
const GOLDEN = 0x9e3779b1;

/** Index of an n-gram of characters. */
export function characterFeature(gram: number): number {
  return Math.imul(gram, GOLDEN) >>> SHIFT;
}

/** Indexes of a token, of the pair and of the triple of tokens that it ends. */
export function tokenFeature(token: number): number {
  return TOKEN_HALF + (Math.imul(token, GOLDEN) >>> SHIFT);
}

export function pairFeature(last: number, token: number): number {
  const pair = (Math.imul(last ^ 0x5bd1, 0x2545f491) + token) | 0;
  return TOKEN_HALF + (Math.imul(pair ^ (pair >>> 15), GOLDEN) >>> SHIFT);
}

export function tripleFeature(beforeLast: number, last: number, token: number): number {
  const triple = (Math.imul(Math.imul(beforeLast ^ 0x1b87, 0x19d699a5) + last, 0x2545f491) + token) | 0;
  return TOKEN_HALF + (Math.imul(triple ^ (triple >>> 15), 0x85ebca6b) >>> SHIFT);
}

/**
 * Takes a text apart into features: the n-grams of 1 to 4 characters and of 1 to 3 tokens that end at each step. A
 * step is a character, or a run of those whose length says nothing. For training and explaining; ScoreScan adds up what
 * these weigh. Its arrays are used again by the next scan.
 */
export class FeatureScan {
  /** Indexes of features, step after step. */
  readonly features: Int32Array = new Int32Array((SCAN_CHARS + 1) * MOST_A_STEP);
  /** features[ends[i - 1] .. ends[i]] are those of step i. */
  readonly ends: Int32Array = new Int32Array(SCAN_CHARS + 1);
  /** Offset of each step's character in the text. */
  readonly offsets: Int32Array = new Int32Array(SCAN_CHARS + 1);
  readonly #words: Vocabulary;
  #count = 0;
  #last = 0;
  #beforeLast = 0;

  constructor(words: Vocabulary) {
    this.#words = words;
  }

  /** Scans `text` from `from` on, at most SCAN_CHARS of it, and returns the number of steps. */
  scan(text: string, from: number): number {
    const { features, ends, offsets } = this;
    const to = Math.min(text.length, from + SCAN_CHARS);
    this.#count = 0;
    this.#last = 0;
    this.#beforeLast = 0;
    let grams = EDGE_CLASS;
    let previous = 0;
    let steps = 0;
    let hash = EMPTY_HASH;
    let chars = 0;
    let digits = 0;
    let isHexNumber = false;
    for (let i = from; i <= to; i++) {
      const charClass = i < to ? classOf(text.charCodeAt(i)) : EDGE_CLASS;
      if (isWordClass(charClass)) {
        hash = hashStep(hash, charClass);
        chars++;
        if (charClass === DIGIT_CLASS) digits++;
        else if (chars === 2 && charClass === X_CLASS && digits === 1) isHexNumber = true;
      } else {
        if (chars > 0) {
          const known = digits < chars ? tokenOf(this.#words, hash | 0) : 0;
          this.#token(known !== 0 ? known : shapeToken(chars, digits, isHexNumber));
          hash = EMPTY_HASH;
          chars = 0;
          digits = 0;
          isHexNumber = false;
        }
        const isSpace = charClass === BLANK_CLASS || charClass === LINE_CLASS;
        if (!isSpace && !(charClass === previous && isCollapsed(charClass))) this.#token(charClass);
      }
      if (charClass === previous && isCollapsed(charClass)) continue;
      previous = charClass;
      grams = ((grams << 7) | charClass) & FOUR;
      let count = this.#count;
      features[count++] = characterFeature(charClass);
      features[count++] = characterFeature(grams & TWO);
      features[count++] = characterFeature(grams & THREE);
      features[count++] = characterFeature(grams);
      this.#count = count;
      offsets[steps] = i;
      ends[steps++] = count;
    }
    return steps;
  }

  #token(token: number): void {
    const { features } = this;
    features[this.#count++] = tokenFeature(token);
    features[this.#count++] = pairFeature(this.#last, token);
    features[this.#count++] = tripleFeature(this.#beforeLast, this.#last, token);
    this.#beforeLast = this.#last;
    this.#last = token;
  }
}
