import type { Correlation } from "./correlation.ts";
import type { RuleAction, Severity } from "./rule.ts";

/** One correlated rule as the analyst takes it. */
export interface CorrelatedRule {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly correlation: Correlation;
}

/** All that the analyst has to know; plain data, made by control. */
export interface CorrelationSetup {
  readonly rules: readonly CorrelatedRule[];
  /** Hosts on which some of them are in force. */
  readonly hosts: readonly CorrelatedHost[];
  /** Keys the hashes that stand for bodies and cookies; hex. */
  readonly hashKey: string;
  /** How long a block lasts. */
  readonly blockSeconds: number;
}

export interface CorrelatedHost {
  readonly id: string;
  /** Indexes into `rules`, with what each does here: `block` blocks the clients, everything else only writes it down. */
  readonly rules: readonly { readonly index: number; readonly action: RuleAction }[];
}
