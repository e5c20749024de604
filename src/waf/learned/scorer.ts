import type { LearnedModel, LearnedPiece } from "../../core/learned_model.ts";
import { explainScore } from "./explain_score.ts";
import { FeatureScan, SCAN_CHARS } from "./feature_scan.ts";

/** A value's score is the best sum over any window of so many steps: text beyond it neither hides nor adds. */
export const WINDOW_STEPS = 64;

/** A score, and the window of the text that had it. */
export interface Scored {
  /** Logits. */
  readonly score: number;
  readonly start: number;
  readonly end: number;
}

/** What scores values; the model, or what stands for it in tests and training. */
export interface ValueScorer {
  /** Total and linear in the length of `text`, which the caller bounds. */
  score(text: string): Scored;
  /** The pieces of `text` that made the score. */
  explain(text: string, scored: Scored): readonly LearnedPiece[];
}

/** Scores texts by a model. Keeps its working memory: one for each thread. */
export class ModelScorer implements ValueScorer {
  readonly #model: LearnedModel;
  readonly #scan: FeatureScan;
  readonly #ring = new Int32Array(WINDOW_STEPS);

  constructor(model: LearnedModel) {
    this.#model = model;
    this.#scan = new FeatureScan(model);
  }

  score(text: string): Scored {
    let best: Scored = this.#scoreFrom(text, 0);
    // Scans overlap by a window, so that none is cut.
    const stride = SCAN_CHARS - WINDOW_STEPS;
    for (let from = stride; from + WINDOW_STEPS < text.length; from += stride) {
      const next = this.#scoreFrom(text, from);
      if (next.score > best.score) best = next;
    }
    return best;
  }

  explain(text: string, scored: Scored): readonly LearnedPiece[] {
    return explainScore(this.#model, text, scored);
  }

  #scoreFrom(text: string, from: number): Scored {
    const { weights, scale, bias } = this.#model;
    const { features, ends, offsets } = this.#scan;
    const steps = this.#scan.scan(text, from);
    const ring = this.#ring.fill(0);
    let sum = 0;
    let best = -Infinity;
    let bestStep = 0;
    for (let step = 0, at = 0; step < steps; step++) {
      let value = 0;
      for (const end = ends[step]!; at < end; at++) value += weights[features[at]!]!;
      const slot = step & (WINDOW_STEPS - 1);
      sum += value - ring[slot]!;
      ring[slot] = value;
      if (sum > best) {
        best = sum;
        bestStep = step;
      }
    }
    const start = offsets[Math.max(0, bestStep - WINDOW_STEPS + 1)]!;
    return { score: best * scale + bias, start, end: Math.min(text.length, offsets[bestStep]! + 1) };
  }
}
