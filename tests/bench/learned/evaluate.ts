import { createHash } from "node:crypto";
import { asLearnedModel, type TrainedModel } from "../../../src/waf/learned/model_file.ts";
import { ModelScorer } from "../../../src/waf/learned/scorer.ts";
import type { Example } from "./examples.ts";
import { fit, FIT_DEFAULTS, type FitOptions } from "./fit.ts";

/** Real browsing: the false positives of these set thresholds. */
const BROWSING = new Set(["blazehttp", "benign_extra", "csic"]);
/** Sites that every request of a corpus names say nothing about who sent it. */
const ONE_SITE = /^$|^localhost|example\.com$|^[\d.]+$/;

/** What the model is worth on attacks of a corpus that it did not learn from. */
export interface LeftOut {
  readonly corpus: string;
  readonly attacks: number;
  /** Percent caught where 0.1, 0.3 and 1 % of the benign requests of unseen sites are not let pass. */
  readonly caught: readonly [number, number, number];
  /** The score above which 0.3 % of these lie. */
  readonly threshold: number;
  /** Percent of texts, other than those learned from, above that score. */
  readonly texts: number;
}

/** Requests of one site are on one side, so that thresholds come from sites that were not learned from. */
export function sideOf(example: Example): 0 | 1 {
  const key = ONE_SITE.test(example.site) ? example.texts.join("\n") : example.site;
  return (createHash("sha1").update(key).digest()[0]! & 1) as 0 | 1;
}

/** Leaves each corpus of attacks out in turn; benign requests of one half of the sites, and half of the texts, too. */
export function leaveOut(
  examples: readonly Example[],
  benignTexts: readonly string[],
  options: FitOptions = FIT_DEFAULTS,
): LeftOut[] {
  const corpora = [...new Set(examples.filter((each) => each.isAttack).map((each) => each.corpus))];
  const halves = [0, 1].map((half) => benignTexts.filter((_, i) => (i & 1) === half));
  return corpora.map((corpus, i): LeftOut => {
    const side = i & 1;
    const learned = examples.filter((each) => each.isAttack ? each.corpus !== corpus : sideOf(each) === side);
    const score = scoring(fit(learned, halves[0]!, options));
    const unseen = examples.filter((each) =>
      !each.isAttack && sideOf(each) !== side && BROWSING.has(each.corpus)
    ).map((each) => score(each.texts));
    const attacks = examples.filter((each) => each.isAttack && each.corpus === corpus).map((each) =>
      score(each.texts)
    );
    const bars = [0.001, 0.003, 0.01].map((share) => quantile(unseen, share));
    const over = (scores: readonly number[], bar: number) =>
      100 * scores.filter((each) => each > bar).length / scores.length;
    return {
      corpus,
      attacks: attacks.length,
      caught: [over(attacks, bars[0]!), over(attacks, bars[1]!), over(attacks, bars[2]!)],
      threshold: bars[1]!,
      texts: over(halves[1]!.map((text) => score([text])), bars[1]!),
    };
  });
}

/**
 * Scores of the different texts of real browsing that stand only in requests of sites that were not learned from; by
 * two models that saw the other half each.
 */
export function unseenTexts(
  examples: readonly Example[],
  benignTexts: readonly string[],
  options: FitOptions = FIT_DEFAULTS,
): Map<string, number> {
  const sides = [0, 1].map((side) =>
    new Set(examples.filter((each) => isUnseen(each, side)).flatMap(textsOf))
  );
  return new Map([0, 1].flatMap((side) => {
    const learned = examples.filter((each) => each.isAttack || sideOf(each) !== side);
    const score = scoring(fit(learned, benignTexts, options));
    const unseen = [...sides[side]!].filter((text) => !sides[1 - side]!.has(text));
    return unseen.map((text): [string, number] => [text, score([text])]);
  }));
}

function isUnseen(example: Example, side: number): boolean {
  return !example.isAttack && BROWSING.has(example.corpus) && sideOf(example) === side;
}

function textsOf(example: Example): readonly string[] {
  return example.texts;
}

/** The value that a share of `scores` lies above. */
export function quantile(scores: readonly number[], share: number): number {
  const sorted = [...scores].sort((a, b) => b - a);
  return sorted[Math.floor(share * sorted.length)] ?? 0;
}

/** Highest score of a request's texts. */
export function scoring(
  trained: Pick<TrainedModel, "weights" | "scale" | "bias" | "wordHashes">,
): (texts: readonly string[]) => number {
  const scorer = new ModelScorer(asLearnedModel({ threshold: 0, confirmAbove: 0, ...trained }));
  return (texts) => texts.reduce((highest, text) => Math.max(highest, scorer.score(text).score), -99);
}
