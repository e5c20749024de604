import type { Finding } from "../../core/finding.ts";
import type { Answer } from "../body.ts";

/** A finding as every face shows it. */
export function findingView(finding: Finding): Answer<"traffic.get">["findings"][number] {
  return {
    source: finding.source,
    rule_id: finding.ruleId,
    rule_name: finding.ruleName,
    family: finding.family,
    severity: finding.severity,
    action: finding.action,
    points: finding.points,
    phase: finding.phase,
    target: finding.target,
    value: finding.value,
    steps: finding.steps.map(({ transformation, output }) => ({ transformation, output })),
    span: [finding.span[0], finding.span[1]],
    learned: finding.learned === undefined
      ? null
      : { ...finding.learned, pieces: finding.learned.pieces.map((piece) => ({ ...piece })) },
  };
}
