import type { ConditionGroup, RuleAction, Severity } from "./rule.ts";

/** What correlated rules say, what the analyst is told of them, and what it finds (spec 02, Correlation). */

export interface Correlation {
  /** 1 to 3600. */
  readonly windowSeconds: number;
  /** Requests that count, or different steps in mode `distinct`, within the window; at least 2. */
  readonly threshold: number;
  readonly groupBy: GroupBy;
  /**
   * What a request must have been found to do, rule ids or families; each entry is one step, and a step may be met by
   * several rules. Empty: every request may count.
   */
  readonly triggerRules: readonly (readonly string[])[];
  /**
   * `any`: so many requests, whatever step each met. `distinct`: so many different steps. `ordered`: every step, each
   * by a later request than the one before.
   */
  readonly sequenceMode: "any" | "distinct" | "ordered";
  /** Requests that are alike in all of these count once. */
  readonly uniqueFields: readonly UniqueField[];
  /** Further conditions over request and response; null: none. */
  readonly predicates: ConditionGroup | null;
}

/** `source_64`: the IPv4 address, the /64 of an IPv6 one. `session`: the value of a session cookie. */
export type GroupBy = "source_ip" | "source_64" | "session" | "fingerprint" | `cookie:${string}`;

export const UNIQUE_FIELDS = Object.freeze(
  [
    "path",
    "query",
    "body",
    "user_agent",
    "response_status",
    "response_size",
    "response_content_type",
  ] as const,
);

export type UniqueField = typeof UNIQUE_FIELDS[number];

/** One correlated rule as the analyst takes it. */
export interface CorrelatedRule {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly correlation: Correlation;
}

/** All that the analyst has to know; plain data, made by control. */
export interface CorrelationSetup {
  readonly rules: readonly CorrelatedRule[];
  /** Hosts on which some of them are in force. */
  readonly hosts: readonly CorrelatedHost[];
  /** Keys the hashes that stand for bodies and cookies; hex. */
  readonly hashKey: string;
  /** How long a block lasts. */
  readonly blockSeconds: number;
}

export interface CorrelatedHost {
  readonly id: string;
  /** Indexes into `rules`, with what each does here: `block` blocks the clients, everything else only writes it down. */
  readonly rules: readonly { readonly index: number; readonly action: RuleAction }[];
}

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
