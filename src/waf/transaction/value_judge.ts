import type { Phase } from "../../core/finding.ts";
import { LEARNED_RULE_ID } from "../../core/learned_model.ts";
import type { Anomaly } from "../anomalies.ts";
import type { BodyInspection } from "./body_inspection.ts";
import { compactRuns } from "../body/compact_runs.ts";
import type { ValueSink } from "../body/sink.ts";
import { textStretches } from "../body/text_stretches.ts";
import { countingMatches, matchesThatCount } from "../program/counting_matches.ts";
import { charMask, HIGH } from "../text/char_mask.ts";
import type { PlacedValue } from "../conditions.ts";
import { evaluateUndecoded } from "../program/evaluate.ts";
import type { Judgement } from "./judgement.ts";
import { LearnedJudge } from "../learned/learned_judge.ts";
import { isScoredPlace } from "../learned/worth_scoring.ts";
import { PIECE_CHARS, piecesOf } from "../text/long_value.ts";
import type { Match } from "../program/match.ts";
import { countingInPieces } from "./pieces.ts";
import type { Plan } from "../program/plan.ts";
import { runToEnd, type Steps } from "./steps.ts";
import { targetLabel, type ValueKind } from "../targets/kinds.ts";
import type { TransactionPolicy } from "./transaction_policy.ts";
import type { Found } from "./value_queue.ts";
import { WorkBound } from "./work_bound.ts";

/** From here on a value is looked at for what is no text. */
const LONG_CHARS = 512;
/** Values kept for rules that compare the whole request. */
const MAX_KEPT_VALUES = 1_000;
/** [SECURITY] Beside the bit of a plan: the model has seen the value, which it does not of every kind. */
const LEARNED_BIT = 1 << 31;

/** Judges the values of one request as they are found: rules, then the learned model. */
export class ValueJudge implements ValueSink {
  phase: Phase = "request-headers";
  /** What the values come from; null before the body. */
  body: BodyInspection | null = null;
  /** What has been found, for conditions. */
  readonly anomalies = new Set<Anomaly>();
  readonly bodyValues: PlacedValue[] = [];
  readonly bound: WorkBound;
  readonly #policy: TransactionPolicy;
  readonly #path: string;
  readonly #judgement: Judgement;
  readonly #learned: LearnedJudge | null;
  /** The long value that was judged last, and by which rules. */
  #lastLong: { readonly plan: Plan; readonly value: string } | null = null;
  /** The model was not asked of a value that it would have had something to say of. */
  #isSeenInPart = false;

  constructor(policy: TransactionPolicy, path: string, judgement: Judgement) {
    this.#policy = policy;
    this.#path = path;
    this.#judgement = judgement;
    this.#learned = policy.learned === null ? null : new LearnedJudge(policy.learned);
    this.bound = new WorkBound(policy.clock);
  }

  /** Judges one value that was found in the request. */
  value(kind: ValueKind, name: string, value: string): void {
    const pieces = this.#valueOrPieces(kind, name, value);
    if (pieces !== null) runToEnd(pieces);
  }

  /** Judges a short value; of a long one, null before, the pieces are left to judge, one a step. */
  #valueOrPieces(kind: ValueKind, name: string, value: string): Steps | null {
    const { program } = this.#policy;
    if (this.phase === "request-body") this.#keep(kind, name, value);
    const plan = this.#planFor(kind, name);
    if (plan === null || value === "") return null;
    // What is refused already needs no second opinion.
    const isAsked = this.#policy.learned !== null && !this.#judgement.isRefused && isScoredPlace(kind, name);
    const { seen } = plan;
    const bits = seen === null ? 0 : isAsked ? seen.bit | LEARNED_BIT : seen.bit;
    if (seen !== null && seen.memo.has(value, bits)) return null;
    const known = program.matchMemo.find(plan, kind, value);
    if (known !== null) {
      this.#judge(known, kind, name, value, charMask(value));
      return null;
    }
    if (kind !== "anomaly" && this.#isExhausted(value.length)) return null;
    if (value.length > LONG_CHARS) return this.#long(plan, kind, name, value);
    const mask = charMask(value);
    const matches = matchesThatCount(program, plan, kind, value, mask);
    if (matches.length > 0) program.matchMemo.add(plan, kind, value, matches);
    const isFine = this.#judge(matches, kind, name, value, mask);
    if (matches.length === 0 && seen !== null && (isFine || !isAsked)) seen.memo.add(value, bits);
    return null;
  }

  undecoded(kind: ValueKind, name: string, value: string): void {
    const pieces = this.#undecodedPieces(kind, name, value);
    if (pieces !== null) runToEnd(pieces);
  }

