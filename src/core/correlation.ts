import type { ConditionGroup } from "./condition.ts";

/** What a correlated rule counts (spec 02, Correlation). */
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
