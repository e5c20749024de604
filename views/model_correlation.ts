import type { Severity } from "../src/core/rule.ts";

/** A correlated rule was met. */
export interface CorrelationEventView {
  readonly id: string;
  readonly at: number;
  readonly rule_id: string;
  readonly rule_name: string;
  readonly severity: Severity;
  readonly host_id: string;
  readonly host_name: string | null;
  readonly group_by: string;
  readonly group: string;
  /** That of the last request first. */
  readonly clients: readonly string[];
  readonly action: "blocked" | "detected";
  readonly block: "none" | "in_force" | "over";
  readonly blocked_until: number | null;
  readonly window_seconds: number;
  readonly threshold: number;
  readonly counted: number;
  readonly steps: readonly string[];
}

export interface CorrelationDetailView extends CorrelationEventView {
  readonly snapshots: readonly CorrelationSnapshotView[];
}

export interface CorrelationSnapshotView {
  readonly id: string;
  readonly at: number;
  readonly client: string;
  readonly method: string;
  readonly target: string;
  readonly user_agent: string;
  readonly status: number;
  readonly size: number;
  readonly content_type: string;
  readonly latency_ms: number;
  readonly body_bytes: number;
  readonly body_hash: string;
  readonly rule_ids: readonly string[];
  readonly counted: boolean;
}

/** What the analyst did since its start, and what it remembers. */
export interface AnalystView {
  readonly requests: number;
  readonly lost: number;
  readonly events: number;
  readonly unwritten: number;
  readonly clients: number;
  readonly bytes: number;
}

export interface CorrelatedRuleView {
  readonly id: string;
  readonly name: string;
  /** On which it is in force. */
  readonly hosts: number;
}

export interface CorrelationFilter {
  readonly host: string;
  readonly rule: string;
  readonly client: string;
  readonly action: "" | "blocked" | "detected";
}

/** One request of a sequence that was tried. */
export interface SequenceRowView {
  readonly n: number;
  readonly at: number;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly found: readonly string[];
  readonly met: readonly { readonly rule_id: string; readonly rule_name: string; readonly counted: number }[];
}
