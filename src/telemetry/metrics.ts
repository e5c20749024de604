import { type Family, streamFamilies, type StreamMetrics } from "./stream_metrics.ts";

/** Where figures come from: the shared counters and what control knows. Read at each scrape, cheap, never throws. */
export interface MetricsSource {
  /** Requests by action. */
  requests(): Readonly<Record<"allowed" | "detected" | "blocked" | "challenged", number>>;
  /** Refusals by reason of the closed list (core/reason.ts). */
  blocks(): Readonly<Record<string, number>>;
  /** Seconds from the head of a request to the end of its answer. `counts[i]`: those within `bounds[i]`, not cumulative; one more for the rest. */
  latency(): { readonly bounds: readonly number[]; readonly counts: readonly number[]; readonly sum: number };
  /** Open now. */
  connections(): number;
  targets(): readonly TargetMetrics[];
  streams(): readonly StreamMetrics[];
  bans(): BanMetrics;
  limits(): LimitMetrics;
  /** By what became of them. */
  challenges(): Readonly<Record<"issued" | "passed" | "failed", number>>;
  alarm(): AlarmMetrics;
  log(): { readonly lost: number; readonly sampledOut: number };
  analyst(): AnalystMetrics;
  /** Whole refused requests that are kept, sealed. */
  evidence(): { readonly requests: number; readonly bytes: number };
  snapshotVersion(): number;
  threads(): readonly { readonly kind: string; readonly index: number; readonly restarts: number }[];
  /** Resident memory of the process, bytes. */
  memoryBytes(): number;
  /** Milliseconds since 1970. */
  startedAt(): number;
}

/** Of the analyst thread, since its start. */
export interface AnalystMetrics {
  readonly requests: number;
  readonly lost: number;
  readonly events: number;
  readonly bytes: number;
}

export interface AlarmMetrics {
  /** Requests, without tunnels and event streams. */
  readonly inFlight: number;
  /** Every host is under attack. */
  readonly isGlobal: boolean;
  /** Hosts under attack. */
  readonly hosts: number;
}

/** Who is kept out, and what it did since the start. */
export interface BanMetrics {
  readonly inForce: number;
  /** Networks of subscribed lists that are on. */
  readonly listed: number;
  /** Made by Aegis itself. */
  readonly made: number;
  /** Gave way to newer ones in a full table. */
  readonly evicted: number;
  readonly answered: number;
  readonly dropped: number;
  /** No automatic ban is made: one inner address stands for all clients. */
  readonly isPaused: boolean;
}

/** Clients that the shield keeps something of, and how many had to be forgotten because the memory was full. */
export interface LimitMetrics {
  readonly limited: number;
  readonly refused: number;
  readonly goodReputations: number;
  readonly badReputations: number;
  readonly forgotten: number;
}

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

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Readonly<Record<string, string | number>>;

/**
 * The figures in Prometheus' text format 0.0.4. Every label comes from a closed list or from the operator's own
 * configuration: none is a value that a client sends, so that nobody outside can grow the number of series.
 */
