import { systemClock } from "../../src/core/clock.ts";
import type { RequestRecord } from "../../src/core/record.ts";
import { LogWriter } from "../../src/recorder/log_writer.ts";
import { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { TrafficAnalytics } from "../../src/store/traffic_analytics.ts";
import { TrafficLog } from "../../src/store/traffic_log.ts";
import type { TrafficFilter } from "../../src/store/traffic_types.ts";
import { type SampleTraffic, sampleTraffic } from "../support/sample_traffic.ts";

/**
 * How long the filters of the traffic page and the sums of the dashboard take over a million rows that the recorder
 * itself wrote. `deno run -A tests/bench/store.ts [ROWS]`; prints one line a query, the first run and the median of
 * nine more, in milliseconds.
 */

const BATCH = 5_000;
const DAY_MS = 86_400_000;

function fill(db: Database, traffic: SampleTraffic, rows: number): void {
  const writer = new LogWriter(db);
  let batch: RequestRecord[] = [];
  for (let i = 0; i < rows; i++) {
    batch.push(traffic.record(i));
    if (batch.length < BATCH) continue;
    writer.write(batch, [], batch[0]!.at);
    batch = [];
  }
  if (batch.length > 0) writer.write(batch, [], batch[0]!.at);
}

function measure(name: string, run: () => unknown): void {
  const times: number[] = [];
  let result: unknown;
  for (let i = 0; i < 10; i++) {
    const start = systemClock.monotonic();
    result = run();
    times.push(systemClock.monotonic() - start);
  }
  const [first, ...later] = times;
  const median = later.sort((a, b) => a - b)[4]!;
  print(`${first!.toFixed(1).padStart(8)} ${median.toFixed(1).padStart(8)}  ${name}  ${describe(result)}`);
}

function describe(result: unknown): string {
  if (Array.isArray(result)) return `(${result.length})`;
  if (result === null || typeof result !== "object" || !("rows" in result)) return "";
  const page = result as { rows: unknown[]; searchedTo: number | null };
  return `(${page.rows.length} rows${page.searchedTo === null ? "" : ", stopped at its budget"})`;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function main(): void {
  const rows = Number(Deno.args[0] ?? 1_000_000);
  const path = `${Deno.makeTempDirSync()}/bench.db`;
  const to = 1_760_000_000_000;
  const traffic = sampleTraffic({ from: to - 30 * DAY_MS, to, rows });
  const db = new Database({ path, synchronous: "NORMAL" });
  migrate(db);
  const start = systemClock.monotonic();
  fill(db, traffic, rows);
  const seconds = (systemClock.monotonic() - start) / 1_000;
  const stored = db.get<{ n: number }>("SELECT count(*) AS n FROM requests")!.n;
  db.close();
  const megabytes = Deno.statSync(path).size / 1e6;
  print(`${rows} requests in ${stored} rows, ${megabytes.toFixed(0)} MB, written in ${seconds.toFixed(1)} s`);
  print("   first   median  (ms)");

  const reading = new Database({ path, synchronous: "NORMAL", readOnly: true });
  const log = new TrafficLog(reading);
  const query = (name: string, filter: Omit<TrafficFilter, "limit">) =>
    measure(name, () => log.query({ limit: 50, ...filter }));
  query("no filter", {});
  for (const [name, filter] of Object.entries(traffic.filters)) query(name, filter);
  const page = log.query({ limit: 50, action: "blocked" });
  query("second page of blocked", { action: "blocked", before: page.next! });
  measure("one request by id", () => log.get(page.rows[0]!.id));
  measure("its neighbours", () => log.neighbours(page.rows[0]!.id));
  measure("its client", () => log.client(page.rows[0]!.client, to - DAY_MS));
  measure("the busiest client", () => log.client(traffic.busiestClient, 0));

  const sums = new TrafficAnalytics(reading);
  for (const [name, ms] of [["1 h", DAY_MS / 24], ["24 h", DAY_MS], ["30 d", 30 * DAY_MS]] as const) {
    const range = { from: to - ms, to };
    measure(`totals, ${name}`, () => sums.totals(range));
    measure(`timeline, ${name}`, () => sums.timeline(range, ms <= DAY_MS / 24 ? 60_000 : 3_600_000));
    measure(`p95 latency, ${name}`, () => sums.latencyMs(range, "total", 0.95));
    measure(`top clients, ${name}`, () => sums.topClients(range, 10));
    measure(`top hosts, ${name}`, () => sums.hosts(range));
    measure(`top rules, ${name}`, () => sums.rules(range));
  }
  reading.close();
  Deno.removeSync(path.replace(/\/[^/]+$/, ""), { recursive: true });
}

if (import.meta.main) main();
