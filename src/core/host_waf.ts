import type { LearnedMode } from "./learned_model.ts";
import type { HostRuleSwitch, Paranoia } from "./rule.ts";

export interface HostWaf {
  readonly mode: "off" | "detect" | "enforce";
  /** null: the global level. */
  readonly paranoia: Paranoia | null;
  /** null: the global threshold. */
  readonly threshold: number | null;
  /** Rule id or family → switch. */
  readonly rules: Readonly<Record<string, HostRuleSwitch>>;
  /** What the learned second opinion does here. */
  readonly learned: LearnedMode;
  /** Rules see the bodies of answers as well, up to 1 MiB. Absent: they do not. */
  readonly response_bodies?: boolean;
}
