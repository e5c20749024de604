import type { Target } from "../src/core/target.ts";

/** How a host's targets do with its traffic, as `hosts.targets` gives it. Times in milliseconds. */
export interface HostTargets {
  readonly host_id: string;
  readonly balance: string;
  readonly rate: { readonly configured: number; readonly now: number } | null;
  readonly targets: readonly TargetTraffic[];
}

export interface TargetTraffic extends Pick<Target, "id" | "url" | "role" | "backup" | "weight"> {
  readonly up: boolean | null;
  readonly text: string;
  readonly checked_at: number | null;
  readonly breaker: "closed" | "open" | "half-open";
  readonly breaker_openings: number;
  readonly warm_up: number;
  readonly active: number;
  readonly samples: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface CanarySide {
  readonly targets: readonly string[];
  readonly requests: number;
  readonly failures: number;
  readonly failed_percent: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** As `hosts.canary` gives it. */
export interface CanaryView {
  readonly host_id: string;
  readonly host_name: string;
  readonly state: "none" | "off" | "running" | "rolled-back";
  readonly percent: number;
  readonly rollback: { readonly at: number; readonly reason: string; readonly by: string } | null;
  readonly since: number | null;
  readonly window_ms: number;
  readonly primary: CanarySide;
  readonly canary: CanarySide;
}