export function renderMetrics(source: MetricsSource): string {
  const lines: string[] = [];
  const family: Family = (name, type, help, samples) => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [labels, value] of samples) lines.push(sample(name, labels, value));
  };
  const each = (record: Readonly<Record<string, number>>, label: string) =>
    Object.entries(record).map(([key, value]): [Labels, number] => [{ [label]: key }, value]);

  family(
    "aegis_requests_total",
    "counter",
    "Requests by what was done with them.",
    each(source.requests(), "action"),
  );
  family("aegis_blocks_total", "counter", "Refused requests by reason.", each(source.blocks(), "reason"));
  latency(lines, source.latency());
  family("aegis_connections", "gauge", "Open client connections.", [[{}, source.connections()]]);
  family(
    "aegis_target_up",
    "gauge",
    "1: the target passes its checks, 0: it does not. Absent until the first check.",
    source.targets().flatMap(({ id, up }): [Labels, number][] =>
      up === null ? [] : [[{ target: id }, up ? 1 : 0]]
    ),
  );
  lines.push(...targetLines(source.targets()));
  streamFamilies(family, source.streams());
  const bans = source.bans();
  family("aegis_bans", "gauge", "Networks that are kept out, by where they stand.", [
    [{ kind: "ban" }, bans.inForce],
    [{ kind: "list" }, bans.listed],
  ]);
  family("aegis_bans_made_total", "counter", "Bans that Aegis made by itself.", [[{}, bans.made]]);
  family("aegis_bans_evicted_total", "counter", "Bans that gave way to newer ones in a full table.", [[
    {},
    bans.evicted,
  ]]);
  family(
    "aegis_ban_hits_total",
    "counter",
    "Requests of the banned answered, and connections closed unanswered.",
    [
      [{ result: "answered" }, bans.answered],
      [{ result: "dropped" }, bans.dropped],
    ],
  );
  family("aegis_automatic_bans_paused", "gauge", "1: one inner address stands for all clients.", [[
    {},
    Number(bans.isPaused),
  ]]);
  const limits = source.limits();
  family("aegis_limited_clients", "gauge", "Clients by what the shield keeps of them.", [
    [{ kind: "bucket" }, limits.limited],
    [{ kind: "refused" }, limits.refused],
    [{ kind: "good_reputation" }, limits.goodReputations],
    [{ kind: "bad_reputation" }, limits.badReputations],
  ]);
  family(
    "aegis_limited_clients_forgotten_total",
    "counter",
    "Clients forgotten too early because the memory for them was full.",
    [[{}, limits.forgotten]],
  );
  family(
    "aegis_challenges_total",
    "counter",
    "Challenge pages sent, passed, and brought back without a proof that holds.",
    each(source.challenges(), "result"),
  );
  const alarm = source.alarm();
  family("aegis_requests_in_flight", "gauge", "Requests now, without tunnels and event streams.", [[
    {},
    alarm.inFlight,
  ]]);
  family("aegis_under_attack", "gauge", "1: every host is under attack, by figures, load or hand.", [[
    {},
    alarm.isGlobal ? 1 : 0,
  ]]);
  family("aegis_hosts_under_attack", "gauge", "Hosts that are under attack.", [[{}, alarm.hosts]]);
  const log = source.log();
  family("aegis_log_lost_total", "counter", "Log records that could not be written.", [[{}, log.lost]]);
  family("aegis_log_sampled_total", "counter", "Allowed requests left out of the log under load.", [[
    {},
    log.sampledOut,
  ]]);
  const analyst = source.analyst();
  family("aegis_analyst_requests_total", "counter", "Requests that the analyst has looked at.", [[
    {},
    analyst.requests,
  ]]);
  family("aegis_analyst_lost_total", "counter", "Requests left out because the analyst was behind.", [[
    {},
    analyst.lost,
  ]]);
  family("aegis_correlation_events_total", "counter", "Times a correlated rule was met.", [[
    {},
    analyst.events,
  ]]);
  family("aegis_analyst_memory_bytes", "gauge", "Requests that the analyst remembers, in bytes.", [[
    {},
    analyst.bytes,
  ]]);
  const evidence = source.evidence();
  family("aegis_evidence_requests", "gauge", "Whole refused requests that are kept for replay.", [[
    {},
    evidence.requests,
  ]]);
  family("aegis_evidence_bytes", "gauge", "What they take, sealed.", [[{}, evidence.bytes]]);
  family("aegis_snapshot_version", "gauge", "Version of the configuration in force.", [[
    {},
    source.snapshotVersion(),
  ]]);
  family(
    "aegis_thread_restarts_total",
    "counter",
    "Times a thread died and was replaced.",
    source.threads().map(({ kind, index, restarts }) => [{ thread: kind, index }, restarts]),
  );
  family("process_resident_memory_bytes", "gauge", "Resident memory.", [[{}, source.memoryBytes()]]);
  family("process_start_time_seconds", "gauge", "Start of the process, seconds since 1970.", [[
    {},
    source.startedAt() / 1_000,
  ]]);
  return `${lines.join("\n")}\n`;
}

const BREAKER_STATES = ["closed", "open", "half-open"] as const;

/** How targets do with their traffic. Targets are of the operator's own configuration, and so is their number. */
function targetLines(targets: readonly TargetMetrics[]): string[] {
  const lines: string[] = [];
  const family = (name: string, type: string, help: string, of: (target: TargetMetrics) => string[]) => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...targets.flatMap(of));
  };
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

/** Cumulative buckets, as the format wants them. */
function latency(lines: string[], { bounds, counts, sum }: ReturnType<MetricsSource["latency"]>): void {
  const name = "aegis_request_duration_seconds";
  lines.push(
    `# HELP ${name} Time from a request's head to the end of its answer.`,
    `# TYPE ${name} histogram`,
  );
  let total = 0;
  for (const [i, bound] of bounds.entries()) {
    total += counts[i] ?? 0;
    lines.push(sample(`${name}_bucket`, { le: bound }, total));
  }
  total += counts[bounds.length] ?? 0;
  lines.push(
    sample(`${name}_bucket`, { le: "+Inf" }, total),
    sample(`${name}_sum`, {}, sum),
    sample(`${name}_count`, {}, total),
  );
}

function sample(name: string, labels: Labels, value: number): string {
  const inside = Object.entries(labels).map(([key, each]) => `${key}="${escape(String(each))}"`).join(",");
  return `${name}${inside === "" ? "" : `{${inside}}`} ${value}`;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
