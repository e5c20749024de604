import type { Host } from "../../core/host.ts";
import { parseRateKey, type RateKey, type RateRule } from "../../core/rate_rule.ts";
import { coreConditions } from "../../core/transform_conditions.ts";
import { AegisError } from "../../core/errors.ts";
import { halfSipHash } from "../../lib/half_sip_hash.ts";
import { compileConditions, type CompiledConditions } from "../../waf/conditions.ts";

/** One of a host's `rate_rules`, ready for requests. */
export interface CompiledRateRule {
  readonly rule: RateRule;
  readonly when: CompiledConditions | null;
  readonly key: RateKey;
  /** Sets the rule's counts apart from those of others in the same table. */
  readonly high: number;
  readonly low: number;
}

export interface RatePlan {
  readonly rules: readonly CompiledRateRule[];
  /** Where the two words of a request's key are put together. */
  readonly words: Int32Array;
}

/** null: the host has none. Throws AegisError for what does not compile. */
export function compileRateRules(host: Pick<Host, "id" | "rate_rules">): RatePlan | null {
  if (host.rate_rules.length === 0) return null;
  const words = new Int32Array(2);
  const rules = host.rate_rules.map((rule) => {
    const key = parseRateKey(rule.key);
    if (key === null) throw new AegisError("invalid_input", `"${rule.key}" is no key of a rate rule`);
    const when = rule.when === undefined ? null : compileConditions(coreConditions(rule.when), []);
    // By its name, so that counts go on when another rule is added, and by what it counts: a changed rule begins anew.
    halfSipHash([0, 0], `${host.id} ${rule.name} ${rule.key} ${rule.statuses}`, words);
    return { rule, when, key, high: words[0]!, low: words[1]! };
  });
  return { rules, words };
}
