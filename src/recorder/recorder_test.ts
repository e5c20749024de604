import { deepEqual, equal, ok } from "node:assert/strict";
import { testFinding } from "../../tests/support/test_finding.ts";
import { testRecord } from "../../tests/support/test_record.ts";
import { ManualClock } from "../core/clock.ts";
import type { RecorderToControl, RequestTally } from "../core/messages.ts";
import type { Logger } from "../core/ports.ts";
import type { RequestRecord } from "../core/record.ts";
import { Database } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { TrafficAnalytics } from "../store/traffic_analytics.ts";
import { TrafficLog } from "../store/traffic_log.ts";
import { MOST_WAITING, Recorder } from "./recorder.ts";

const NOW = 1_760_000_400_000;
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

let made = 0;

function record(over: Partial<RequestRecord> = {}): RequestRecord {
  made++;
  return testRecord({
    id: `R${String(made).padStart(8, "0")}`,
    at: NOW,
    client: "192.0.2.1",
    requestBytes: 10,
    responseBytes: 20,
    latencyMs: 5,
    upstreamMs: 4,
    targetId: "t1",
    ...over,
  });
}

function refusal(over: Partial<RequestRecord> = {}, ruleId = "sqli-120"): RequestRecord {
  return record({
    action: "blocked",
    reason: "waf",
    status: 403,
    findings: [testFinding({ ruleId })],
    ...over,
  });
}

class Bench implements Disposable {
  readonly path = Deno.makeTempDirSync() + "/aegis.db";
  readonly clock = new ManualClock(NOW);
  readonly told: RecorderToControl[] = [];
  readonly written: number[] = [];
  readonly recorder: Recorder;
  /** The recorder's own connection. */
  db: Database | null = null;

  constructor(prepare: (db: Database) => void = () => {}) {
    this.recorder = new Recorder({
      openDatabase: () => {
        this.db = new Database({ path: this.path, synchronous: "NORMAL", busyTimeoutMs: 20 });
        migrate(this.db);
        prepare(this.db);
        return this.db;
      },
      clock: this.clock,
      logger: SILENT,
      tell: (message) => this.told.push(message),
    });
  }

  send(records: readonly RequestRecord[]): void {
    const message = { kind: "records", records, tallies: [], lost: 0 } as const;
    this.recorder.receive(message, (n) => this.written.push(n));
  }

  read<T>(use: (log: TrafficLog, analytics: TrafficAnalytics) => T): T {
    const db = new Database({ path: this.path, synchronous: "NORMAL", readOnly: true });
    try {
      return use(new TrafficLog(db), new TrafficAnalytics(db));
    } finally {
      db.close();
    }
  }

  health() {
    const last = this.told.findLast((message) => message.kind === "health");
    return last?.kind === "health" ? last : null;
  }

  [Symbol.dispose](): void {
    this.recorder.stop();
    Deno.removeSync(this.path.replace(/\/[^/]+$/, ""), { recursive: true });
  }
}

Deno.test("a batch is in the file when it is acknowledged, with its findings", () => {
  using bench = new Bench();
  const one = refusal();
  bench.send([record(), one]);
  deepEqual(bench.written, [2]);
  bench.read((log) => {
    equal(log.query({ limit: 10 }).rows.length, 2);
    const detail = log.get(one.id)!;
    deepEqual(detail.findings, [{ ...testFinding(), requestId: null }]);
    equal(detail.count, 1);
    equal(detail.at, NOW);
  });
});

Deno.test("refusals of one client, reason and host within ten seconds are one row with three samples", () => {
  using bench = new Bench();
  const all = Array.from({ length: 50 }, (_, i) => refusal({ at: NOW + i * 100, target: `/?id=${i}` }));
  bench.send(all.slice(0, 1));
  bench.send(all.slice(1, 20));
  bench.send(all.slice(20));
  bench.read((log, analytics) => {
    const { rows } = log.query({ limit: 10 });
    equal(rows.length, 1);
    equal(rows[0]!.count, 50);
    equal(rows[0]!.at, NOW);
    equal(rows[0]!.lastAt, NOW + 4_900);
    const detail = log.get(all[0]!.id)!;
    deepEqual(detail.samples.map((sample) => sample.id), all.slice(0, 3).map((each) => each.id));
    // The number that a visitor quotes finds the row that counts it.
    equal(log.get(all[40]!.id)?.id, all[0]!.id);
    equal(analytics.totals({ from: NOW, to: NOW + 60_000 }).blocked, 50);
  });
});

