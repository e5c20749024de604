import type { Finding, Phase } from "../../core/finding.ts";
import type { RuleAction } from "../../core/rule.ts";
import { traceChain } from "../program/chain.ts";
import type { Match } from "../program/match.ts";
import { reduceValue } from "./finding_value.ts";
import type { Program } from "../program/program.ts";

/** A match as a finding: which rule, where, and the value as far as it may be kept. */
export function ruleFinding(
  program: Program,
  match: Match,
  place: { readonly label: string; readonly phase: Phase; readonly value: string; readonly hashKey: string },
  given: { readonly action: RuleAction; readonly points: number },
): Finding {
  const { rule, chain } = program.rules[match.rule]!;
  const { label, phase, value, hashKey } = place;
  return {
    source: "rule",
    ruleId: rule.id,
    ruleName: rule.name,
    family: rule.family,
    severity: rule.severity,
    action: given.action,
    points: given.points,
    phase,
    target: label,
    ...program.matchMemo.evidence(
      match,
      label,
      hashKey,
      () => reduceValue(label, value, traceChain(chain, value), match.span, hashKey),
    ),
  };
}
