import { deepEqual, equal, ok } from "node:assert/strict";
import { sampleTraffic } from "../../tests/support/sample_traffic.ts";
import type { RequestRecord } from "../core/record.ts";
import { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { TrafficAnalytics } from "./traffic_analytics.ts";
import { HOUR_MS, MINUTE_MS } from "./rollup_sums.ts";
import { addToRollups } from "./traffic_rollups.ts";
import { TrafficWriter } from "./traffic_writer.ts";

/** The start of an hour. */
const FROM = 1_760_000_400_000;

function rolledUp(batches: readonly (readonly RequestRecord[])[]): { db: Database; sums: TrafficAnalytics } {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  migrate(db);
  const writer = new TrafficWriter(db);
  for (const records of batches) {
    db.transaction(() => addToRollups(db, records, [], (id) => writer.hostRef(id)));
  }
  return { db, sums: new TrafficAnalytics(db) };
}

function sampled(hours: number, rows: number): RequestRecord[] {
  const sample = sampleTraffic({ from: FROM, to: FROM + hours * HOUR_MS, rows });
  return Array.from({ length: rows }, (_, i) => sample.record(i));
}

function inBatches(records: readonly RequestRecord[], size: number): RequestRecord[][] {
  return Array.from(
    { length: Math.ceil(records.length / size) },
    (_, i) => records.slice(i * size, (i + 1) * size),
  );
}

function tally<K>(records: readonly RequestRecord[], key: (record: RequestRecord) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const record of records) counts.set(key(record), (counts.get(key(record)) ?? 0) + 1);
  return counts;
}

Deno.test("sums over minutes and over hours are those of the requests, however they were batched", () => {
  const records = sampled(10, 4_000);
  const { db, sums } = rolledUp(inBatches(records, 37));
  for (const hours of [2, 10]) {
    const range = { from: FROM, to: FROM + hours * HOUR_MS };
    const within = records.filter((record) => record.at < range.to);
    const actions = tally(within, (record) => record.action);
    const totals = sums.totals(range);
    equal(totals.allowed, actions.get("allowed"));
    equal(totals.blocked, actions.get("blocked"));
    equal(totals.detected, actions.get("detected"));
    equal(totals.clientErrors, within.filter((record) => record.status >= 400).length);
    equal(totals.responseBytes, within.reduce((sum, record) => sum + record.responseBytes, 0));
    const hosts = tally(within, (record) => record.hostId);
    deepEqual(
      new Map(sums.hosts(range).map((row) => [row.hostId, row.allowed + row.detected + row.blocked])),
      new Map([...hosts].sort((a, b) => b[1] - a[1])),
    );
    const rules = tally(
      within.filter((record) => record.findings.length > 0),
      (record) => record.findings[0]!.ruleId,
    );
    deepEqual(new Map(sums.rules(range).map((row) => [row.ruleId, row.requests])), rules);
    const reasons = tally(
      within.filter((record) => record.reason !== null),
      (record) => record.reason as string,
    );
    deepEqual(new Map(sums.reasons(range).map((row) => [row.reason, row.requests])), reasons);
  }
  equal(sums.totals({ from: FROM, to: FROM + HOUR_MS }, "no such host").allowed, 0);
  db.close();
});

Deno.test("a timeline has a point for every period, also where nothing came", () => {
  const records = sampled(2, 500).filter((record) => record.at < FROM + HOUR_MS);
  const { db, sums } = rolledUp([records]);
  const range = { from: FROM + 30_000, to: FROM + 2 * HOUR_MS };
  const minutes = sums.timeline(range, MINUTE_MS);
  deepEqual(minutes.map((point) => point.at), Array.from({ length: 120 }, (_, i) => FROM + i * MINUTE_MS));
  equal(
    minutes.reduce((sum, point) => sum + point.allowed + point.blocked + point.detected, 0),
    records.length,
  );
  deepEqual(sums.timeline(range, HOUR_MS).map((point) => [point.at, point.allowed > 0]), [
    [FROM, true],
    [FROM + HOUR_MS, false],
  ]);
  db.close();
});

Deno.test("quantiles of the latency are right to nine per cent, with and without the target's time", () => {
  const records = sampled(1, 2_000);
  const { db, sums } = rolledUp([records]);
  const range = { from: FROM, to: FROM + HOUR_MS };
  const sorted = records.map((record) => record.latencyMs).sort((a, b) => a - b);
  for (const quantile of [0.5, 0.95, 0.99]) {
    const exact = sorted[Math.ceil(sorted.length * quantile) - 1]!;
    const read = sums.latencyMs(range, "total", quantile)!;
    ok(Math.abs(read / exact - 1) <= 0.095, `${quantile}: ${read} for ${exact}`);
  }
  ok(Math.abs(sums.latencyMs(range, "added", 0.95)! - 1) <= 0.095);
  equal(sums.latencyMs({ from: 0, to: 1 }, "total", 0.95), null);
  db.close();
});

Deno.test("from however many addresses requests come, a period keeps its top clients and the sum of the others", () => {
  const [model] = sampled(1, 1);
  const from = (client: string, blocked = false): RequestRecord => ({
    ...model!,
    client,
    action: blocked ? "blocked" : "allowed",
  });
  const crowd = Array.from({ length: 5_000 }, (_, i) => from(`2001:db8::${i.toString(16)}`));
  const busy = Array.from({ length: 300 }, () => from("192.0.2.1"));
  const attacker = Array.from({ length: 5 }, () => from("203.0.113.9", true));
  const mixed = crowd.flatMap((record, i) => [record, ...busy.slice(i, i + 1), ...attacker.slice(i, i + 1)]);
  const { db, sums } = rolledUp(inBatches(mixed, 500));
  const range = { from: FROM, to: FROM + HOUR_MS };
  deepEqual(sums.topClients(range, 2), [
    { client: "192.0.2.1", requests: 300, detected: 0, blocked: 0 },
    { client: "203.0.113.9", requests: 5, detected: 0, blocked: 5 },
  ]);
  const { n, requests } = db.get<{ n: number; requests: number }>(
    "SELECT count(*) AS n, sum(requests) AS requests FROM rollup_clients WHERE span = ?",
    HOUR_MS,
  )!;
  ok(n <= 900, String(n));
  equal(requests, mixed.length);
  db.close();
});
