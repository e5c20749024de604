import type { RequestTally } from "../core/messages.ts";
import type { RequestRecord } from "../core/record.ts";
import { bucketOf } from "../lib/log_histogram.ts";
import type { Database } from "./database.ts";
import { addClients } from "./traffic_rollup_clients.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Counts of one table that one batch adds, by the key of their row. */
class Sums {
  readonly rows = new Map<string, { readonly key: readonly (string | number)[]; readonly sums: number[] }>();

  add(key: readonly (string | number)[], amounts: readonly number[]): void {
    const name = key.join("\0");
    const row = this.rows.get(name);
    if (row === undefined) {
      this.rows.set(name, { key, sums: [...amounts] });
      return;
    }
    for (let i = 0; i < amounts.length; i++) row.sums[i]! += amounts[i]!;
  }

  /** Adds every row by one upsert; `sql` takes the key's values, then the amounts. */
  write(db: Database, sql: string): void {
    for (const { key, sums } of this.rows.values()) db.run(sql, ...key, ...sums);
  }
}

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
  const requests = new Sums();
  const latency = new Sums();
  const rules = new Sums();
  const reasons = new Sums();
  const clients = new Sums();
  const countries = new Sums();
  for (const record of records) {
    const ref = hostRef(record.hostId);
    const blocked = record.action === "blocked" ? 1 : 0;
    const detected = record.action === "detected" ? 1 : 0;
    const ruleIds = new Set(record.findings.map((finding) => finding.ruleId));
    const { repeats } = record;
    const n = 1 + (repeats?.requests ?? 0);
    for (const span of [MINUTE_MS, HOUR_MS]) {
      const at = record.at - record.at % span;
      requests.add([span, at, ref], [
        record.action === "allowed" ? n : 0,
        detected * n,
        blocked * n,
        record.action === "challenged" ? n : 0,
        record.status >= 400 && record.status < 500 ? n : 0,
        record.status >= 500 ? n : 0,
        record.requestBytes + (repeats?.requestBytes ?? 0),
        record.responseBytes + (repeats?.responseBytes ?? 0),
      ]);
      const waited = Math.max(0, record.upstreamMs);
      latency.add([span, at, "total", bucketOf(record.latencyMs)], [1]);
      latency.add([span, at, "added", bucketOf(record.latencyMs - waited)], [1]);
      for (const [bucket, count] of repeats?.latency ?? []) {
        latency.add([span, at, "total", bucket], [count]);
        latency.add([span, at, "added", bucket], [count]);
      }
      for (const ruleId of ruleIds) rules.add([span, at, ruleId], [n, blocked * n]);
      if (record.reason !== null) reasons.add([span, at, record.reason], [n]);
      clients.add([span, at, record.client], [n, detected * n, blocked * n]);
      countries.add([span, at, record.country ?? ""], [n, detected * n, blocked * n]);
    }
  }
  for (const tally of tallies) {
    const ref = hostRef(tally.hostId);
    for (const span of [MINUTE_MS, HOUR_MS]) {
      const at = tally.minute - tally.minute % span;
      requests.add([span, at, ref], [
        tally.requests,
        0,
        0,
        0,
        tally.clientErrors,
        tally.serverErrors,
        tally.requestBytes,
        tally.responseBytes,
      ]);
      for (const [bucket, n] of tally.total) latency.add([span, at, "total", bucket], [n]);
      for (const [bucket, n] of tally.added) latency.add([span, at, "added", bucket], [n]);
      for (const [client, n] of tally.clients) clients.add([span, at, client], [n, 0, 0]);
      for (const [country, n] of tally.countries ?? []) countries.add([span, at, country], [n, 0, 0]);
    }
  }
  requests.write(db, ADD_REQUESTS);
  latency.write(db, ADD_LATENCY);
  rules.write(db, ADD_RULES);
  reasons.write(db, ADD_REASONS);
  countries.write(db, ADD_COUNTRIES);
  addClients(db, [...clients.rows.values()]);
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

const ADD_LATENCY = `INSERT INTO rollup_latency (span, at, metric, bucket, n) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (span, at, metric, bucket) DO UPDATE SET n = n + excluded.n`;

const ADD_RULES = `INSERT INTO rollup_rules (span, at, rule_id, requests, blocked) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (span, at, rule_id) DO UPDATE SET
    requests = requests + excluded.requests, blocked = blocked + excluded.blocked`;

const ADD_REASONS = `INSERT INTO rollup_reasons (span, at, reason, requests) VALUES (?, ?, ?, ?)
  ON CONFLICT (span, at, reason) DO UPDATE SET requests = requests + excluded.requests`;
