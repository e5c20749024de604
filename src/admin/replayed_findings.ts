import type { Actor } from "../control/operation.ts";
import { AegisError } from "../core/errors.ts";
import type { FindingView, TrafficDetail } from "../../views/model.ts";
import type { AdminDeps } from "./deps.ts";

/**
 * The request with every place where its rules find something, where it is kept whole: the log holds some findings of
 * each rule only, and an exception for those alone would be refused by replay.
 */
export async function withReplayedFindings(
  deps: AdminDeps,
  actor: Actor,
  request: TrafficDetail,
): Promise<TrafficDetail> {
  const { evidence, findings } = request;
  if (evidence === null || findings.length === 0 || actor.role === "viewer") return request;
  try {
    const replayed = await deps.perform(actor, "traffic.replay", { id: request.id });
    const rules = new Set(findings.map((each) => each.rule_id));
    const known = new Set(findings.map(placeOf));
    const more = replayed.findings.filter((each) => rules.has(each.rule_id) && !known.has(placeOf(each)));
    return { ...request, findings: [...findings, ...more] };
  } catch (thrown) {
    // It may leave at any moment; the findings of the log are as good as they were.
    if (thrown instanceof AegisError && thrown.code === "not_found") return request;
    throw thrown;
  }
}

function placeOf({ rule_id, target }: Pick<FindingView, "rule_id" | "target">): string {
  return `${rule_id} ${target}`;
}
