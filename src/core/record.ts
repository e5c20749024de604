import type { ExchangeAction } from "./exchange.ts";
import type { Finding } from "./finding.ts";
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
}
