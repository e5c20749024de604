import type { Exchange } from "../../core/exchange.ts";
import { isFailure, type Reason, REASONS } from "../../core/reason.ts";
import type { WhyBanned } from "./codec.ts";

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

/** Asks whether the client is banned by now; what to say where it breaks off, or null. */
export function blameBanned(running: Running, whyBanned: WhyBanned): string | null {
  const why = running.exchange === null ? null : whyBanned(running.exchange);
  if (why === null) return null;
  blame(running, why.reason, why.detail);
  return why.detail;
}

/** The pipeline wanted to say what cannot be said safely: a fixed answer goes out instead. */
export function noteUnsafe(exchange: Exchange, detail: string): void {
  exchange.reason = "internal";
  exchange.detail = detail;
  exchange.status = REASONS.internal.status;
}
