import type { Finding, Phase } from "../../core/finding.ts";
import type { Rule } from "../../core/rule.ts";
import type { Match } from "../program/match.ts";
import { type Effect, isExcepted } from "../policy.ts";
import type { WafDecision } from "../request.ts";
import { ruleFinding } from "./rule_finding.ts";
import { targetLabel, type ValueKind } from "../targets/kinds.ts";
import type { TransactionPolicy } from "./transaction_policy.ts";

/** Findings that one request keeps; the score counts them all the same. */
const MAX_FINDINGS = 32;

/** Where a value stood. */
export interface FoundAt {
  readonly kind: ValueKind;
  readonly name: string;
  readonly value: string;
  readonly phase: Phase;
}

/** What the findings of one request add up to. */
export class Judgement {
  readonly findings: Finding[] = [];
  score = 0;
  /** Values inspected so far in which something was found: then a whole field is not clean either. */
  hits = 0;
  /** Where decision `redirect` leads; null before. */
  redirectUrl: string | null = null;
  readonly #policy: TransactionPolicy;
  readonly #path: string;
  readonly #counted = new Set<number>();
  #outcome: "open" | "allowed" | "refused" | "challenged" | "redirected" = "open";

  constructor(policy: TransactionPolicy, path: string) {
    this.#policy = policy;
    this.#path = path;
  }

  get isAllowed(): boolean {
    return this.#outcome === "allowed";
  }

  get isRefused(): boolean {
    return this.#outcome === "refused";
  }

  /** Refused, with all the findings that are kept: more of the same would only cost time. */
  get isTold(): boolean {
    return this.isRefused && this.findings.length >= MAX_FINDINGS;
  }

  /** The rule has matched somewhere already. */
  hasCounted(rule: number): boolean {
    return this.#counted.has(rule);
  }

  /** A rule matched. False: an exception lets it pass here. */
  matched(match: Match, { kind, name, value, phase }: FoundAt): boolean {
    this.hits++;
    const { effects, program, exceptions, hashKey } = this.#policy;
    const effect = effects[match.rule];
    if (effect === null || effect === undefined) return true;
    const { rule } = program.rules[match.rule]!;
    const label = targetLabel(kind, name);
    if (isExcepted(exceptions.get(rule.id), this.#path, label)) return false;
    const points = this.#counted.has(match.rule) ? 0 : effect.points;
    this.#counted.add(match.rule);
    this.score += points;
    this.#apply(effect, rule);
    if (this.findings.length >= MAX_FINDINGS) return true;
    const place = { label, phase, value, hashKey };
    this.findings.push(ruleFinding(program, match, place, { action: effect.action, points }));
    return true;
  }

  /** The learned model took a value for an attack. */
  suspected(finding: Finding): void {
    this.score += finding.points;
    this.#apply({ action: finding.action, points: finding.points, refuses: false }, null);
    if (this.findings.length < MAX_FINDINGS) this.findings.push(finding);
  }

  #apply(effect: Effect, rule: Rule | null): void {
    if (effect.action === "allow") this.#outcome = "allowed";
    if (this.#outcome === "allowed") return;
    if (effect.refuses || (effect.points > 0 && this.score >= this.#policy.threshold)) {
      this.#outcome = "refused";
    } else if (effect.action === "challenge" && this.#outcome === "open") this.#outcome = "challenged";
    else if (effect.action === "redirect" && this.#outcome === "open") {
      this.#outcome = "redirected";
      this.redirectUrl = rule?.redirectUrl ?? "/";
    }
  }

  /** What mode `enforce` says, or would say, of the request so far. */
  get enforced(): WafDecision {
    switch (this.#outcome) {
      case "refused":
        return "refuse";
      case "redirected":
        return "redirect";
      case "challenged":
        return "challenge";
      default:
        return "pass";
    }
  }
}
