import { LEARNED_RULE_ID } from "../../core/learned_model.ts";
import { type RuleException, SEVERITY_POINTS } from "../../core/rule.ts";
import { canonicalPath } from "../../lib/canonical_path.ts";
import type { StoredFinding, TrafficDetail } from "../../store/traffic_types.ts";
import type { WafTransaction } from "../../waf/engine.ts";
import { effectOn, isExcepted, type PolicyHost } from "../../waf/policy.ts";
import type { Answer } from "../body.ts";
import type { Control } from "../control.ts";
import { evidenceOfRow } from "../traffic/evidence_bodies.ts";
import { replay } from "../traffic/replay.ts";

/** A stored finding, and whether exceptions would have let it pass. */
interface Judged {
  readonly finding: StoredFinding;
  readonly passes: boolean;
}

/**
 * What the rules say of a request, and what they would say with `exceptions`: by judging it anew where it is kept as a
 * whole, else by what the log says of it.
 */
export function previewExceptions(
  control: Control,
  request: TrafficDetail,
  exceptions: readonly RuleException[],
): Answer<"exceptions.preview"> {
  const evidence = evidenceOfRow(control, request);
  return evidence === null
    ? byFindings(control, request, exceptions)
    : byReplay(replay(control, evidence), replay(control, evidence, exceptions));
}

/** True where, by what the log says of a request, these exceptions leave nothing that refuses it. */
export function passesNow(
  control: Control,
  request: TrafficDetail,
  exceptions: readonly RuleException[],
): boolean {
  return !byFindings(control, request, exceptions).after.refused;
}

function byReplay(before: WafTransaction, after: WafTransaction): Answer<"exceptions.preview"> {
  const left = new Set(after.findings.map(({ ruleId, target }) => `${ruleId} ${target}`));
  const side = ({ score, enforced }: WafTransaction) => ({ score, refused: enforced !== "pass" });
  return {
    by: "replay",
    before: side(before),
    after: side(after),
    threshold: before.threshold,
    findings: before.findings.map(({ ruleId, target }) => ({
      rule_id: ruleId,
      target,
      passes: !left.has(`${ruleId} ${target}`),
    })),
  };
}

function byFindings(
  control: Control,
  request: TrafficDetail,
  exceptions: readonly RuleException[],
): Answer<"exceptions.preview"> {
  const path = canonicalPath(request.target.split("?", 1)[0]!).path;
  const findings = request.findings.filter((finding) => finding.requestId === null);
  const judged = findings.map((finding): Judged => ({
    finding,
    passes: isExcepted(
      exceptions.filter((each) => covers(each, finding, request)),
      path,
      finding.target,
      finding.learned?.score,
    ),
  }));
  const left = judged.filter((each) => !each.passes).map((each) => each.finding);
  const score = pointsOf(left, findings);
  return {
    by: "findings",
    before: {
      score: request.score,
      refused: request.score >= request.threshold || refuses(control, request, findings),
    },
    after: { score, refused: score >= request.threshold || refuses(control, request, left) },
    threshold: request.threshold,
    findings: judged.map(({ finding, passes }) => ({
      rule_id: finding.ruleId,
      target: finding.target,
      passes,
    })),
  };
}

function covers(exception: RuleException, finding: StoredFinding, request: TrafficDetail): boolean {
  if (exception.ruleId !== finding.ruleId) return false;
  return exception.hostId === undefined || exception.hostId === request.hostId;
}

/** A rule's points count once, at its first finding: where that one passes, the next has them. */
function pointsOf(left: readonly StoredFinding[], all: readonly StoredFinding[]): number {
  let score = 0;
  for (const [ruleId, findings] of Map.groupBy(left, (finding) => finding.ruleId)) {
    if (ruleId === LEARNED_RULE_ID) {
      score += Math.max(
        ...findings.map((each) => each.action === "block" ? SEVERITY_POINTS[each.severity] : 0),
      );
    } else score += Math.max(...all.filter((each) => each.ruleId === ruleId).map((each) => each.points));
  }
  return score;
}

/** True where one of the findings refuses by itself, as rules and switches are now. */
function refuses(control: Control, request: TrafficDetail, findings: readonly StoredFinding[]): boolean {
  const { waf } = control.settings();
  const settings = {
    ruleSwitches: control.store.ruleSwitches.all(),
    exceptions: [],
    paranoiaLevel: waf.paranoia_level,
  };
  const host: PolicyHost | undefined = control.hosts().find((each) => each.id === request.hostId);
  if (host === undefined) return false;
  return findings.some((finding) => {
    const rule = control.rules.get(finding.ruleId)?.rule;
    return rule !== undefined && effectOn(rule, host, settings)?.refuses === true;
  });
}
