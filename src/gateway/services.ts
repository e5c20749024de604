import type { Clock } from "../core/clock.ts";
import type { Logger, Transport } from "../core/ports.ts";
import type { RequestRecord } from "../core/record.ts";
import type { RetryBudget } from "../lib/retry_budget.ts";
import type { CompiledSnapshot } from "./compiled_snapshot.ts";
import type { InspectionMemory } from "./inspection_memory.ts";

/** What the stages of one gateway thread work with. */
export interface GatewayServices {
  /** The one in force; an exchange takes it once, at its beginning. */
  readonly snapshot: CompiledSnapshot;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly transport: Transport;
  readonly inspection: InspectionMemory;
  readonly retryBudget: RetryBudget;
  /** One request begins or ends at a target, for the load that all threads see together. */
  targetBegins(targetId: string, snapshot: CompiledSnapshot): void;
  targetEnds(targetId: string, snapshot: CompiledSnapshot): void;
  /** Counts it and queues it for the log. */
  record(record: RequestRecord): void;
}