  #undecodedPieces(kind: ValueKind, name: string, value: string): Steps | null {
    const plan = this.#planFor(kind, name);
    return plan === null ? null : this.#pieces(plan, false, kind, name, value);
  }

  anomaly(name: Anomaly): void {
    if (this.anomalies.has(name)) return;
    this.anomalies.add(name);
    this.#judgement.hits++;
    this.value("anomaly", name, name);
  }

  /** As the method that `found` is for, but what of it takes long is left to do, in steps; null: nothing is. */
  steps(found: Found): Steps | null {
    if (found.as === "anomaly") {
      this.anomaly(found.name);
      return null;
    }
    const { kind, name, value } = found;
    return found.as === "value"
      ? this.#valueOrPieces(kind, name, value)
      : this.#undecodedPieces(kind, name, value);
  }

  /**
   * [SECURITY] Only what was really judged may be remembered as clean: a rule that allows lets the rest pass unseen,
   * and so does a refusal with all the findings that are kept.
   */
  get sawAll(): boolean {
    return !this.bound.exhausted && !this.#isSeenInPart && !this.#judgement.isTold &&
      !this.#judgement.isAllowed;
  }

  /** What is done with values of the name; null: nothing, or nothing any more. */
  #planFor(kind: ValueKind, name: string): Plan | null {
    const plans = this.#policy.program.kinds[kind];
    if (plans === undefined || this.#judgement.isAllowed) return null;
    if (this.#judgement.isTold) return null;
    return plans.named.size === 0 ? plans.generic : plans.named.get(name) ?? plans.generic;
  }

  /**
   * [SECURITY] What is no text is judged undecoded only; its stretches of text, and the whole of a text, are judged
   * as any value is, and once more without what separates and says nothing.
   */
  *#long(plan: Plan, kind: ValueKind, name: string, whole: string): Steps {
    const isEnd = this.#lastLong !== null && this.#lastLong.plan === plan &&
      this.#lastLong.value.endsWith(whole);
    this.#lastLong = { plan, value: whole };
    // What a parser gave up at is judged as one running text first; only how it begins is new then.
    const value = isEnd ? whole.slice(0, PIECE_CHARS) : whole;
    const text = textStretches(value);
    if (text !== value) yield* this.#pieces(plan, false, kind, name, value);
    yield* this.#pieces(plan, true, kind, name, text);
    const compact = compactRuns(text);
    if (compact.joints.length > 0) {
      yield* this.#pieces(plan, true, kind, name, compact.text, compact.joints);
    }
  }

  *#pieces(
    plan: Plan,
    isDecoded: boolean,
    kind: ValueKind,
    name: string,
    value: string,
    joints: readonly number[] | null = null,
  ): Steps {
    const { program } = this.#policy;
    let mask = 0;
    for (const piece of piecesOf(value, joints)) {
      if (this.#isExhausted(piece.length)) return;
      // What one piece is the next one is most often.
      mask = charMask(piece, (mask & HIGH) === 0);
      const matches = isDecoded
        ? matchesThatCount(program, plan, kind, piece, mask)
        : countingMatches(program, evaluateUndecoded(program, plan, piece), kind, piece);
      if (matches.length > 0 || isDecoded) this.#judge(matches, kind, name, piece, mask);
      yield;
    }
  }

  /**
   * What rules and model say of a value. False: the model was not asked although it might have something to say, or
   * it took the value for an attack.
   */
  #judge(found: readonly Match[], kind: ValueKind, name: string, value: string, mask: number): boolean {
    const judge = this.#learned;
    const { program } = this.#policy;
    const place = { kind, name, value, phase: this.phase };
    const matches = countingInPieces(program, found, place, this.body);
    let mustConfirm = false;
    let isLetPass = matches !== found;
    for (const match of matches) {
      if (judge !== null && program.rules[match.rule]!.rule.confirm === true) mustConfirm = true;
      else if (!this.#judgement.matched(match, place)) isLetPass = true;
    }
    // Somebody has looked at such a value and said that it is harmless; the model would say the same of it as the rule.
    if (isLetPass) return false;
    if (judge === null || (!mustConfirm && !judge.wants(kind, name, value, mask))) return true;
    const opinion = this.#judgement.isRefused ? null : judge.opinionOn(value, mask, matches.length > 0);
    if (opinion === null) {
      this.#isSeenInPart = true;
      return false;
    }
    if (mustConfirm && judge.confirms(opinion)) {
      const doubted = matches.filter((match) => program.rules[match.rule]!.rule.confirm === true);
      for (const match of doubted) this.#judgement.matched(match, place);
    }
    const { exceptions, hashKey } = this.#policy;
    const suspect = { ...place, path: this.#path, label: targetLabel(kind, name), hashKey };
    const finding = judge.weigh(opinion, suspect, exceptions.get(LEARNED_RULE_ID));
    if (finding === "clean") return true;
    this.#judgement.hits++;
    if (finding === "excepted") return false;
    this.#judgement.suspected(finding);
    return false;
  }

  #isExhausted(chars: number): boolean {
    const before = this.bound.exhausted;
    this.bound.isRefused ||= this.#judgement.isRefused;
    if (this.bound.allows(chars)) return false;
    if (!before && !this.#judgement.isRefused) this.anomaly("inspection-exhausted");
    return true;
  }

  #keep(kind: ValueKind, name: string, value: string): void {
    if (this.#policy.program.conditional["request-body"].length === 0) return;
    if (this.bodyValues.length < MAX_KEPT_VALUES) this.bodyValues.push({ kind, name, value });
  }
}
