import { head, sample } from "./metrics_text.ts";

export interface TargetMetrics {
  readonly id: string;
  readonly up: boolean | null;
  readonly breaker: "closed" | "open" | "half-open";
  readonly breakerOpenings: number;
  /** Requests that run there now. */
  readonly active: number;
  /** Since the target got its cell; null where it has none. */
  readonly traffic: {
    readonly requests: number;
    readonly failures: number;
    /** Answers whose time is known, and the seconds until they began in all. */
    readonly answers: number;
    readonly seconds: number;
  } | null;
  /** Of the last minute, seconds until an answer began, by quantile; null where there was none. */
  readonly latency: Readonly<Record<"0.5" | "0.95" | "0.99", number>> | null;
}

const BREAKER_STATES = ["closed", "open", "half-open"] as const;

/** How targets do with their traffic. Targets are of the operator's own configuration, and so is their number. */
export function targetLines(targets: readonly TargetMetrics[]): string[] {
  const lines: string[] = [];
  const family = (
    name: string,
    type: "counter" | "gauge" | "summary",
    help: string,
    of: (target: TargetMetrics) => string[],
  ) => {
    lines.push(...head(name, type, help), ...targets.flatMap(of));
  };
  const up = "aegis_target_up";
  family(
    up,
    "gauge",
    "1: the target passes its checks, 0: it does not. Absent until the first check.",
    (target) => target.up === null ? [] : [sample(up, { target: target.id }, target.up ? 1 : 0)],
  );
  const breaker = "aegis_target_breaker_state";
  family(
    breaker,
    "gauge",
    "1 for the state that the target's circuit breaker is in.",
    (target) =>
      BREAKER_STATES.map((state) =>
        sample(breaker, { target: target.id, state }, target.breaker === state ? 1 : 0)
      ),
  );
  const openings = "aegis_target_breaker_openings_total";
  family(openings, "counter", "Times that the target's circuit breaker opened.", (target) => [
    sample(openings, { target: target.id }, target.breakerOpenings),
  ]);
  const active = "aegis_target_active_requests";
  family(active, "gauge", "Requests that run at the target.", (target) => [
    sample(active, { target: target.id }, target.active),
  ]);
  const requests = "aegis_target_requests_total";
  family(
    requests,
    "counter",
    "Requests of which it is known how they went at the target.",
    (target) =>
      target.traffic === null ? [] : [sample(requests, { target: target.id }, target.traffic.requests)],
  );
  const failures = "aegis_target_failures_total";
  family(
    failures,
    "counter",
    "Of these, 5xx, no connection, no answer in time, or garbage.",
    (target) =>
      target.traffic === null ? [] : [sample(failures, { target: target.id }, target.traffic.failures)],
  );
  const latency = "aegis_target_latency_seconds";
  family(
    latency,
    "summary",
    "Time until the target's answer began; quantiles of the last minute.",
    (target) => {
      if (target.traffic === null) return [];
      const quantiles = Object.entries(target.latency ?? {});
      return [
        ...quantiles.map(([quantile, value]) => sample(latency, { target: target.id, quantile }, value)),
        sample(`${latency}_sum`, { target: target.id }, target.traffic.seconds),
        sample(`${latency}_count`, { target: target.id }, target.traffic.answers),
      ];
    },
  );
  return lines;
}
