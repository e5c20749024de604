import type { LearnedModel } from "../../core/learned_model.ts";
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

/** The best window of a scan; `sum` in units of the model's weights. */
export interface BestWindow {
  readonly sum: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Sums up the weights of the features that FeatureScan would name, without naming them: half the time of a score went
 * into lists of features that nobody else read. A property test compares the two.
 */
export class ScoreScan {
  readonly #model: LearnedModel;
  /** Weights of one character and of the pair that it ends, added up, by the pair. */
  readonly #pairWeights = new Int16Array(TWO + 1);
  /** Of the last steps, by step modulo WINDOW_STEPS. */
  readonly #values = new Int32Array(WINDOW_STEPS);
  readonly #offsets = new Int32Array(WINDOW_STEPS);

  constructor(model: LearnedModel) {
    this.#model = model;
    const { weights } = model;
    for (let pair = 0; pair <= TWO; pair++) {
      this.#pairWeights[pair] = weights[characterFeature(pair & 0x7f)]! + weights[characterFeature(pair)]!;
    }
  }

  /** The best window of `text` from `from` on, in at most SCAN_CHARS of it. */
  best(text: string, from: number): BestWindow {
    const model = this.#model;
    const { weights } = model;
    const pairWeights = this.#pairWeights;
    const values = this.#values.fill(0);
    const offsets = this.#offsets;
    const to = Math.min(text.length, from + SCAN_CHARS);
    let grams = EDGE_CLASS;
    let previous = 0;
    let hash = EMPTY_HASH;
    let chars = 0;
    let digits = 0;
    let isHexNumber = false;
    let last = 0;
    let beforeLast = 0;
    /** Of the step that is not over yet. */
    let value = 0;
    let step = 0;
    let sum = 0;
    let best = -Infinity;
    let start = from;
    let end = from;
    for (let i = from; i <= to; i++) {
      const charClass = i < to ? classOf(text.charCodeAt(i)) : EDGE_CLASS;
      if (isWordClass(charClass)) {
        hash = hashStep(hash, charClass);
        chars++;
        if (charClass === DIGIT_CLASS) digits++;
        else if (chars === 2 && charClass === X_CLASS && digits === 1) isHexNumber = true;
      } else {
        if (chars > 0) {
          const known = digits < chars ? tokenOf(model, hash | 0) : 0;
          const token = known !== 0 ? known : shapeToken(chars, digits, isHexNumber);
          value += weights[tokenFeature(token)]! + weights[pairFeature(last, token)]! +
            weights[tripleFeature(beforeLast, last, token)]!;
          beforeLast = last;
          last = token;
          hash = EMPTY_HASH;
          chars = 0;
          digits = 0;
          isHexNumber = false;
        }
        const isSpace = charClass === BLANK_CLASS || charClass === LINE_CLASS;
        if (!isSpace && !(charClass === previous && isCollapsed(charClass))) {
          value += weights[tokenFeature(charClass)]! + weights[pairFeature(last, charClass)]! +
            weights[tripleFeature(beforeLast, last, charClass)]!;
          beforeLast = last;
          last = charClass;
        }
      }
      if (charClass === previous && isCollapsed(charClass)) continue;
      previous = charClass;
      grams = ((grams << 7) | charClass) & FOUR;
      value += pairWeights[grams & TWO]! + weights[characterFeature(grams & THREE)]! +
        weights[characterFeature(grams)]!;
      const slot = step & (WINDOW_STEPS - 1);
      sum += value - values[slot]!;
      values[slot] = value;
      offsets[slot] = i;
      value = 0;
      step++;
      if (sum > best) {
        best = sum;
        start = step < WINDOW_STEPS ? from : offsets[step & (WINDOW_STEPS - 1)]!;
        end = i + 1;
      }
    }
    return { sum: best, start, end: Math.min(text.length, end) };
  }
}
