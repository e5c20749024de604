import type { ConditionGroup } from "./condition.ts";
import type { Correlation } from "./correlation.ts";

/** A WAF rule as plain data, after validation with all defaults filled in (the zod schema is in waf/rule_file.ts). */

export type Severity = "low" | "medium" | "high" | "critical";
export type RuleAction = "block" | "allow" | "challenge" | "log" | "redirect";
export type Paranoia = 1 | 2 | 3 | 4;

/** Anomaly points by severity (spec 02, Scoring). */
export const SEVERITY_POINTS: Readonly<Record<Severity, number>> = Object.freeze({
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
});

/** Tokenisers and checks that no pattern can say. */
export type RuleDetector = "sqli" | "xss" | "card-number";

/** Exactly one of these says when a rule matches. */
export type RuleMatch =
  | { readonly regex: string }
  | { readonly phrases: readonly string[] }
  | { readonly detect: RuleDetector }
  | { readonly conditions: ConditionGroup }
  | { readonly correlate: Correlation };

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly family: string;
  readonly severity: Severity;
  readonly action: RuleAction;
  readonly paranoia: Paranoia;
  readonly targets: readonly string[];
  readonly transform: readonly string[];
  readonly match: RuleMatch;
  readonly tags: readonly string[];
  /** `skip`: what it finds in a text that somebody wrote (an article, a program) does not count. Absent: it counts. */
  readonly documents?: "skip";
  /** `built-in` rules come with the program; `custom` ones from the operator. */
  readonly origin: "built-in" | "custom";
  readonly enabled: boolean;
  /** A finding counts only where the learned score of its value is above a low bar. */
  readonly confirm?: boolean;
  /** Redirect target where `action` is `redirect`. */
  readonly redirectUrl?: string;
  /** Only on this host (a domain); absent: everywhere. */
  readonly host?: string;
}

/** The global switch of a rule: `inherit` follows the paranoia level, the others stand over it. */
export type RuleSwitch = "inherit" | "on" | "off" | "detect" | "block" | "challenge";

/** Host field `waf.rules`: rule id or family → what it does on this host. */
export type HostRuleSwitch = Exclude<RuleSwitch, "inherit">;

/** Rule × host × path × targets that are let pass. Absent fields mean "every". */
export interface RuleException {
  readonly id: string;
  readonly ruleId: string;
  /** Host id. */
  readonly hostId?: string;
  /** Canonical path, exact, or a prefix where it ends in `*`. */
  readonly path?: string;
  /** E.g. `args:message`. */
  readonly targets?: readonly string[];
  /** Of the learned second opinion only: values that score higher are findings still. */
  readonly upToScore?: number;
  readonly note?: string;
}
