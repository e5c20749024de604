import type { Clock } from "../../core/clock.ts";
import type { RuleException } from "../../core/rule.ts";
import type { LearnedPolicy } from "../learned/opinion.ts";
import type { Effect } from "../policy.ts";
import type { Program } from "../program/program.ts";

/** What a host's rules are, for its transactions. */
export interface TransactionPolicy {
  readonly mode: "detect" | "enforce";
  readonly program: Program;
  /** By index of the program's rules; null: the rule does not run on this host. */
  readonly effects: readonly (Effect | null)[];
  readonly exceptions: ReadonlyMap<string, readonly RuleException[]>;
  readonly threshold: number;
  readonly hashKey: string;
  readonly maxInspectBytes: number;
  readonly clock: Clock;
  /** The learned second opinion; null: it is not asked on this host. */
  readonly learned: LearnedPolicy | null;
}
