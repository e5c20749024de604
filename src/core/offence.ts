import type { Severity } from "./rule.ts";

/** A request that the rules refused, for what control makes of clients that do it again (spec 02, Automatic blocking). */
export interface Offence {
  readonly hostId: string;
  readonly client: string;
  /** The highest among its findings. */
  readonly severity: Severity;
  readonly ruleId: string;
  /** Name of the pass that the request showed (`passName`); absent: none. */
  readonly pass?: string;
}

export const SEVERITY_ORDER: readonly Severity[] = Object.freeze(["low", "medium", "high", "critical"]);
