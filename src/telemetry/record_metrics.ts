import { type Family, single } from "./metrics_text.ts";

export interface LogMetrics {
  readonly lost: number;
  readonly sampledOut: number;
}

/** Of the analyst thread, since its start. */
export interface AnalystMetrics {
  readonly requests: number;
  readonly lost: number;
  readonly events: number;
  readonly bytes: number;
}

/** Whole refused requests that are kept, sealed. */
export interface EvidenceMetrics {
  readonly requests: number;
  readonly bytes: number;
}

/** What is kept of requests that are over: the log, the analyst's memory, the evidence. */
export function recordFamilies(
  family: Family,
  log: LogMetrics,
  analyst: AnalystMetrics,
  evidence: EvidenceMetrics,
): void {
  family("aegis_log_lost_total", "counter", "Log records that could not be written.", single(log.lost));
  family(
    "aegis_log_sampled_total",
    "counter",
    "Allowed requests left out of the log under load.",
    single(log.sampledOut),
  );
  family(
    "aegis_analyst_requests_total",
    "counter",
    "Requests that the analyst has looked at.",
    single(analyst.requests),
  );
  family(
    "aegis_analyst_lost_total",
    "counter",
    "Requests left out because the analyst was behind.",
    single(analyst.lost),
  );
  family(
    "aegis_correlation_events_total",
    "counter",
    "Times a correlated rule was met.",
    single(analyst.events),
  );
  family(
    "aegis_analyst_memory_bytes",
    "gauge",
    "Requests that the analyst remembers, in bytes.",
    single(analyst.bytes),
  );
  family(
    "aegis_evidence_requests",
    "gauge",
    "Whole refused requests that are kept for replay.",
    single(evidence.requests),
  );
  family("aegis_evidence_bytes", "gauge", "What they take, sealed.", single(evidence.bytes));
}
