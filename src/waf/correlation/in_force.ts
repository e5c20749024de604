import type { Correlation } from "../../core/correlation.ts";
import type { CorrelatedHost, CorrelatedRule } from "../../core/correlation_setup.ts";
import type { Rule } from "../../core/rule.ts";
import { effectOn, type PolicyHost, type RuleSettings } from "../policy.ts";

/** A correlated rule with what it does on one host. */
export interface RuleOnHost {
  readonly rule: Rule;
  readonly correlation: Correlation;
  /** `block` only where the host enforces. */
  readonly action: "block" | "log";
}

/** The correlated ones of `rules`. */
export function correlatedRules(rules: readonly Rule[]): readonly Rule[] {
  return rules.filter((rule) => rule.enabled && "correlate" in rule.match);
}

/** Those of `rules` that count requests of `host`, as switches, paranoia and mode have it. */
export function rulesInForce(
  rules: readonly Rule[],
  host: PolicyHost,
  settings: RuleSettings,
): RuleOnHost[] {
  if (host.waf.mode === "off") return [];
  return rules.flatMap((rule): RuleOnHost[] => {
    if (!("correlate" in rule.match)) return [];
    const effect = effectOn(rule, host, settings);
    if (effect === null) return [];
    const blocks = effect.action === "block" && effect.refuses && host.waf.mode === "enforce";
    return [{ rule, correlation: rule.match.correlate, action: blocks ? "block" : "log" }];
  });
}

/** What the analyst is told of rules and hosts; hosts without any are left out. */
export function setupParts(
  rules: readonly Rule[],
  hosts: readonly (PolicyHost & { readonly enabled: boolean })[],
  settings: RuleSettings,
): { readonly rules: readonly CorrelatedRule[]; readonly hosts: readonly CorrelatedHost[] } {
  const correlated = correlatedRules(rules);
  if (correlated.length === 0) return { rules: [], hosts: [] };
  const index = new Map(correlated.map((rule, i) => [rule, i]));
  return {
    rules: correlated.flatMap(({ id, name, severity, match }) =>
      "correlate" in match ? [{ id, name, severity, correlation: match.correlate }] : []
    ),
    hosts: hosts.flatMap((host): CorrelatedHost[] => {
      if (!host.enabled) return [];
      const inForce = rulesInForce(correlated, host, settings);
      if (inForce.length === 0) return [];
      return [{
        id: host.id,
        rules: inForce.map(({ rule, action }) => ({ index: index.get(rule)!, action })),
      }];
    }),
  };
}
