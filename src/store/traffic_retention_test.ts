import { deepEqual, equal, ok } from "node:assert/strict";
import { sampleTraffic } from "../../tests/support/sample_traffic.ts";
import type { RequestRecord } from "../core/record.ts";
import { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { deleteOneBatch, RETENTION_BATCH, type RetentionLimits, usedBytes } from "./traffic_retention.ts";
import { addToRollups } from "./traffic_rollups.ts";
import { TrafficWriter } from "./traffic_writer.ts";

const DAY_MS = 86_400_000;
const NOW = 1_760_000_000_000;
const NO_LIMIT = { days: 10_000, maxBytes: Number.MAX_SAFE_INTEGER };

function filled(records: readonly RequestRecord[], path = ":memory:"): Database {
  const db = new Database({ path, synchronous: "NORMAL" });
  migrate(db);
  const writer = new TrafficWriter(db);
  db.transaction(() => {
    for (const record of records) {
      const key = writer.insert(record)!;
      if (record.action !== "blocked") continue;
      writer.fold(key, 1, {
        count: 1,
        lastAt: record.at,
        samples: [],
        aliases: [`${record.id}+`],
        findings: [],
      });
    }
    addToRollups(db, records, [], (id) => writer.hostRef(id));
  });
  return db;
}

function sampled(from: number, to: number, rows: number): RequestRecord[] {
  const sample = sampleTraffic({ from, to, rows });
  return Array.from({ length: rows }, (_, i) => sample.record(i));
}

function count(db: Database, table: string, where = "1"): number {
  return db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${where}`)!.n;
}

function deleteAll(db: Database, limits: RetentionLimits, now: number): number {
  let batches = 0;
  while (deleteOneBatch(db, limits, now)) batches++;
  return batches;
}

Deno.test("rows past their days leave with all that belongs to them, in batches", () => {
  const records = sampled(NOW - 40 * DAY_MS, NOW, 4_000);
  const db = filled(records);
  const kept = records.filter((record) => record.at >= NOW - 30 * DAY_MS);
  ok(deleteAll(db, { ...NO_LIMIT, days: 30 }, NOW) >= (records.length - kept.length) / RETENTION_BATCH);
  equal(count(db, "requests"), kept.length);
  equal(count(db, "request_details"), kept.length);
  equal(count(db, "request_aliases"), kept.filter((record) => record.action === "blocked").length);
  equal(count(db, "findings"), kept.filter((record) => record.findings.length > 0).length);
  db.close();
});

Deno.test("minutes of the roll-ups stay two days, hours as long as the dashboards look back", () => {
  const db = filled(sampled(NOW - 40 * DAY_MS, NOW, 4_000));
  deleteAll(db, { ...NO_LIMIT, days: 7 }, NOW);
  const oldest = (span: number) =>
    db.get<{ at: number }>("SELECT min(at) AS at FROM rollup_requests WHERE span = ?", span)!.at;
  ok(oldest(60_000) >= NOW - 2 * DAY_MS && oldest(60_000) < NOW - 1.9 * DAY_MS);
  ok(oldest(3_600_000) >= NOW - 31 * DAY_MS && oldest(3_600_000) < NOW - 30.9 * DAY_MS);
  db.close();
});

Deno.test("when the log is too large the oldest allowed rows leave first, the youngest stay", () => {
  const records = sampled(NOW - DAY_MS, NOW, 4_000);
  const db = filled(records);
  const others = records.filter((record) => record.action !== "allowed").length;
  const before = usedBytes(db);
  const maxBytes = Math.floor(before * 0.7);
  deleteAll(db, { ...NO_LIMIT, maxBytes }, NOW);
  ok(usedBytes(db) <= maxBytes);
  equal(count(db, "requests", "action <> 'allowed'"), others);
  const left = db.all<{ id: string }>(
    "SELECT id FROM requests JOIN request_details USING (key) WHERE action = 'allowed' ORDER BY key",
  ).map((row) => row.id);
  ok(left.length > 0);
  const allowed = records.filter((record) => record.action === "allowed").map((record) => record.id);
  deepEqual(left, allowed.slice(-left.length));

  deleteAll(db, { ...NO_LIMIT, maxBytes: 0 }, NOW);
  equal(count(db, "requests"), records.filter((record) => record.at >= NOW - 60_000).length);
  db.close();
});

Deno.test("the file gives its empty pages back", () => {
  const folder = Deno.makeTempDirSync();
  const db = filled(sampled(NOW - 40 * DAY_MS, NOW - 35 * DAY_MS, 4_000), `${folder}/a.db`);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const before = Deno.statSync(`${folder}/a.db`).size;
  deleteAll(db, { ...NO_LIMIT, days: 30 }, NOW);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  ok(Deno.statSync(`${folder}/a.db`).size < before / 2);
  db.close();
  Deno.removeSync(folder, { recursive: true });
});
