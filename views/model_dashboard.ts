import type { Range } from "./model.ts";

/** What `analytics.dashboard` returns. */
export interface DashboardView {
  readonly range: Range;
  readonly from: number;
  readonly to: number;
  readonly headline: {
    readonly state: "quiet" | "attention" | "attack" | "empty" | "idle";
    readonly text: string;
    readonly detail: string;
  };
  readonly totals: {
    readonly requests: number;
    readonly allowed: number;
    readonly detected: number;
    readonly blocked: number;
    readonly challenged: number;
    readonly latency_p95_ms: number | null;
    readonly added_p95_ms: number | null;
    readonly blocked_rate: number | null;
    readonly requests_per_second: number;
  };
  readonly timeline: readonly TimelineBucket[];
  readonly bucket_ms: number;
  readonly top_clients: readonly {
    readonly client: string;
    readonly country: string;
    readonly city: string;
    readonly network: string;
    readonly requests: number;
    readonly blocked: number;
  }[];
  readonly countries: readonly CountryCount[];
  readonly top_hosts: readonly {
    readonly host_id: string;
    readonly name: string;
    readonly requests: number;
    readonly blocked: number;
  }[];
  readonly top_rules: readonly {
    readonly rule_id: string;
    readonly name: string;
    readonly findings: number;
    readonly blocked: number;
  }[];
  readonly targets: readonly TargetState[];
  readonly targets_up: number;
  readonly attention: readonly AttentionItem[];
  readonly certificates_due: readonly {
    readonly id: string;
    readonly names: readonly string[];
    readonly expires_at: number;
  }[];
}

export interface CountryCount {
  readonly country: string;
  readonly name: string;
  readonly requests: number;
  readonly blocked: number;
}

export interface TimelineBucket {
  readonly at: number;
  readonly allowed: number;
  readonly detected: number;
  readonly blocked: number;
  readonly challenged: number;
}

export interface TargetState {
  readonly host_id: string;
  readonly host_name: string;
  readonly id: string;
  readonly url: string;
  readonly up: boolean | null;
  readonly text: string;
  readonly checked_at: number | null;
  readonly since: number | null;
}

export interface AttentionItem {
  readonly kind: string;
  readonly severity: "down" | "slow" | "off";
  readonly title: string;
  readonly text: string;
  readonly host_id: string | null;
  readonly filter: Readonly<Record<string, string>>;
}
