import assert from "node:assert/strict";
import { type MetricsSource, renderMetrics } from "./metrics.ts";

const idle = { breaker: "closed", breakerOpenings: 0, active: 0, traffic: null, latency: null } as const;

const SOURCE: MetricsSource = {
  requests: () => ({ allowed: 10, detected: 2, blocked: 3, challenged: 0 }),
  blocks: () => ({ waf: 2, ban: 1 }),
  latency: () => ({ bounds: [0.001, 0.01], counts: [4, 5, 6], sum: 1.5 }),
  connections: () => 7,
  targets: () => [
    {
      ...idle,
      id: "t1",
      up: true,
      breaker: "half-open",
      breakerOpenings: 2,
      active: 7,
      traffic: { requests: 900, failures: 12, answers: 880, seconds: 44.5 },
      latency: { "0.5": 0.02, "0.95": 0.3, "0.99": 1.5 },
    },
    { ...idle, id: "t2", up: false },
    { ...idle, id: "t3", up: null },
  ],
  streams: () => [
    { name: "dns", active: 3, total: 40, refused: 2, failed: 1, uploadBytes: 900, downloadBytes: 4_000 },
  ],
  bans: () => ({ inForce: 2, listed: 1412, made: 7, evicted: 0, answered: 40, dropped: 900, isPaused: true }),
  limits: () => ({ limited: 5, refused: 1, goodReputations: 2, badReputations: 3, forgotten: 0 }),
  challenges: () => ({ issued: 12, passed: 9, failed: 2 }),
  alarm: () => ({ inFlight: 7, isGlobal: false, hosts: 1 }),
  analyst: () => ({ requests: 9, lost: 2, events: 1, bytes: 4_096 }),
  evidence: () => ({ requests: 3, bytes: 900 }),
  sources: () => ({ failing: { list: 2, geolocation: 1, proxies: 0 }, waiting: 3, givenUp: 4 }),
  log: () => ({ lost: 1, sampledOut: 2 }),
  snapshotVersion: () => 4,
  threads: () => [{ kind: "gateway", index: 0, restarts: 1 }],
  memoryBytes: () => 1_000,
  startedAt: () => 2_000,
};

Deno.test("every sample follows the help and type of its family", () => {
  const known = new Set<string>();
  for (const line of renderMetrics(SOURCE).trimEnd().split("\n")) {
    if (line.startsWith("# HELP ")) continue;
    if (line.startsWith("# TYPE ")) {
      known.add(line.split(" ")[2]!);
      continue;
    }
    const match = /^([a-z_]+)(?:\{(?:[a-z]+="[^"]*",?)+\})? [\d.]+$/.exec(line);
    assert.ok(match !== null, line);
    assert.ok(known.has(match[1]!.replace(/_(?:bucket|sum|count)$/, "")), line);
  }
});

Deno.test("histogram buckets are cumulative and end with all", () => {
  const text = renderMetrics(SOURCE);
  assert.match(text, /_bucket\{le="0\.001"\} 4\n.*_bucket\{le="0\.01"\} 9\n.*_bucket\{le="\+Inf"\} 15\n/);
  assert.match(text, /_sum 1\.5\n.*_count 15\n/);
});

Deno.test("a target that was not checked yet has no sample", () => {
  const text = renderMetrics(SOURCE);
  assert.match(text, /aegis_target_up\{target="t1"\} 1\naegis_target_up\{target="t2"\} 0\n#/);
});

Deno.test("targets tell their breaker, their load and their latency", () => {
  const text = renderMetrics(SOURCE);
  for (
    const line of [
      'aegis_target_breaker_state{target="t1",state="half-open"} 1',
      'aegis_target_breaker_state{target="t1",state="closed"} 0',
      'aegis_target_breaker_state{target="t2",state="closed"} 1',
      'aegis_target_breaker_openings_total{target="t1"} 2',
      'aegis_target_active_requests{target="t1"} 7',
      'aegis_target_failures_total{target="t1"} 12',
      'aegis_target_latency_seconds{target="t1",quantile="0.95"} 0.3',
      'aegis_target_latency_seconds_sum{target="t1"} 44.5',
      'aegis_target_latency_seconds_count{target="t1"} 880',
    ]
  ) assert.ok(text.includes(`${line}\n`), line);
  assert.doesNotMatch(text, /aegis_target_requests_total\{target="t3"/);
});

Deno.test("streams show their connections and bytes by the name that the operator gave them", () => {
  const text = renderMetrics(SOURCE);
  assert.match(text, /^aegis_stream_connections\{stream="dns"\} 3$/m);
  assert.match(text, /^aegis_stream_connections_total\{stream="dns",result="refused"\} 2$/m);
  assert.match(text, /^aegis_stream_bytes_total\{stream="dns",direction="download"\} 4000$/m);
});
