import type { GroupBy } from "./correlation.ts";
import type { Severity } from "./rule.ts";

/** A correlated rule was met. What the recorder stores: never bodies or cookies. */
export interface CorrelationEvent {
  /** 26 characters, time-ordered. */
  readonly id: string;
  /** Of the request that met it, milliseconds since 1970. */
  readonly at: number;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly severity: Severity;
  readonly hostId: string;
  readonly groupBy: GroupBy;
  /** The address or network; a keyed hash where it is a cookie; the fingerprint. */
  readonly group: string;
  /** Addresses that took part, that of the last request first. */
  readonly clients: readonly string[];
  readonly action: "blocked" | "detected";
  /** Milliseconds since 1970; null where nobody was blocked. */
  readonly blockedUntil: number | null;
  readonly windowSeconds: number;
  readonly threshold: number;
  /** Requests that counted; of some the snapshot may be gone from memory. */
  readonly counted: number;
  /**
   * Steps of the rule that they met, in the rule's order: of each the families or rules that were found, with ` / ` between
   * two. Of a rule that counts steps and not requests there may be more than `counted`. Empty: the rule has none.
   */
  readonly steps: readonly string[];
  /** In the order of time: those that counted and what the same client did between them. */
  readonly snapshots: readonly EventSnapshot[];
}

export interface EventSnapshot {
  /** Request id, as in the log. */
  readonly id: string;
  readonly at: number;
  readonly client: string;
  readonly method: string;
  /** Path and query, secret-looking values masked. */
  readonly target: string;
  readonly userAgent: string;
  readonly status: number;
  readonly size: number;
  readonly contentType: string;
  readonly latencyMs: number;
  readonly bodyBytes: number;
  /** Keyed; empty where there was no body, or no rule asks for bodies. */
  readonly bodyHash: string;
  /** Rules that found something in it. */
  readonly ruleIds: readonly string[];
  readonly counted: boolean;
}
