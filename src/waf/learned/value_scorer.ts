import type { LearnedPiece } from "../../core/learned_model.ts";

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
