import type { LearnedModel, LearnedPiece } from "../../core/learned_model.ts";
import { classOf, isWordClass } from "./alphabet.ts";
import { FeatureScan, HALF_BITS, SCAN_CHARS } from "./feature_scan.ts";
import type { Scored } from "./value_scorer.ts";

const MOST_PIECES = 5;
/** Shares below this are noise. */
const LEAST_SHARE = 0.05;
const TOKEN_HALF = 1 << HALF_BITS;

/**
 * The pieces of `text` that made its score: the weight of every n-gram is shared out over the characters it covers,
 * and neighbours with a positive share make a piece. Heaviest first.
 */
export function explainScore(model: LearnedModel, text: string, scored: Scored): LearnedPiece[] {
  const from = Math.max(0, scored.start - 64);
  const part = text.slice(from, Math.min(text.length, from + SCAN_CHARS));
  const share = sharesOf(model, part);
  const pieces: LearnedPiece[] = [];
  for (let at = scored.start - from; at < scored.end - from; at++) {
    if (share[at]! <= LEAST_SHARE) continue;
    const start = at;
    let weight = 0;
    while (at < scored.end - from && share[at]! > LEAST_SHARE) weight += share[at++]!;
    pieces.push({ start: from + start, end: from + at, weight: Math.round(weight * 10) / 10 });
  }
  return pieces.sort((a, b) => b.weight - a.weight).slice(0, MOST_PIECES);
}

/** Logits of each character. */
function sharesOf(model: LearnedModel, text: string): Float64Array {
  const scan = new FeatureScan(model);
  const steps = scan.scan(text, 0);
  const share = new Float64Array(text.length + 1);
  const give = (start: number, end: number, feature: number) => {
    const weight = model.weights[feature]! * model.scale;
    for (let at = start; at <= end; at++) share[at]! += weight / (end - start + 1);
  };
  const tokenStarts: number[] = [];
  let wordStart = -1;
  for (let step = 0, at = 0; step < steps; step++) {
    const here = scan.offsets[step]!;
    const last = Math.min(here, text.length - 1);
    let order = 0;
    for (; scan.features[at]! >= TOKEN_HALF && at < scan.ends[step]!; at++, order++) {
      if (order % 3 === 0) {
        // A word that ended before this step comes first, then the sign of the step.
        tokenStarts.push(wordStart >= 0 ? wordStart : here);
        wordStart = -1;
      }
      give(tokenStarts[Math.max(0, tokenStarts.length - 1 - order % 3)]!, last, scan.features[at]!);
    }
    if (wordStart < 0 && here < text.length && isWordClass(classOf(text.charCodeAt(here)))) wordStart = here;
    for (let gram = 0; at < scan.ends[step]!; at++, gram++) {
      give(scan.offsets[Math.max(0, step - gram)]!, last, scan.features[at]!);
    }
  }
  return share;
}
