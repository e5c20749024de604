import type { RequestTally } from "../core/messages.ts";
import type { RequestRecord } from "../core/record.ts";
import { bucketOf } from "../lib/log_histogram.ts";
import type { Database } from "./database.ts";
import { addClients } from "./traffic_rollup_clients.ts";
import { MINUTE_MS, RollupSums } from "./rollup_sums.ts";

/**
 * Adds a batch to the roll-ups of its minutes and hours, inside the caller's transaction. Every request counts here
 * once, also those that share a row of the log or have none.
 */
export function addToRollups(
  db: Database,
  records: readonly RequestRecord[],
  tallies: readonly RequestTally[],
  hostRef: (hostId: string) => number,
): void {
  const sums = new BatchSums();
  for (const record of records) addRecord(sums, record, hostRef(record.hostId));
  for (const tally of tallies) addTally(sums, tally, hostRef(tally.hostId));
  write(db, ADD_REQUESTS, sums.requests);
  write(db, ADD_TOTAL, sums.total);
  write(db, ADD_ADDED, sums.added);
  write(db, ADD_RULES, sums.rules);
  write(db, ADD_REASONS, sums.reasons);
  write(db, ADD_COUNTRIES, sums.countries);
  addClients(db, [...sums.clients.rows()]);
}

/** One for each table of roll-ups; of the latencies one for each metric. */
class BatchSums {
  readonly requests = new RollupSums<number>();
  readonly total = new RollupSums<number>();
  readonly added = new RollupSums<number>();
  readonly rules = new RollupSums<string>();
  readonly reasons = new RollupSums<string>();
  readonly clients = new RollupSums<string>();
  readonly countries = new RollupSums<string>();
}

function addRecord(sums: BatchSums, record: RequestRecord, ref: number): void {
  const { action, status, latencyMs, reason, findings, repeats } = record;
  const minute = record.at - record.at % MINUTE_MS;
  const n = 1 + (repeats?.requests ?? 0);
  const blocked = action === "blocked" ? n : 0;
  const detected = action === "detected" ? n : 0;
  sums.requests.add(minute, ref, [
    action === "allowed" ? n : 0,
    detected,
    blocked,
    action === "challenged" ? n : 0,
    status >= 400 && status < 500 ? n : 0,
    status >= 500 ? n : 0,
    record.requestBytes + (repeats?.requestBytes ?? 0),
    record.responseBytes + (repeats?.responseBytes ?? 0),
  ]);
  sums.total.add(minute, bucketOf(latencyMs), [1]);
  sums.added.add(minute, bucketOf(latencyMs - Math.max(0, record.upstreamMs)), [1]);
  for (const [bucket, count] of repeats?.latency ?? NONE) {
    sums.total.add(minute, bucket, [count]);
    sums.added.add(minute, bucket, [count]);
  }
  if (findings.length > 0) {
    for (const ruleId of new Set(findings.map((finding) => finding.ruleId))) {
      sums.rules.add(minute, ruleId, [n, blocked]);
    }
  }
  if (reason !== null) sums.reasons.add(minute, reason, [n]);
  sums.clients.add(minute, record.client, [n, detected, blocked]);
  sums.countries.add(minute, record.country ?? "", [n, detected, blocked]);
}

const NONE: readonly (readonly [number, number])[] = [];

function addTally(sums: BatchSums, tally: RequestTally, ref: number): void {
  const { minute } = tally;
  sums.requests.add(minute, ref, [
    tally.requests,
    0,
    0,
    0,
    tally.clientErrors,
    tally.serverErrors,
    tally.requestBytes,
    tally.responseBytes,
  ]);
  for (const [bucket, n] of tally.total) sums.total.add(minute, bucket, [n]);
  for (const [bucket, n] of tally.added) sums.added.add(minute, bucket, [n]);
  for (const [client, n] of tally.clients) sums.clients.add(minute, client, [n, 0, 0]);
  for (const [country, n] of tally.countries ?? []) sums.countries.add(minute, country, [n, 0, 0]);
}

/** Every row by one upsert; `sql` takes span, time and key, then the amounts. */
function write(db: Database, sql: string, sums: RollupSums<string | number>): void {
  for (const { span, at, key, amounts } of sums.rows()) db.run(sql, span, at, key, ...amounts);
}

const ADD_REQUESTS = `INSERT INTO rollup_requests (span, at, host_ref, allowed, detected, blocked, challenged,
    client_errors, server_errors, request_bytes, response_bytes)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (span, at, host_ref) DO UPDATE SET
    allowed = allowed + excluded.allowed, detected = detected + excluded.detected,
    blocked = blocked + excluded.blocked, challenged = challenged + excluded.challenged,
    client_errors = client_errors + excluded.client_errors, server_errors = server_errors + excluded.server_errors,
    request_bytes = request_bytes + excluded.request_bytes, response_bytes = response_bytes + excluded.response_bytes`;

const ADD_COUNTRIES =
  `INSERT INTO rollup_countries (span, at, country, requests, detected, blocked) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (span, at, country) DO UPDATE SET
    requests = requests + excluded.requests, detected = detected + excluded.detected,
    blocked = blocked + excluded.blocked`;

const ADD_TOTAL = addLatency("total");
const ADD_ADDED = addLatency("added");

function addLatency(metric: "total" | "added"): string {
  return `INSERT INTO rollup_latency (span, at, bucket, metric, n) VALUES (?, ?, ?, '${metric}', ?)
  ON CONFLICT (span, at, metric, bucket) DO UPDATE SET n = n + excluded.n`;
}

const ADD_RULES = `INSERT INTO rollup_rules (span, at, rule_id, requests, blocked) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (span, at, rule_id) DO UPDATE SET
    requests = requests + excluded.requests, blocked = blocked + excluded.blocked`;

const ADD_REASONS = `INSERT INTO rollup_reasons (span, at, reason, requests) VALUES (?, ?, ?, ?)
  ON CONFLICT (span, at, reason) DO UPDATE SET requests = requests + excluded.requests`;
