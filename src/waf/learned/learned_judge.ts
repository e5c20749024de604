import type { Finding, Phase } from "../../core/finding.ts";
import type { RuleException } from "../../core/rule.ts";
import { isRunningText } from "../text/document.ts";
import { isExcepted } from "../policy.ts";
import type { ValueKind } from "../targets/kinds.ts";
import {
  learnedFinding,
  learnedPoints,
  type LearnedPolicy,
  type Opinion,
  opinionOn,
  rounded,
  severityOf,
} from "./opinion.ts";
import { isScoredPlace, isWorthScoring } from "./worth_scoring.ts";

/**
 * Characters of one request that the model reads unasked; beyond it only values in which a rule found something.
 * [SECURITY] So what stands behind so much padding is judged by the rules alone.
 */
const MAX_CHARS = 16 * 1024;

/** Where a suspect value stood, and what a finding needs of it. */
export interface SuspectPlace {
  readonly kind: ValueKind;
  readonly path: string;
  readonly label: string;
  readonly phase: Phase;
  readonly value: string;
  readonly hashKey: string;
}

/** The model's part in the judgement of one request. */
export class LearnedJudge {
  readonly #policy: LearnedPolicy;
  #chars = 0;
  #points = 0;

  constructor(policy: LearnedPolicy) {
    this.#policy = policy;
  }

  /** True where the model has something to say of a value. */
  wants(kind: ValueKind, name: string, value: string, mask: number): boolean {
    return isScoredPlace(kind, name) && isWorthScoring(value, mask);
  }

  /** Null: the request has used up what the model reads. `isFound`: a rule found something in the value. */
  opinionOn(value: string, mask: number, isFound: boolean): Opinion | null {
    if (!isFound && this.#chars > MAX_CHARS) return null;
    this.#chars += value.length;
    return opinionOn(this.#policy, value, mask);
  }

  /** True where the score lets a rule with `confirm` count. */
  confirms(opinion: Opinion): boolean {
    return opinion.score > this.#policy.confirmAbove;
  }

  /**
   * `clean`: no attack; `excepted`: one that is let pass here; else the finding, whose points are those that it adds to
   * what the model gave the request before: one payload often stands in several values.
   */
  weigh(
    opinion: Opinion,
    place: SuspectPlace,
    exceptions: readonly RuleException[] | undefined,
  ): "clean" | "excepted" | Finding {
    const severity = severityOf(this.#policy, opinion.score);
    // Programs and articles of an application that it never learned from look like anything to it.
    if (severity === null || isRunningText(place.kind, place.value)) return "clean";
    if (isExcepted(exceptions, place.path, place.label, rounded(opinion.score))) return "excepted";
    const points = Math.max(0, learnedPoints(this.#policy, severity) - this.#points);
    this.#points += points;
    return learnedFinding(this.#policy, place, opinion, { severity, points });
  }
}
