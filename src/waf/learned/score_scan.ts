import type { LearnedModel } from "../../core/learned_model.ts";
import { TextBytes } from "../../lib/text_bytes.ts";
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
import {
  characterFeature,
  FOUR,
  pairFeature,
  SCAN_CHARS,
  THREE,
  tokenFeature,
  tripleFeature,
  TWO,
} from "./feature_scan.ts";
import { tokenOf } from "./vocabulary.ts";

/** A score is the best sum over any window of so many steps: text beyond it neither hides nor adds. */
export const WINDOW_STEPS = 64;

/** A mark in 32 bits: offset, step, and the digits so far, of which more than a byte is not needed. */
const AT_SHIFT = 20;
const STEP_SHIFT = 8;
const STEP_MASK = 0xfff;
const DIGITS_MASK = 0xff;

/** The best window of a scan; `sum` in units of the model's weights. */
export interface BestWindow {
  readonly sum: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Sums up the weights of the features that FeatureScan would name, without naming them: half the time of a score went
 * into lists of features that nobody else read. One short loop for each kind of feature takes less time than one loop
 * for all. A property test compares the two.
 */
export class ScoreScan {
  readonly #model: LearnedModel;
  /** Weights of one character and of the pair that it ends, added up, by the pair. */
  readonly #pairWeights = new Int16Array(TWO + 1);
  readonly #chars = new TextBytes(SCAN_CHARS);
  /** Of each step its class, its offset in what was read, and its value behind as many zeros as a window has steps. */
  readonly #classes = new Uint8Array(SCAN_CHARS + 1);
  readonly #offsets = new Int32Array(SCAN_CHARS + 1);
  readonly #values = new Int32Array(WINDOW_STEPS + SCAN_CHARS + 1);
  /** Of each character that is no part of a word its mark, and the hash of the word before it. */
  readonly #marks = new Int32Array(SCAN_CHARS + 1);
  readonly #hashes = new Int32Array(SCAN_CHARS + 1);

  constructor(model: LearnedModel) {
    this.#model = model;
    const { weights } = model;
    for (let pair = 0; pair <= TWO; pair++) {
      this.#pairWeights[pair] = weights[characterFeature(pair & 0x7f)]! + weights[characterFeature(pair)]!;
    }
  }

  /** The best window of `text` from `from` on, in at most SCAN_CHARS of it. */
  best(text: string, from: number): BestWindow {
    const length = Math.min(text.length - from, SCAN_CHARS);
    this.#chars.read(length === text.length ? text : text.slice(from, from + length));
    const { marks, steps } = this.#readMarks(length);
    this.#weighCharacters(steps);
    this.#addTokens(marks);
    const { sum, last } = this.#bestSum(steps);
    const first = last - WINDOW_STEPS + 1;
    return {
      sum,
      start: first < 0 ? from : from + this.#offsets[first]!,
      end: Math.min(text.length, from + this.#offsets[last]! + 1),
    };
  }

  /** Divides what was read into steps and marks. No branch on where words end: nobody guesses that. */
  #readMarks(length: number): { readonly steps: number; readonly marks: number } {
    const { bytes } = this.#chars;
    const classes = this.#classes;
    const offsets = this.#offsets;
    const marks = this.#marks;
    const hashes = this.#hashes;
    let previous = 0;
    let hash = EMPTY;
    let digits = 0;
    let step = 0;
    let mark = 0;
    for (let i = 0; i <= length; i++) {
      const charClass = i < length ? CLASS_OF_BYTE[bytes[i]!]! : EDGE_CLASS;
      const traits = TRAITS[charClass]!;
      const isWord = traits & 1;
      classes[step] = charClass;
      offsets[step] = i;
      marks[mark] = (i << AT_SHIFT) | (step << STEP_SHIFT) | (digits & DIGITS_MASK);
      hashes[mark] = hash;
      mark += 1 - isWord;
      hash = (hashStep(hash, charClass) & -isWord) | (EMPTY & (isWord - 1));
      digits += traits >> 1;
      // Where a run goes on it stays one step: the next character is written over this one.
      step += charClass === previous ? 1 - IS_COLLAPSED[charClass]! : 1;
      previous = charClass;
    }
    return { steps: step, marks: mark };
  }

