import type { Finding, Phase } from "../core/finding.ts";
import type { HeaderList } from "../core/header_list.ts";
import type { Rule } from "../core/rule.ts";
import type { Anomaly } from "./anomalies.ts";
import { BodyInspection } from "./body_inspection.ts";
import { compactRuns } from "./body/compact_runs.ts";
import type { ValueSink } from "./body/sink.ts";
import { readCookies, readPairs, readReferer } from "./body/urlencoded.ts";
import { textStretches } from "./body/text_stretches.ts";
import { bytesToText } from "./body/byte_text.ts";
import { charMask, HIGH } from "./char_mask.ts";
import type { PlacedValue, RequestView } from "./conditions.ts";
import { countingMatches, matchesThatCount } from "./broad_rules.ts";
import { evaluateUndecoded } from "./evaluate.ts";
import { PIECE_CHARS, piecesOf } from "./long_value.ts";
import type { Match } from "./match.ts";
import { LEARNED_RULE_ID } from "../core/learned_model.ts";
import { LearnedJudge } from "./learned/learned_judge.ts";
import { isScoredPlace } from "./learned/worth_scoring.ts";
import { countingInPieces } from "./pieces.ts";
import type { Plan } from "./plan.ts";
import { bitOf } from "./field_bits.ts";
import { ruleFinding } from "./rule_finding.ts";
import { type Effect, isExcepted } from "./policy.ts";
import type { Program } from "./program.ts";
import { hasFraming, type WafDecision, type WafRequest } from "./request.ts";
import { readSigns } from "./signs.ts";
import { HeadView, valuesBehindHead } from "./request_view.ts";
import { targetLabel, type ValueKind } from "./targets/kinds.ts";
import type { Selector } from "./targets/selector.ts";
import type { TransactionPolicy } from "./transaction_policy.ts";
import { WorkBound } from "./work_bound.ts";

/** Findings that one request keeps; the score counts them all the same. */
const MAX_FINDINGS = 32;
/** From here on a value is looked at for what is no text. */
const LONG_CHARS = 512;
/** Values kept for rules that compare the whole request. */
const MAX_KEPT_VALUES = 1_000;
/** [SECURITY] Beside the bit of a plan: the model has seen the value, which it does not of every kind. */
const LEARNED_BIT = 1 << 31;

/** One request on its way through the rules. Never throws, whatever the client sent. */
export class Transaction implements ValueSink, RequestView {
  readonly findings: Finding[] = [];
  score = 0;
  readonly threshold: number;
  readonly #policy: TransactionPolicy;
  readonly #request: WafRequest;
  readonly #counted = new Set<number>();
  readonly #anomalies = new Set<Anomaly>();
  #phase: Phase = "request-headers";
  #body: BodyInspection | null = null;
  #bodyValues: PlacedValue[] = [];
  #response: { status: number; headers: HeaderList } | null = null;
  #answerText = "";
  #outcome: "open" | "allowed" | "refused" | "challenged" | "redirected" = "open";
  /** Where decision `redirect` leads; null before. */
  redirectUrl: string | null = null;
  /** The long value that was judged last, and by which rules. */
  #lastLong: { readonly plan: Plan; readonly value: string } | null = null;
  /** Values inspected so far in which something was found: then a whole field is not clean either. */
  #hits = 0;
  /** The model was not asked of a value that it would have had something to say of. */
  #isSeenInPart = false;
  readonly #bound: WorkBound;
  readonly #learned: LearnedJudge | null;

  constructor(policy: TransactionPolicy, request: WafRequest) {
    this.#policy = policy;
    this.#request = request;
    this.threshold = policy.threshold;
    this.#learned = policy.learned === null ? null : new LearnedJudge(policy.learned);
    this.#bound = new WorkBound(policy.clock);
  }