Deno.test("refusals that a gateway only counted stand in the row and in the figures", () => {
  using bench = new Bench();
  const counted = (n: number, lastAt: number) => ({
    repeats: {
      requests: n,
      lastAt,
      requestBytes: 0,
      responseBytes: n * 67,
      latency: [[3, n]] as [number, number][],
    },
  });
  const one = refusal({ reason: "ban", findings: [], responseBytes: 67, ...counted(500, NOW + 90) });
  bench.send([one]);
  bench.send([refusal({ reason: "ban", findings: [], at: NOW + 100, ...counted(299, NOW + 200) })]);
  bench.read((log, analytics) => {
    const { rows } = log.query({ limit: 10 });
    deepEqual(rows.map(({ id, count, lastAt }) => ({ id, count, lastAt })), [
      { id: one.id, count: 801, lastAt: NOW + 200 },
    ]);
    equal(analytics.totals({ from: NOW, to: NOW + 60_000 }).blocked, 801);
  });
  equal(bench.health()?.lost ?? 0, 0);
});

Deno.test("another client, host, reason or ten seconds later is another row", () => {
  using bench = new Bench();
  bench.send([
    refusal(),
    refusal({ client: "192.0.2.2" }),
    refusal({ hostId: "h2" }),
    refusal({ reason: "rate", status: 429, findings: [] }),
    refusal({ at: NOW + 10_000 }),
    refusal({ action: "detected", status: 200 }),
    refusal({ action: "detected", status: 200 }),
    record(),
    record(),
  ]);
  bench.read((log) => equal(log.query({ limit: 50 }).rows.length, 9));
});

Deno.test("a rule that only a later refusal showed is found by its filter", () => {
  using bench = new Bench();
  const others = Array.from({ length: 10 }, () => refusal());
  bench.send([...others, refusal({}, "xss-100")]);
  bench.read((log) => {
    const { rows } = log.query({ ruleId: "xss-100", limit: 10 });
    deepEqual(rows.map((row) => row.id), [others[0]!.id]);
    equal(rows[0]!.count, 11);
  });
});

Deno.test("a batch that comes twice counts once", () => {
  using bench = new Bench();
  const batch = [record(), record()];
  bench.send(batch);
  bench.send(batch);
  bench.read((log, analytics) => {
    equal(log.query({ limit: 10 }).rows.length, 2);
    equal(analytics.totals({ from: NOW, to: NOW + 60_000 }).allowed, 2);
  });
});

Deno.test("while another connection holds the lock records wait, and are written when it lets go", () => {
  using bench = new Bench();
  bench.send([record()]);
  const other = new Database({ path: bench.path, synchronous: "NORMAL" });
  other.exec("BEGIN IMMEDIATE");
  const first = refusal();
  bench.send([first, record()]);
  bench.recorder.tick();
  deepEqual(bench.written, [1]);
  equal(bench.health()?.error, "the database is locked by another process, try again");
  other.exec("ROLLBACK");
  other.close();
  bench.clock.advance(5_000);
  bench.recorder.tick();
  deepEqual(bench.written, [1, 2]);
  equal(bench.health()?.error, null);
  equal(bench.health()?.lost, 0);
  bench.read((log) => equal(log.get(first.id)?.count, 1));
});

Deno.test("on a full disk what has no room is counted as lost, refusals last, and writing goes on when it returns", () => {
  using bench = new Bench();
  bench.send([record()]);
  bench.db!.exec("PRAGMA max_page_count = 70");
  const flood = (n: number) => Array.from({ length: n }, () => record({ target: "/".padEnd(1_000, "x") }));
  for (let sent = 0; sent < MOST_WAITING; sent += 500) bench.send(flood(500));
  bench.recorder.tick();
  equal(bench.health()?.error, "the disk is full");
  const lostAllowed = bench.health()!.lost;
  ok(lostAllowed > 0);
  // The reserve: a refusal still has room when no allowed request has.
  const attack = refusal({ client: "203.0.113.9" });
  bench.send([attack, record()]);
  bench.recorder.tick();
  equal(bench.health()!.lost, lostAllowed + 1);

  bench.db!.exec("PRAGMA max_page_count = 1000000");
  bench.clock.advance(5_000);
  bench.recorder.tick();
  equal(bench.health()?.error, null);
  bench.read((log, analytics) => {
    equal(log.get(attack.id)?.client, "203.0.113.9");
    const { allowed, blocked } = analytics.totals({ from: NOW, to: NOW + 60_000 });
    equal(allowed + blocked + lostAllowed + 1, 1 + MOST_WAITING + 2);
  });
  // Every record was taken off its gateway's account, written or lost.
  equal(bench.written.reduce((sum, n) => sum + n, 0), 1 + MOST_WAITING + 2);
});

