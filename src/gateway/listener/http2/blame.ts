import { isFailure, type Reason } from "../../../core/reason.ts";
import type { Http2Stream } from "./stream.ts";

/** Writes into the record of a request what its client did wrong, where nothing was said of that yet. */
export function blame({ exchange, response }: Http2Stream, reason: Reason, detail: string): void {
  if (exchange === null || exchange.reason !== null) return;
  exchange.reason = reason;
  exchange.detail = detail;
  if (!response.started && !isFailure(reason)) exchange.action = "blocked";
}
