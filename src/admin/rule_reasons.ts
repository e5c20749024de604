import { AegisError } from "../core/errors.ts";
import { LEARNED_RULE_ID } from "../core/learned_model.ts";
import type { Actor } from "../control/operation.ts";
import type { FindingView } from "../../views/model.ts";
import type { AdminDeps } from "./deps.ts";

const LEARNED_REASON = "A model trained on attacks takes the value for one. No rule is needed for that.";

/** What each rule that found something guards against. A rule that is gone meanwhile has none. */
export async function ruleReasons(
  deps: AdminDeps,
  actor: Actor,
  findings: readonly FindingView[],
): Promise<Record<string, string>> {
  const ids = [...new Set(findings.map((finding) => finding.rule_id))];
  const reasons = await Promise.all(ids.map(async (id): Promise<[string, string] | null> => {
    if (id === LEARNED_RULE_ID) return [id, LEARNED_REASON];
    try {
      return [id, (await deps.perform(actor, "rules.get", { id })).why];
    } catch (thrown) {
      if (thrown instanceof AegisError && thrown.code === "not_found") return null;
      throw thrown;
    }
  }));
  return Object.fromEntries(reasons.filter((reason) => reason !== null));
}
