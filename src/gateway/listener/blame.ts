import type { Exchange } from "../../core/exchange.ts";
import { isFailure, type Reason } from "../../core/reason.ts";

/** A request that runs, and whether its answer has begun. */
export interface Running {
  readonly exchange: Exchange | null;
  readonly response: { readonly started: boolean };
}

/** Writes into the record of a request what its client did wrong, where nothing was said of that yet. */
export function blame({ exchange, response }: Running, reason: Reason, detail: string): void {
  if (exchange === null || exchange.reason !== null) return;
  exchange.reason = reason;
  exchange.detail = detail;
  if (!response.started && !isFailure(reason)) exchange.action = "blocked";
}
