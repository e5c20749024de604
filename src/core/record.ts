import type { ExchangeAction } from "./exchange.ts";
import type { Finding } from "./finding.ts";
import type { ProgramSigns } from "./program_signs.ts";
import type { Reason } from "./reason.ts";

/** One line of the request log (spec 04, Request log). Never bodies, cookies, tokens or Authorization. */
export interface RequestRecord {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Host id, or empty where none answered. */
  readonly hostId: string;
  /** Name the client asked for. */
  readonly host: string;
  readonly client: string;
  /** Where the client is, as far as it is known: ISO 3166-1 alpha-2, name, number of the autonomous system. */
  readonly country?: string | undefined;
  readonly city?: string;
  readonly asn?: number;
  readonly method: string;
  /** Path and query, secret-looking query values masked, at most 2,048 chars. */
  readonly target: string;
  readonly protocol: string;
  readonly scheme: string;
  /** 0 where the connection was closed without an answer. */
  readonly status: number;
  readonly action: ExchangeAction;
  readonly reason: Reason | null;
  readonly detail: string;
  readonly userAgent: string;
  readonly program?: ProgramSigns;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly latencyMs: number;
  /** -1 where no target answered. */
  readonly upstreamMs: number;
  readonly wafMs: number;
  readonly targetId: string;
  readonly score: number;
  readonly threshold: number;
  readonly findings: readonly Finding[];
  /** Refusals like this one that came soon after it and have no record of their own. */
  readonly repeats?: RefusalRepeats;
}

/** Refusals of the same client, host, reason, action and status as a record's, in which no rule found anything. */
export interface RefusalRepeats {
  readonly requests: number;
  /** Of the last of them, milliseconds since 1970. */
  readonly lastAt: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Bucket (lib/log_histogram.ts) and count of their latencies; no target took part in any. */
  readonly latency: readonly (readonly [number, number])[];
}

/** How many requests the records stand for. */
export function countRequests(records: readonly RequestRecord[]): number {
  let requests = records.length;
  for (const { repeats } of records) if (repeats !== undefined) requests += repeats.requests;
  return requests;
}
