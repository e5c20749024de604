import type { FindingView } from "../model.ts";

/** What weighs most stands first; among equals the order in which the rules saw it. */
export function heaviestFirst(findings: readonly FindingView[]): FindingView[] {
  return findings.toSorted((a, b) => b.points - a.points);
}

/** The first finding of each rule, the heaviest first. */
export function oneARule(findings: readonly FindingView[]): FindingView[] {
  const first = new Map<string, FindingView>();
  for (const finding of heaviestFirst(findings)) {
    if (!first.has(finding.rule_id)) first.set(finding.rule_id, finding);
  }
  return [...first.values()];
}
