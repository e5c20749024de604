import { AegisError } from "../../core/errors.ts";
import type { RuleException } from "../../core/rule.ts";
import { canonicalPath } from "../../lib/canonical_path.ts";
import { seenAs } from "../../store/traffic_sample.ts";
import type { TrafficDetail } from "../../store/traffic_types.ts";
import { isExcepted } from "../../waf/policy.ts";
import type { Answer } from "../body.ts";
import type { Control } from "../control.ts";
import { evidenceOfRow } from "../traffic/evidence_bodies.ts";
import { replay } from "../traffic/replay.ts";

type Verified = Pick<Answer<"exceptions.create">, "verified_by" | "still_refused_by">;

export const UNVERIFIED: Verified = { verified_by: "nothing", still_refused_by: [] };

/**
 * An exception made from a request must let exactly that finding pass, else it would be made for nothing (spec 02): by
 * the findings in the log, and where the whole request is kept by judging that once more. Throws `invalid_input` that
 * names what it leaves open.
 */
export function verifyException(control: Control, exception: RuleException, requestId: string): Verified {
  const row = control.store.traffic.get(requestId);
  if (row === null) throw new AegisError("not_found", "that request is no longer in the log");
  const request = seenAs(row, requestId);
  refuseUncovered(exception, request);
  const evidence = evidenceOfRow(control, request);
  if (evidence === null) return { verified_by: "findings", still_refused_by: [] };
  const after = replay(control, evidence, [exception]);
  const open = after.findings.find(({ ruleId }) => ruleId === exception.ruleId);
  if (open !== undefined) {
    throw uncovered(
      "targets",
      `replayed with it, ${exception.ruleId} still finds something in ${open.target}`,
    );
  }
  const still = after.enforced === "pass" ? [] : after.findings.map(({ ruleId }) => ruleId);
  return { verified_by: "replay", still_refused_by: [...new Set(still)] };
}

function refuseUncovered(exception: RuleException, request: TrafficDetail): void {
  // Others that the same row counts went elsewhere, and are not what is let pass here.
  const findings = request.findings.filter(({ ruleId, requestId }) =>
    ruleId === exception.ruleId && requestId === null
  );
  if (findings.length === 0) throw uncovered("rule_id", `${exception.ruleId} found nothing in that request`);
  if (exception.hostId !== undefined && exception.hostId !== request.hostId) {
    throw uncovered("host_id", "that request went to another host");
  }
  const path = canonicalPath(request.target.split("?", 1)[0]!).path;
  const open = findings.find((finding) =>
    !isExcepted([exception], path, finding.target, finding.learned?.score)
  );
  if (open !== undefined) {
    throw uncovered("targets", `this would not let the finding in ${open.target} of ${path} pass`);
  }
}

function uncovered(field: string, message: string): AegisError {
  return new AegisError("invalid_input", message, {
    fields: [{ field, message, remedy: "widen path or targets until they cover the finding" }],
  });
}