  /** Sets each step's value to the weights of its characters. No branch: they come from memory side by side. */
  #weighCharacters(steps: number): void {
    const { weights } = this.#model;
    const pairWeights = this.#pairWeights;
    const classes = this.#classes;
    const values = this.#values;
    let grams = EDGE_CLASS;
    for (let step = 0; step < steps; step++) {
      grams = ((grams << 7) | classes[step]!) & FOUR;
      values[WINDOW_STEPS + step] = pairWeights[grams & TWO]! + weights[characterFeature(grams & THREE)]! +
        weights[characterFeature(grams)]!;
    }
  }

  /** Adds the weights of the tokens: of each word where it ends, and of each sign. */
  #addTokens(count: number): void {
    const model = this.#model;
    const { weights } = model;
    const classes = this.#classes;
    const offsets = this.#offsets;
    const values = this.#values;
    const marks = this.#marks;
    const hashes = this.#hashes;
    let from = 0;
    let digitsBefore = 0;
    let last = 0;
    let beforeLast = 0;
    for (let i = 0; i < count; i++) {
      const mark = marks[i]!;
      const at = mark >>> AT_SHIFT;
      const step = (mark >> STEP_SHIFT) & STEP_MASK;
      let value = 0;
      if (at > from) {
        const chars = at - from;
        const counted = (mark - digitsBefore) & DIGITS_MASK;
        const digits = chars > DIGITS_MASK ? this.#digitsIn(from, at) : counted;
        const known = digits < chars ? tokenOf(model, hashes[i]!) : 0;
        const token = known !== 0 ? known : shapeToken(chars, digits, digits > 0 && this.#isHexNumber(from));
        value = weights[tokenFeature(token)]! + weights[pairFeature(last, token)]! +
          weights[tripleFeature(beforeLast, last, token)]!;
        beforeLast = last;
        last = token;
      }
      from = at + 1;
      digitsBefore = mark;
      const sign = classes[step]!;
      if (sign !== BLANK_CLASS && sign !== LINE_CLASS && offsets[step] === at) {
        value += weights[tokenFeature(sign)]! + weights[pairFeature(last, sign)]! +
          weights[tripleFeature(beforeLast, last, sign)]!;
        beforeLast = last;
        last = sign;
      }
      values[WINDOW_STEPS + step]! += value;
    }
  }

  #digitsIn(from: number, to: number): number {
    let digits = 0;
    for (const byte of this.#chars.bytes.subarray(from, to)) digits += TRAITS[CLASS_OF_BYTE[byte]!]! >> 1;
    return digits;
  }

  /** `0x…`, or with another digit. */
  #isHexNumber(from: number): boolean {
    const { bytes } = this.#chars;
    return CLASS_OF_BYTE[bytes[from]!] === DIGIT_CLASS && CLASS_OF_BYTE[bytes[from + 1]!] === X_CLASS;
  }

  /** The best sum over a window, and the last step of the first window that has it. */
  #bestSum(steps: number): { readonly sum: number; readonly last: number } {
    const values = this.#values;
    let sum = values[WINDOW_STEPS]!;
    let best = sum;
    let last = 0;
    for (let step = 1; step < steps; step++) {
      sum += values[WINDOW_STEPS + step]! - values[step]!;
      // All ones where this sum is more; a branch would be guessed wrong all the way up.
      const isMore = (best - sum) >> 31;
      best += (sum - best) & isMore;
      last += (step - last) & isMore;
    }
    return { sum: best, last };
  }
}

const CLASS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, code) => classOf(code));
const IS_COLLAPSED = Uint8Array.from({ length: EDGE_CLASS + 1 }, (_, each) => isCollapsed(each) ? 1 : 0);
const EMPTY = EMPTY_HASH | 0;
/** By class: 0 for what is no part of a word, 1 for what is, 3 for digits. */
const TRAITS = Uint8Array.from({ length: EDGE_CLASS + 1 }, (_, each) => {
  return each === DIGIT_CLASS ? 3 : isWordClass(each) ? 1 : 0;
});
