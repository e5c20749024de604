/**
 * The learned second opinion (spec 02) as threads share it: a linear model over character and token n-grams. Typed
 * arrays over SharedArrayBuffer, so that a snapshot carries them without a copy.
 */
export interface LearnedModel {
  /** First 12 hex digits of the SHA-256 of its file. */
  readonly version: string;
  /** Score, in logits, above which a value is a finding. */
  readonly threshold: number;
  /** Score that a value needs for a rule with `confirm`. */
  readonly confirmAbove: number;
  /** A weight of 1 in logits. */
  readonly scale: number;
  readonly bias: number;
  /** 2^16: the first half for n-grams of characters, the second for those of tokens. */
  readonly weights: Int8Array;
  /** Hash table of the words that it knows: hashes, and the token of each (0: empty). */
  readonly wordKeys: Int32Array;
  readonly wordTokens: Uint16Array;
}

/** What a host does with its findings: their points count, they are only shown, or it is not asked. */
export type LearnedMode = "score" | "detect" | "off";

/** Id under which its findings, switches and exceptions stand, as those of a rule. */
export const LEARNED_RULE_ID = "learned";

/** Why the model scored a value as it did. */
export interface LearnedEvidence {
  readonly score: number;
  /** What the score was held against. */
  readonly threshold: number;
  /** What weighed most, heaviest first; offsets as those of the finding's span. */
  readonly pieces: readonly LearnedPiece[];
}

export interface LearnedPiece {
  readonly start: number;
  readonly end: number;
  /** Logits that it adds to the score. */
  readonly weight: number;
}
