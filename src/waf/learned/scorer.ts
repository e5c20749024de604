import type { LearnedModel, LearnedPiece } from "../../core/learned_model.ts";
import { explainScore } from "./explain_score.ts";
import { SCAN_CHARS } from "./feature_scan.ts";
import { ScoreScan, WINDOW_STEPS } from "./score_scan.ts";
import type { Scored, ValueScorer } from "./value_scorer.ts";

/** Scores texts by a model. Keeps its working memory: one for each thread. */
export class ModelScorer implements ValueScorer {
  readonly #model: LearnedModel;
  readonly #scan: ScoreScan;

  constructor(model: LearnedModel) {
    this.#model = model;
    this.#scan = new ScoreScan(model);
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
    const { scale, bias } = this.#model;
    const { sum, start, end } = this.#scan.best(text, from);
    return { score: sum * scale + bias, start, end };
  }
}
