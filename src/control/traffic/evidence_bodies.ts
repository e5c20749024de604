import { AegisError } from "../../core/errors.ts";
import type { Evidence } from "../../core/evidence.ts";
import { seenAs } from "../../store/traffic_sample.ts";
import type { TrafficDetail } from "../../store/traffic_types.ts";
import type { Answer, Bodies } from "../body.ts";
import type { Control } from "../control.ts";
import { evidenceOf, keptUntil } from "./evidence.ts";
import { evidenceText } from "./evidence_view.ts";
import { findingView } from "./finding_view.ts";
import { replay } from "./replay.ts";
import { VERDICTS } from "../rules/rule_tester.ts";

export const evidenceBodies: Bodies<"traffic.evidence" | "traffic.replay"> = {
  "traffic.evidence": {
    read: ({ control }, { id }) => {
      const { evidence } = kept(control, id);
      return {
        request_id: evidence.requestId,
        at: evidence.at,
        until: keptUntil(control, evidence),
        method: evidence.method,
        protocol: evidence.protocol,
        ...evidenceText(evidence),
        body_bytes: evidence.body.length,
        body_lacks: evidence.bodyLacks,
      };
    },
  },
  "traffic.replay": {
    read: ({ control }, { id }) => {
      const { evidence, row } = kept(control, id);
      const now = replay(control, evidence);
      const then = new Set(row?.findings.filter(isOfRequest).map(({ ruleId }) => ruleId));
      const found = new Set(now.findings.map(({ ruleId }) => ruleId));
      return {
        request_id: evidence.requestId,
        verdict: VERDICTS[now.enforced],
        score: now.score,
        threshold: now.threshold,
        body_lacks: evidence.bodyLacks,
        findings: now.findings.map(findingView),
        gone: [...then].filter((ruleId) => !found.has(ruleId)),
        fresh: row === null ? [] : [...found].filter((ruleId) => !then.has(ruleId)),
      };
    },
  },
};

/** What the page of a request says of it. */
export function evidenceNote(control: Control, row: TrafficDetail): Answer<"traffic.get">["evidence"] {
  const evidence = evidenceOf(control, idsOf(row));
  return evidence === null ? null : { until: keptUntil(control, evidence), body_lacks: evidence.bodyLacks };
}

/** Of a row of the log: its own request, or one of those that it counts. */
export function evidenceOfRow(control: Control, row: TrafficDetail): Evidence | null {
  return evidenceOf(control, idsOf(row));
}

function idsOf(row: TrafficDetail): string[] {
  return [row.id, ...row.samples.map(({ id }) => id)];
}

function kept(control: Control, id: string): { evidence: Evidence; row: TrafficDetail | null } {
  const found = control.store.traffic.get(id);
  const row = found === null ? null : seenAs(found, id);
  const evidence = evidenceOf(control, row === null ? [id] : [id, ...idsOf(row)]);
  if (evidence !== null) return { evidence, row };
  throw new AegisError("not_found", "that request is not kept; its host says for how long with `evidence`");
}

/** Rows count refusals together, and answers have findings of their own: neither is what is judged again. */
function isOfRequest({ requestId, phase }: { requestId: string | null; phase: string }): boolean {
  return requestId === null && !phase.startsWith("response");
}
