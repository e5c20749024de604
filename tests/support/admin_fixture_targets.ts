import type { OperationOutput } from "../../src/control/operation.ts";
import { HOSTILE, type HostView, NOW } from "./admin_fixture_data.ts";

type Target = OperationOutput<"hosts.targets">["targets"][number];

/** Invented figures of a host's targets: one well, one warming up behind an open breaker, one canary. */
export function hostTargets(host: HostView): OperationOutput<"hosts.targets"> {
  const of = (over: Partial<Target>): Target => ({
    id: "t",
    url: "http://10.20.0.21:8080",
    role: "primary",
    backup: false,
    weight: 1,
    up: true,
    text: "200 in 9 ms",
    checked_at: NOW - 4_000,
    breaker: "closed",
    breaker_openings: 0,
    warm_up: 100,
    active: 12,
    samples: 1_000,
    p50: 11.2,
    p95: 48,
    p99: 2_310,
    ...over,
  });
  return {
    host_id: host.id,
    balance: host.balance,
    rate: { configured: 100, now: 64 },
    targets: [
      of({ id: "t1" }),
      of({
        id: "t2",
        url: "https://a-rather-long-name-of-a-target.internal.example.com:8443",
        text: HOSTILE,
        breaker: "open",
        breaker_openings: 3,
        warm_up: 25,
        active: 0,
        samples: 0,
        p50: null,
        p95: null,
        p99: null,
      }),
      of({ id: "t3", url: "http://10.20.0.23:8080", role: "canary", weight: 3, active: 1 }),
      of({ id: "t4", url: "http://10.20.0.24:8080", backup: true, up: false, text: "connection refused" }),
    ],
  };
}

/** A canary that was taken back. */
export function hostCanary(host: HostView): OperationOutput<"hosts.canary"> {
  const primary = { targets: ["t1", "t2"], requests: 12_044, failures: 12, failed_percent: 0.1 };
  const canary = { targets: ["t3"], requests: 1_320, failures: 160, failed_percent: 12.12 };
  return {
    host_id: host.id,
    host_name: host.domains[0]!,
    state: "rolled-back",
    percent: 10,
    rollback: {
      at: NOW - 600_000,
      reason: "12.1 % of its 1320 requests failed (limit 10 %)",
      by: "",
    },
    since: NOW - 300_000,
    window_ms: 300_000,
    primary: { ...primary, p50: 11, p95: 48, p99: 310 },
    canary: { ...canary, p50: 13, p95: 52, p99: null },
  };
}
