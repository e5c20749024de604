import { targetsOf } from "../core/host_path.ts";
import { bucketEndMs, LATENCY_BUCKETS } from "../lib/log_histogram.ts";
import type { SharedState } from "../gateway/shared_state.ts";
import type { MetricsSource } from "../telemetry/metrics.ts";
import type { TargetMetrics } from "../telemetry/target_metrics.ts";
import type { Control } from "./control.ts";
import type { RunningFacts } from "./running_facts.ts";

/** The figures of this process, for its metrics. */
export function metricsSource(
  parts: { readonly control: Control; readonly shared: SharedState; readonly facts: RunningFacts },
): MetricsSource {
  const { control, shared, facts } = parts;
  const bounds = Array.from({ length: LATENCY_BUCKETS - 1 }, (_, bucket) => bucketEndMs(bucket) / 1_000);
  return {
    requests: () => shared.counters.read().requests,
    blocks: () => shared.counters.read().reasons,
    latency() {
      const { latency, latencySumMs } = shared.counters.read();
      const counts = new Array<number>(LATENCY_BUCKETS).fill(0);
      for (const { bucket, n } of latency) counts[bucket] = n;
      return { bounds, counts, sum: latencySumMs / 1_000 };
    },
    connections: () => shared.connections.open(),
    targets: () =>
      control.hosts().flatMap((host) => targetsOf(host).map(({ id }) => targetMetrics(control, id))),
    streams: () => control.streams().map(({ id, name }) => ({ name, ...control.streamStates.counters(id) })),
    bans() {
      const { banned, evicted } = control.banDesk.counts;
      const lists = control.store.addressLists.list().filter((list) => list.enabled);
      return {
        ...control.banHits.totals,
        inForce: control.store.bans.count(control.clock.now()),
        listed: lists.reduce((sum, list) => sum + list.entries, 0),
        made: banned,
        evicted,
        isPaused: control.banDesk.sharedAddress.state !== null,
      };
    },
    limits() {
      const { limited, refused, forgotten } = control.limits.clients();
      const { good, bad, evicted } = shared.reputation.figures();
      return {
        limited,
        refused,
        goodReputations: good,
        badReputations: bad,
        forgotten: forgotten + evicted,
      };
    },
    challenges() {
      const { issued, passed, failed } = control.challenges();
      return { issued, passed, failed };
    },
    alarm() {
      const { alarm } = control;
      return {
        inFlight: alarm.inFlight(),
        isGlobal: alarm.level(null) !== "none",
        hosts: control.hosts().filter(({ id }) => alarm.level(id) !== "none").length,
      };
    },
    sources() {
      const lists = control.store.addressLists.list();
      return {
        failing: {
          list: lists.filter(({ enabled, error }) => enabled && error !== "").length,
          geolocation: control.geo?.states.filter(({ error }) => error !== null).length ?? 0,
          proxies: control.proxies.sources.filter(({ problem }) => problem !== null).length,
        },
        ...control.store.deliveries.undelivered(),
      };
    },
    log() {
      const { lost, sampled_out } = facts.log();
      return { lost, sampledOut: sampled_out };
    },
    analyst: () => control.analyst.health(),
    evidence: () =>
      control.store.evidence.sums().reduce(
        (sum, { requests, bytes }) => ({ requests: sum.requests + requests, bytes: sum.bytes + bytes }),
        { requests: 0, bytes: 0 },
      ),
    snapshotVersion: () => control.publisher.version,
    threads: () => facts.threads(),
    memoryBytes: () => Deno.memoryUsage().rss,
    startedAt: () => facts.startedAt,
  };
}

function targetMetrics(control: Control, id: string): TargetMetrics {
  const { breaker, breaker_openings, active, latency } = control.traffic.target(id);
  const tally = control.traffic.tally(id);
  return {
    id,
    up: control.targets.state(id).up,
    breaker,
    breakerOpenings: breaker_openings,
    active,
    traffic: tally && {
      requests: tally.requests,
      failures: tally.failures,
      answers: tally.latency.reduce((sum, n) => sum + n, 0),
      seconds: tally.latencySumMs / 1_000,
    },
    latency: latency &&
      { "0.5": latency.p50 / 1_000, "0.95": latency.p95 / 1_000, "0.99": latency.p99 / 1_000 },
  };
}
