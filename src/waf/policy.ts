import type { Host } from "../core/host.ts";
import {
  type HostRuleSwitch,
  type Paranoia,
  type Rule,
  type RuleAction,
  type RuleException,
  type RuleSwitch,
  SEVERITY_POINTS,
} from "../core/rule.ts";

/** What a rule does on a host once switches and paranoia have spoken. */
export interface Effect {
  readonly action: RuleAction;
  /** Anomaly points of its findings; 0 where it only watches or decides by itself. */
  readonly points: number;
  /** A finding refuses at once, whatever the score. */
  readonly refuses: boolean;
}

/** What decides whether and how rules run on a host. */
export interface RuleSettings {
  readonly ruleSwitches: Readonly<Record<string, RuleSwitch>>;
  readonly exceptions: readonly RuleException[];
  readonly paranoiaLevel: Paranoia;
}

export type PolicyHost = Pick<Host, "id" | "domains" | "waf">;

/**
 * The effect of `rule` on `host`, or null where it does not run there. The host's switch stands over the global one,
 * a switch of the rule over one of its family, and `inherit` follows the paranoia level (spec 02).
 */
export function effectOn(rule: Rule, host: PolicyHost, settings: RuleSettings): Effect | null {
  if (!rule.enabled) return null;
  if (rule.host !== undefined && !host.domains.includes(rule.host)) return null;
  const chosen = switchFor(rule, host, settings.ruleSwitches);
  const paranoia = host.waf.paranoia ?? settings.paranoiaLevel;
  switch (chosen) {
    case "off":
      return null;
    case "inherit":
      return rule.paranoia <= paranoia ? ownEffect(rule) : null;
    case "on":
      return ownEffect(rule);
    case "detect":
      return { action: "log", points: 0, refuses: false };
    case "challenge":
      return { action: "challenge", points: 0, refuses: false };
    case "block":
      return { action: "block", points: SEVERITY_POINTS[rule.severity], refuses: true };
  }
}

function switchFor(
  rule: Rule,
  host: PolicyHost,
  global: Readonly<Record<string, RuleSwitch>>,
): RuleSwitch | HostRuleSwitch {
  return own(host.waf.rules, rule.id) ?? own(host.waf.rules, rule.family) ??
    own(global, rule.id) ?? own(global, rule.family) ?? "inherit";
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A built-in rule below `high` only adds points; an operator's own `block` refuses at once. */
function ownEffect(rule: Rule): Effect {
  if (rule.action !== "block") return { action: rule.action, points: 0, refuses: false };
  const refuses = rule.origin === "custom" || rule.severity === "high" || rule.severity === "critical";
  return { action: "block", points: SEVERITY_POINTS[rule.severity], refuses };
}

/** Exceptions that may apply on a host, by rule id. */
export function exceptionsFor(
  host: PolicyHost,
  all: readonly RuleException[],
): ReadonlyMap<string, RuleException[]> {
  const byRule = new Map<string, RuleException[]>();
  for (const each of all) {
    if (each.hostId !== undefined && each.hostId !== host.id) continue;
    const list = byRule.get(each.ruleId);
    if (list === undefined) byRule.set(each.ruleId, [each]);
    else list.push(each);
  }
  return byRule;
}

/**
 * True where one of `exceptions` lets a finding at `path` in `label` (`args:message`) pass. `score`: that of the
 * learned second opinion, for exceptions that only raise its threshold.
 */
export function isExcepted(
  exceptions: readonly RuleException[] | undefined,
  path: string,
  label: string,
  score = 0,
): boolean {
  if (exceptions === undefined) return false;
  return exceptions.some((each) =>
    coversPath(each.path, path) && coversTarget(each.targets, label) &&
    (each.upToScore === undefined || score <= each.upToScore)
  );
}

function coversPath(written: string | undefined, path: string): boolean {
  if (written === undefined) return true;
  return written.endsWith("*") ? path.startsWith(written.slice(0, -1)) : path === written;
}

/** `args:message` covers itself, `args` every one of its names. */
function coversTarget(targets: readonly string[] | undefined, label: string): boolean {
  if (targets === undefined) return true;
  const colon = label.indexOf(":");
  return targets.includes(label) || (colon > 0 && targets.includes(label.slice(0, colon)));
}
