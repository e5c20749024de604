import type { LearnedEvidence } from "./learned_model.ts";
import type { RuleAction, Severity } from "./rule.ts";

/** One step of how a value was read: the transformation and what it made of the value (at most 512 B). */
export interface DecodeStep {
  readonly transformation: string;
  readonly output: string;
}

/** What a rule saw in a request. `value` and `steps` are already reduced as the log may keep them (spec 04). */
export interface Finding {
  /** `learned`: the model; `correlation` comes with its part. */
  readonly source: "rule" | "learned" | "correlation";
  readonly ruleId: string;
  readonly ruleName: string;
  /** The family of a built-in rule, the category of a custom one. */
  readonly family: string;
  readonly severity: Severity;
  /** What the rule does on this host once paranoia, host switches and mode have spoken. */
  readonly action: RuleAction;
  /** Anomaly points that this finding adds. */
  readonly points: number;
  readonly phase: Phase;
  /** Where the value stood: `args:id`, `headers:user-agent`, `json:user.name`, `path`. */
  readonly target: string;
  /** The value as sent, at most 512 B around the match, secret-looking ones reduced to shape and keyed hash. */
  readonly value: string;
  readonly steps: readonly DecodeStep[];
  /** Start and end of the match inside the last step's output (or `value` where no step changed it), in chars. */
  readonly span: readonly [number, number];
  /** Where the model was asked: of its own findings, and of rules that it has to confirm. */
  readonly learned?: LearnedEvidence;
}

export type Phase = "request-headers" | "request-body" | "response-headers" | "response-body" | "log";
