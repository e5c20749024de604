import { latencyLines, type LatencyMetrics } from "./latency_metrics.ts";
import { eachAs, type Family, familyWriter, single } from "./metrics_text.ts";
import {
  type AnalystMetrics,
  type EvidenceMetrics,
  type LogMetrics,
  recordFamilies,
} from "./record_metrics.ts";
import {
  type AlarmMetrics,
  attackFamilies,
  banFamilies,
  type BanMetrics,
  type ChallengeMetrics,
  limitFamilies,
  type LimitMetrics,
} from "./shield_metrics.ts";
import { sourceFamilies, type SourceMetrics } from "./source_metrics.ts";
import { streamFamilies, type StreamMetrics } from "./stream_metrics.ts";
import { targetLines, type TargetMetrics } from "./target_metrics.ts";

/** Where figures come from: the shared counters and what control knows. Read at each scrape, cheap, never throws. */
export interface MetricsSource {
  /** Requests by action. */
  requests(): Readonly<Record<"allowed" | "detected" | "blocked" | "challenged", number>>;
  /** Refusals by reason of the closed list (core/reason.ts). */
  blocks(): Readonly<Record<string, number>>;
  latency(): LatencyMetrics;
  /** Open now. */
  connections(): number;
  targets(): readonly TargetMetrics[];
  streams(): readonly StreamMetrics[];
  bans(): BanMetrics;
  limits(): LimitMetrics;
  challenges(): ChallengeMetrics;
  alarm(): AlarmMetrics;
  sources(): SourceMetrics;
  log(): LogMetrics;
  analyst(): AnalystMetrics;
  evidence(): EvidenceMetrics;
  snapshotVersion(): number;
  threads(): readonly { readonly kind: string; readonly index: number; readonly restarts: number }[];
  /** Resident memory of the process, bytes. */
  memoryBytes(): number;
  /** Milliseconds since 1970. */
  startedAt(): number;
}

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * The figures in Prometheus' text format 0.0.4. Every label comes from a closed list or from the operator's own
 * configuration: none is a value that a client sends, so that nobody outside can grow the number of series.
 */
export function renderMetrics(source: MetricsSource): string {
  const lines: string[] = [];
  const family = familyWriter(lines);
  family(
    "aegis_requests_total",
    "counter",
    "Requests by what was done with them.",
    eachAs("action", source.requests()),
  );
  family("aegis_blocks_total", "counter", "Refused requests by reason.", eachAs("reason", source.blocks()));
  lines.push(...latencyLines(source.latency()));
  family("aegis_connections", "gauge", "Open client connections.", single(source.connections()));
  lines.push(...targetLines(source.targets()));
  streamFamilies(family, source.streams());
  banFamilies(family, source.bans());
  limitFamilies(family, source.limits());
  attackFamilies(family, source.challenges(), source.alarm());
  sourceFamilies(family, source.sources());
  recordFamilies(family, source.log(), source.analyst(), source.evidence());
  processFamilies(family, source);
  return `${lines.join("\n")}\n`;
}

function processFamilies(family: Family, source: MetricsSource): void {
  family(
    "aegis_snapshot_version",
    "gauge",
    "Version of the configuration in force.",
    single(source.snapshotVersion()),
  );
  family(
    "aegis_thread_restarts_total",
    "counter",
    "Times a thread died and was replaced.",
    source.threads().map(({ kind, index, restarts }) => [{ thread: kind, index }, restarts]),
  );
  family("process_resident_memory_bytes", "gauge", "Resident memory.", single(source.memoryBytes()));
  family(
    "process_start_time_seconds",
    "gauge",
    "Start of the process, seconds since 1970.",
    single(source.startedAt() / 1_000),
  );
}