Deno.test("a database that cannot be opened yet is opened later", () => {
  let broken = true;
  using bench = new Bench(() => {
    if (broken) throw new Error("the volume is not mounted");
  });
  bench.send([record()]);
  bench.recorder.tick();
  equal(bench.written.length, 0);
  broken = false;
  bench.clock.advance(5_000);
  bench.recorder.tick();
  deepEqual(bench.written, [1]);
});

Deno.test("a file that goes on failing is opened anew", () => {
  let limit = "PRAGMA max_page_count = 60";
  using bench = new Bench((db) => db.exec(limit));
  bench.send(Array.from({ length: 50 }, () => record({ target: "/".padEnd(2_000, "x") })));
  bench.recorder.tick();
  equal(bench.health()?.error, "the disk is full");
  limit = "PRAGMA max_page_count = 1000000";
  for (let seconds = 0; seconds < 30; seconds++) {
    bench.clock.advance(1_000);
    bench.recorder.tick();
  }
  deepEqual(bench.written, [50]);
  equal(bench.health()?.error, null);
});

Deno.test("one record that the database refuses does not hold up the others", () => {
  using bench = new Bench();
  const impossible = record({ status: "no number" as unknown as number });
  bench.send([record(), impossible, record()]);
  bench.recorder.tick();
  deepEqual(bench.written, [1, 1, 1]);
  equal(bench.health()?.lost, 1);
  bench.read((log) => equal(log.query({ limit: 10 }).rows.length, 2));
});

Deno.test("what gateways only counted is in the figures, and told", () => {
  using bench = new Bench();
  const { at } = record();
  const tally: RequestTally = {
    hostId: "h1",
    minute: at - at % 60_000,
    requests: 7,
    clientErrors: 1,
    serverErrors: 2,
    requestBytes: 70,
    responseBytes: 700,
    total: [[20, 7]],
    added: [[3, 7]],
    clients: [["192.0.2.1", 4], ["", 3]],
  };
  bench.recorder.receive({ kind: "records", records: [], tallies: [tally], lost: 2 }, () => {});
  bench.read((_log, analytics) => {
    const range = { from: tally.minute, to: tally.minute + 60_000 };
    const { allowed, clientErrors, serverErrors, responseBytes } = analytics.totals(range);
    deepEqual([allowed, clientErrors, serverErrors, responseBytes], [7, 1, 2, 700]);
    deepEqual(analytics.topClients(range, 10).map(({ client, requests }) => [client, requests]), [[
      "192.0.2.1",
      4,
    ]]);
    ok(analytics.latencyMs(range, "total", 0.5)! > 1);
  });
  bench.recorder.tick();
  deepEqual(bench.health(), { kind: "health", lost: 2, sampledOut: 7, error: null });
  const told = bench.told.length;
  bench.recorder.tick();
  equal(bench.told.length, told);
});

Deno.test("the live tail gets rows only while somebody watches, refusals before the rest", () => {
  using bench = new Bench();
  const rows = () => bench.told.filter((message) => message.kind === "rows");
  bench.send([record()]);
  bench.recorder.tick();
  equal(rows().length, 0);
  bench.recorder.obey({ kind: "watch", perSecond: 8 });
  const attack = refusal();
  bench.send([attack, ...Array.from({ length: 9 }, () => record())]);
  bench.recorder.tick();
  const message = rows()[0]!;
  ok(message.kind === "rows");
  equal(message.records.length, 2);
  equal(message.more, 8);
  equal(message.records[0]!.id, attack.id);
  bench.recorder.obey({ kind: "watch", perSecond: 0 });
  bench.send([record()]);
  bench.recorder.tick();
  equal(rows().length, 1);
});

Deno.test("stopping writes what waits and says what it could not write", () => {
  using bench = new Bench();
  bench.send([record()]);
  const other = new Database({ path: bench.path, synchronous: "NORMAL" });
  other.exec("BEGIN IMMEDIATE");
  bench.send([record(), record()]);
  equal(bench.recorder.stop(), 2);
  other.close();
  deepEqual(bench.written, [1, 2]);
  bench.send([record()]);
  deepEqual(bench.written, [1, 2, 1]);
});