  /** Phase request-headers. */
  requestHead(): WafDecision {
    const { method, rawPath, path, rawQuery, headers, clientAddress, protocol, signs } = this.#request;
    this.value("path", "", path);
    this.value("raw-path", "", rawPath);
    this.value("method", "", method);
    this.value("protocol", "", protocol);
    this.value("client", "", clientAddress);
    if (signs !== undefined) readSigns(signs, this.#policy.program.kinds, this);
    this.value("uri", "", rawQuery === null ? rawPath : `${rawPath}?${rawQuery}`);
    if (rawQuery !== null && rawQuery !== "") this.#query(rawQuery);
    for (let i = 0; i < headers.length; i++) this.#header(headers.names[i]!, headers.values[i]!);
    this.#conditions("request-headers");
    if (!hasFraming(this.#request)) this.#conditions("request-body");
    return this.#decide();
  }

  /**
   * `whole`: a body may follow; hold it up to the inspection limit, pass what is longer on in windows.
   * [SECURITY] Over HTTP/2 a body needs no Content-Length, whatever the method.
   */
  get bodyNeed(): "none" | "whole" {
    if (this.#outcome === "allowed" || this.#request.headers.get("content-length") === "0") return "none";
    return hasFraming(this.#request) || !this.#request.protocol.startsWith("HTTP/1") ? "whole" : "none";
  }

  /** The whole body, as sent, with what stands behind it. */
  requestBody(bytes: Uint8Array, trailers: HeaderList | null = null): WafDecision {
    this.#beginBodyCall();
    this.#wholeBody(this.#body!, bytes);
    return this.requestBodyEnd(trailers);
  }

  /** [SECURITY] Rules that compare the whole request see the values of every body, known or not. */
  #wholeBody(body: BodyInspection, bytes: Uint8Array): void {
    const { bodyMemo, conditional } = this.#policy.program;
    const key = conditional["request-body"].length > 0 ? null : body.keyOf(bytes);
    const bit = bitOf("body", this.#policy.learned !== null);
    if (key !== null && bodyMemo.has(key, bit)) return;
    const before = this.#hits;
    body.whole(bytes);
    if (key !== null && this.#hits === before && this.#sawAll) bodyMemo.add(key, bit);
  }

  /** The next part of a body that is not held as a whole; `chunk` is only read during the call. */
  requestBodyWindow(chunk: Uint8Array): WafDecision {
    this.#beginBodyCall();
    this.#body!.window(chunk);
    return this.#decide();
  }

  /** The body is over. Trailers are judged as fields of the head: many a server merges them. */
  requestBodyEnd(trailers: HeaderList | null = null): WafDecision {
    this.#beginBodyCall();
    this.#body!.end();
    for (let i = 0; i < (trailers?.length ?? 0); i++) this.#header(trailers!.names[i]!, trailers!.values[i]!);
    this.#conditions("request-body");
    return this.#decide();
  }

  /** Phase response-headers. */
  responseHead(status: number, headers: HeaderList): WafDecision {
    this.#phase = "response-headers";
    this.#response = { status, headers };
    this.value("response-status", "", String(status));
    for (let i = 0; i < headers.length; i++) {
      this.value("response-header", headers.names[i]!, headers.values[i]!);
    }
    this.#conditions("response-headers");
    return this.#decide();
  }

  /** Phase response-body: the text of the answer's beginning, or all of it. */
  responseBody(text: string): WafDecision {
    this.#phase = "response-body";
    this.#answerText = text;
    this.value("response-body", "", text);
    this.#conditions("response-body");
    return this.#decide();
  }

  /** Judges one value that was found in the request. */
  value(kind: ValueKind, name: string, value: string): void {
    const { program } = this.#policy;
    if (this.#phase === "request-body") this.#keep(kind, name, value);
    const plan = this.#planFor(kind, name);
    if (plan === null || value === "") return;
    // What is refused already needs no second opinion.
    const isAsked = this.#policy.learned !== null && this.#outcome !== "refused" && isScoredPlace(kind, name);
    const { seen } = plan;
    const bits = seen === null ? 0 : isAsked ? seen.bit | LEARNED_BIT : seen.bit;
    if (seen !== null && seen.memo.has(value, bits)) return;
    const known = program.matchMemo.find(plan, kind, value);
    if (known !== null) return void this.#judge(known, kind, name, value, charMask(value));
    if (kind !== "anomaly" && this.#isExhausted(value.length)) return;
    if (value.length > LONG_CHARS) return this.#long(plan, kind, name, value);
    const mask = charMask(value);
    const matches = matchesThatCount(program, plan, kind, value, mask);
    if (matches.length > 0) program.matchMemo.add(plan, kind, value, matches);
    const isFine = this.#judge(matches, kind, name, value, mask);
    if (matches.length === 0 && seen !== null && (isFine || !isAsked)) seen.memo.add(value, bits);
  }

  undecoded(kind: ValueKind, name: string, value: string): void {
    const plan = this.#planFor(kind, name);
    if (plan !== null) this.#pieces(plan, false, kind, name, value);
  }

  /** What is done with values of the name; null: nothing, or nothing any more. */
  #planFor(kind: ValueKind, name: string): Plan | null {
    const plans = this.#policy.program.kinds[kind];
    if (plans === undefined || this.#outcome === "allowed") return null;
    if (this.#isTold) return null;
    return plans.named.size === 0 ? plans.generic : plans.named.get(name) ?? plans.generic;
  }

  /**
   * [SECURITY] What is no text is judged undecoded only; its stretches of text, and the whole of a text, are judged
   * as any value is, and once more without what separates and says nothing.
   */
  #long(plan: Plan, kind: ValueKind, name: string, whole: string): void {
    const isEnd = this.#lastLong !== null && this.#lastLong.plan === plan &&
      this.#lastLong.value.endsWith(whole);
    this.#lastLong = { plan, value: whole };
    // What a parser gave up at is judged as one running text first; only how it begins is new then.
    const value = isEnd ? whole.slice(0, PIECE_CHARS) : whole;
    const text = textStretches(value);
    if (text !== value) this.undecoded(kind, name, value);
    this.#pieces(plan, true, kind, name, text);
    const compact = compactRuns(text);
    if (compact.joints.length > 0) this.#pieces(plan, true, kind, name, compact.text, compact.joints);
  }

  #pieces(
    plan: Plan,
    isDecoded: boolean,
    kind: ValueKind,
    name: string,
    value: string,
    joints: readonly number[] | null = null,
  ): void {
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
    }
  }

  /**
   * What rules and model say of a value. False: the model was not asked although it might have something to say, or
   * it took the value for an attack.
   */
  #judge(found: readonly Match[], kind: ValueKind, name: string, value: string, mask: number): boolean {
    const judge = this.#learned;
    const { program } = this.#policy;
    const matches = countingInPieces(program, found, { kind, name, body: this.#body });
    let mustConfirm = false;
    let isLetPass = matches !== found;
    for (const match of matches) {
      if (judge !== null && program.rules[match.rule]!.rule.confirm === true) mustConfirm = true;
      else if (!this.#matched(match, kind, name, value)) isLetPass = true;
    }
    // Somebody has looked at such a value and said that it is harmless; the model would say the same of it as the rule.
    if (isLetPass) return false;
    if (judge === null || (!mustConfirm && !judge.wants(kind, name, value, mask))) return true;
    const opinion = this.#outcome === "refused" ? null : judge.opinionOn(value, mask, matches.length > 0);
    if (opinion === null) {
      this.#isSeenInPart = true;
      return false;
    }
    if (mustConfirm && judge.confirms(opinion)) {
      const doubted = matches.filter((match) => program.rules[match.rule]!.rule.confirm === true);
      for (const match of doubted) this.#matched(match, kind, name, value);
    }
    const { exceptions, hashKey } = this.#policy;
    const place = {
      kind,
      path: this.#request.path,
      label: targetLabel(kind, name),
      phase: this.#phase,
      value,
      hashKey,
    };
    const finding = judge.weigh(opinion, place, exceptions.get(LEARNED_RULE_ID));
    if (finding === "clean") return true;
    this.#hits++;
    if (finding === "excepted") return false;
    this.score += finding.points;
    this.#apply({ action: finding.action, points: finding.points, refuses: false });
    if (this.findings.length < MAX_FINDINGS) this.findings.push(finding);
    return false;
  }

  anomaly(name: Anomaly): void {
    if (this.#anomalies.has(name)) return;
    this.#anomalies.add(name);
    this.#hits++;
    this.value("anomaly", name, name);
  }

  valuesOf(selector: Selector): readonly PlacedValue[] {
    const head = new HeadView(this.#request, this.#response).valuesOf(selector);
    return [...head, ...valuesBehindHead(selector, this.#anomalies, this.#bodyValues, this.#answerText)];
  }

  #query(rawQuery: string): void {
    const memo = this.#policy.program.fieldMemo;
    const bit = bitOf("query", this.#policy.learned !== null);
    if (memo.has(rawQuery, bit)) return;
    const before = this.#hits;
    this.value("query", "", rawQuery);
    if (/%(?![0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/.test(rawQuery)) this.anomaly("query-malformed-escape");
    if (/%25[0-9a-fA-F]{2}/.test(rawQuery)) this.anomaly("double-encoding");
    readPairs(rawQuery, this);
    if (this.#hits === before && this.#sawAll) memo.add(rawQuery, bit);
  }

  #header(name: string, value: string): void {
    this.value("header-name", name, name);
    if (name === "referer") return readReferer(value, this);
    if (name !== "cookie") return this.value("header", name, bytesToText(value));
    const { fieldMemo: memo, kinds } = this.#policy.program;
    if (kinds.header?.named.has("cookie") === true) this.value("header", name, bytesToText(value));
    const bit = bitOf("cookie", this.#policy.learned !== null);
    if (memo.has(value, bit)) return;
    const before = this.#hits;
    readCookies(value, this);
    if (this.#hits === before && this.#sawAll) memo.add(value, bit);
  }

  /**
   * [SECURITY] Only what was really judged may be remembered as clean: a rule that allows lets the rest pass unseen,
   * and so does a refusal with all the findings that are kept.
   */
  get #sawAll(): boolean {
    return !this.#bound.exhausted && !this.#isSeenInPart && !this.#isTold && this.#outcome !== "allowed";
  }

  /** Refused, with all the findings that are kept: more of the same would only cost time. */
  get #isTold(): boolean {
    return this.#outcome === "refused" && this.findings.length >= MAX_FINDINGS;
  }

  #beginBodyCall(): void {
    this.#phase = "request-body";
    this.#body ??= new BodyInspection(this.#request, this, this.#policy.maxInspectBytes);
  }

  #isExhausted(chars: number): boolean {
    const before = this.#bound.exhausted;
    if (this.#bound.allows(chars)) return false;
    if (!before && this.#outcome !== "refused") this.anomaly("inspection-exhausted");
    return true;
  }

  #keep(kind: ValueKind, name: string, value: string): void {
    if (this.#policy.program.conditional["request-body"].length === 0) return;
    if (this.#bodyValues.length < MAX_KEPT_VALUES) this.#bodyValues.push({ kind, name, value });
  }

  #conditions(phase: keyof Program["conditional"]): void {
    if (this.#outcome === "allowed") return;
    const { program } = this.#policy;
    for (const index of program.conditional[phase]) {
      if (this.#policy.effects[index] === null || this.#counted.has(index)) continue;
      const witness = program.rules[index]!.conditions!.test(this);
      if (witness === null) continue;
      const value = witness.value.slice(0, PIECE_CHARS);
      this.#matched({ rule: index, span: [0, 0] }, witness.kind, witness.name, value);
    }
  }

  /** False: an exception lets it pass here. */
  #matched(match: Match, kind: ValueKind, name: string, value: string): boolean {
    this.#hits++;
    const { effects, program, exceptions, hashKey } = this.#policy;
    const effect = effects[match.rule];
    if (effect === null || effect === undefined) return true;
    const { rule } = program.rules[match.rule]!;
    const label = targetLabel(kind, name);
    if (isExcepted(exceptions.get(rule.id), this.#request.path, label)) return false;
    const points = this.#counted.has(match.rule) ? 0 : effect.points;
    this.#counted.add(match.rule);
    this.score += points;
    this.#apply(effect, rule);
    if (this.findings.length >= MAX_FINDINGS) return true;
    const place = { label, phase: this.#phase, value, hashKey };
    this.findings.push(ruleFinding(program, match, place, { action: effect.action, points }));
    return true;
  }

  #apply(effect: Effect, rule: Rule | null = null): void {
    if (effect.action === "allow") this.#outcome = "allowed";
    if (this.#outcome === "allowed") return;
    if (effect.refuses || (effect.points > 0 && this.score >= this.threshold)) {
      this.#outcome = "refused";
      this.#bound.isRefused = true;
    } else if (effect.action === "challenge" && this.#outcome === "open") this.#outcome = "challenged";
    else if (effect.action === "redirect" && this.#outcome === "open") {
      this.#outcome = "redirected";
      this.redirectUrl = rule?.redirectUrl ?? "/";
    }
  }

  #decide(): WafDecision {
    this.#bound.endCall();
    return this.#policy.mode === "detect" ? "pass" : this.enforced;
  }

  /** What mode `enforce` says, or would say, of the request so far. */
  get enforced(): WafDecision {
    if (this.#outcome === "refused") return "refuse";
    if (this.#outcome === "redirected") return "redirect";
    return this.#outcome === "challenged" ? "challenge" : "pass";
  }
}
