import { LEARNED_RULE_ID, type LearnedMode, type LearnedModel } from "../../core/learned_model.ts";
import type { Finding, Phase } from "../../core/finding.ts";
import { type Severity, SEVERITY_POINTS } from "../../core/rule.ts";
import { traceChain } from "../program/chain.ts";
import { reduceValue } from "../transaction/finding_value.ts";
import { isSecretTarget } from "../secrets.ts";
import { readForScore, READING } from "./reading.ts";
import { jsonStrings } from "../text/json_strings.ts";
import { ModelScorer } from "./scorer.ts";
import type { Scored, ValueScorer } from "./value_scorer.ts";
import { isPlain } from "./worth_scoring.ts";

/** The model as the transactions of one host ask it. */
export interface LearnedPolicy {
  readonly scorer: ValueScorer;
  readonly threshold: number;
  readonly confirmAbove: number;
  /** Its points count; else they are only shown. */
  readonly counts: boolean;
}

/** Null where the host does not ask the model. */
export function learnedPolicy(
  mode: LearnedMode,
  model: LearnedModel | null,
  scorer: ValueScorer | null,
): LearnedPolicy | null {
  if (mode === "off" || model === null || scorer === null) return null;
  const { threshold, confirmAbove } = model;
  return { scorer, threshold, confirmAbove, counts: mode === "score" };
}

export function scorerOf(model: LearnedModel | null): ValueScorer | null {
  return model === null ? null : new ModelScorer(model);
}

/** What the model says of one value. */
export interface Opinion extends Scored {
  /** As it was read. */
  readonly text: string;
}

/** `mask`: the kinds of characters of `value` (char_mask.ts). */
export function opinionOn(policy: LearnedPolicy, value: string, mask: number): Opinion {
  const text = readForScore(value, mask);
  if (isPlain(text)) return { text, score: -Infinity, start: 0, end: 0 };
  const strings = jsonStrings(text);
  if (strings === null) return { text, ...policy.scorer.score(text) };
  let worst: Scored = { score: -Infinity, start: 0, end: 0 };
  for (const string of strings) {
    if (isPlain(string)) continue;
    const { score, start, end } = policy.scorer.score(readForScore(string));
    if (score <= worst.score) continue;
    // Where it stands in the whole; the whole where it is written with escapes.
    const at = text.indexOf(string);
    worst = at < 0 ? { score, start: 0, end: text.length } : { score, start: at + start, end: at + end };
  }
  return { text, ...worst };
}

/** Logits above the threshold. */
const HIGH_ABOVE = 4;
const CRITICAL_ABOVE = 7;

/** Null: no finding. */
export function severityOf(policy: LearnedPolicy, score: number): Severity | null {
  const above = score - policy.threshold;
  if (!(above > 0)) return null;
  return above > CRITICAL_ABOVE ? "critical" : above > HIGH_ABOVE ? "high" : "medium";
}

/** Points of a finding; 0 where it is only shown. */
export function learnedPoints(policy: LearnedPolicy, severity: Severity): number {
  return policy.counts ? SEVERITY_POINTS[severity] : 0;
}

/** A value that the model takes for an attack, as a finding that explains itself like a rule's. */
export function learnedFinding(
  policy: LearnedPolicy,
  place: { readonly label: string; readonly phase: Phase; readonly value: string; readonly hashKey: string },
  opinion: Opinion,
  given: { readonly severity: Severity; readonly points: number },
): Finding {
  const { label, value, hashKey, phase } = place;
  const steps = traceChain(READING, value);
  const kept = reduceValue(label, value, steps, [opinion.start, opinion.end], hashKey);
  const shift = kept.span[0] - opinion.start;
  const pieces = isSecretTarget(label) ? [] : policy.scorer.explain(opinion.text, opinion).map((piece) => ({
    start: piece.start + shift,
    end: piece.end + shift,
    weight: piece.weight,
  }));
  return {
    source: "learned",
    ruleId: LEARNED_RULE_ID,
    ruleName: "Learned second opinion",
    family: LEARNED_RULE_ID,
    severity: given.severity,
    action: policy.counts ? "block" : "log",
    points: given.points,
    phase,
    target: label,
    ...kept,
    learned: { score: rounded(opinion.score), threshold: policy.threshold, pieces },
  };
}

export function rounded(score: number): number {
  return Math.round(score * 10) / 10;
}
