import type { CompiledRateRule } from "../routing/rate_plan.ts";

/** A request that a rule counts by its answer, until that comes. */
export interface PendingCount {
  readonly compiled: CompiledRateRule;
  readonly high: number;
  readonly low: number;
  /** When it was counted among the tries in flight, of the shared clock; -1: it was not. */
  readonly triedAt: number;
}
