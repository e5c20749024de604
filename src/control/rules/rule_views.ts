import type { Rule } from "../../core/rule.ts";
import { effectOn, type PolicyHost, type RuleSettings } from "../../waf/policy.ts";
import type { Answer } from "../body.ts";
import type { Control } from "../control.ts";
import { findHost } from "../hosts/hosts.ts";
import { unknownRule } from "./unknown_rule.ts";

export type RuleView = Answer<"rules.list">["rules"][number];

const DAY_MS = 86_400_000;

/** One rule with its definition and its tests. Throws `not_found`. */
export function ruleDetail(control: Control, id: string): Answer<"rules.get"> {
  const found = control.rules.get(id);
  if (found === null) throw unknownRule(id);
  const { rule, definition, tests, version } = found;
  const view = ruleViews(control, undefined).find((rule) => rule.id === id)!;
  return {
    ...view,
    definition,
    is_correlated: "correlate" in rule.match,
    version,
    tests: { match: [...tests.match], pass: [...tests.pass] },
  };
}

/** Every rule, with what it does where `host` (id or domain) is; absent: where a host says nothing. */
export function ruleViews(control: Control, host: string | undefined): RuleView[] {
  const { waf } = control.settings();
  const settings: RuleSettings = {
    ruleSwitches: control.store.ruleSwitches.all(),
    exceptions: [],
    paranoiaLevel: waf.paranoia_level,
  };
  const on: PolicyHost = host === undefined
    ? {
      id: "",
      domains: [],
      waf: { mode: "enforce", paranoia: null, threshold: null, rules: {}, learned: "off" },
    }
    : findHost(control, host);
  const to = control.clock.now();
  const findings = new Map(
    control.store.analytics.rules({ from: to - DAY_MS, to }).map((each) => [each.ruleId, each.requests]),
  );
  return control.rules.all().map((rule) => ({
    id: rule.id,
    name: rule.name,
    why: rule.why,
    family: rule.family,
    severity: rule.severity,
    action: rule.action,
    paranoia: rule.paranoia,
    origin: control.rules.isDeclared(rule.id) ? "file" as const : rule.origin,
    switch: settings.ruleSwitches[rule.id] ?? "inherit",
    effective: effective(rule, on, settings),
    targets: [...rule.targets],
    tags: [...rule.tags],
    findings_24h: findings.get(rule.id) ?? 0,
  }));
}

function effective(rule: Rule, host: PolicyHost, settings: RuleSettings): RuleView["effective"] {
  const effect = effectOn(rule, host, settings);
  if (effect === null) return "off";
  if (effect.action === "challenge") return "challenge";
  if (effect.action === "block") return effect.refuses ? "block" : "on";
  return effect.action === "log" ? "detect" : "on";
}
