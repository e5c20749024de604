import type { FindingView } from "../model.ts";

/** What weighs most stands first; among equals the order in which the rules saw it. */
export function heaviestFirst(findings: readonly FindingView[]): FindingView[] {
  return findings.toSorted((a, b) => b.points - a.points);
}

/** Findings in one value that was read by the same steps stand together. */
export function byReading(findings: readonly FindingView[]): [FindingView, ...FindingView[]][] {
  const groups = new Map<string, [FindingView, ...FindingView[]]>();
  for (const finding of findings) {
    const { target, value, steps } = finding;
    const key = JSON.stringify([target, value, steps.map(({ output }) => output)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

/** The first finding of each rule, the heaviest first. */
export function oneARule(findings: readonly FindingView[]): FindingView[] {
  const first = new Map<string, FindingView>();
  for (const finding of heaviestFirst(findings)) {
    if (!first.has(finding.rule_id)) first.set(finding.rule_id, finding);
  }
  return [...first.values()];
}
