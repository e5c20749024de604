/**
 * What the limits cost: nanoseconds a decision, and the memory of one million clients that are tracked at once.
 * `deno task bench:limits`
 */
import { systemClock } from "../../src/core/clock.ts";
import { createSteadyTime, SteadyTime } from "../../src/core/steady_time.ts";
import { createGcraTable, GcraTable } from "../../src/lib/gcra_table.ts";
import type { AddressWords } from "../../src/lib/ip.ts";
import { createWindowCounts, WindowCounts } from "../../src/lib/window_counts.ts";
import { createRefusalWindows, RefusalWindows } from "../../src/shield/refusal_windows.ts";
import { createReputationTable, ReputationTable } from "../../src/shield/reputation.ts";
import { ShieldBucket } from "../../src/shield/shield_bucket.ts";

const CLIENTS = 1_000_000;
const TIMES = 2_000_000;
const MEGABYTE = 1_048_576;

const before = Deno.memoryUsage().rss;
const table = new GcraTable(createGcraTable(2_097_152));
const bucket = new ShieldBucket(table);
const time = new SteadyTime(createSteadyTime(), systemClock);
const reputation = new ReputationTable(createReputationTable(262_144), () => time.now());
const refusals = new RefusalWindows(createRefusalWindows(65_536));
const counts = new WindowCounts(createWindowCounts(131_072));

function client(number: number): AddressWords {
  return [0, 0, 0xffff, number];
}

function print(what: string, figure: string): void {
  console.log(`${what.padEnd(60)} ${figure}`);
}

/** `run` is called with 0, 1, 2, … */
function measure(what: string, times: number, run: (i: number) => void): void {
  for (let i = 0; i < Math.min(times, 20_000); i++) run(i % 1_000);
  const began = systemClock.monotonic();
  for (let i = 0; i < times; i++) run(i);
  print(what, `${((systemClock.monotonic() - began) * 1e6 / times).toFixed(0)} ns`);
}

const now = time.now();
measure(
  "first request of a client, one million of them",
  CLIENTS,
  (i) => bucket.take(client(i), 100, 150, now),
);
print("clients tracked", String(table.held()));
print("forgotten too early", String(table.evicted()));
print("resident memory of all tables", `${((Deno.memoryUsage().rss - before) / MEGABYTE).toFixed(1)} MB`);

const one = client(7);
measure("request of a known client, passed", TIMES, () => bucket.take(one, 1e6, 1e6, time.now()));
measure(
  "request of one of a million known clients",
  TIMES,
  (i) => bucket.take(client(i % CLIENTS), 100, 150, now),
);
measure("request of a known client, refused", TIMES, () => bucket.take(one, 1, 1, now));
measure("whole decision of stage 16: reputation, time, bucket", TIMES, (i) => {
  reputation.of(client(i % 1_000));
  bucket.take(client(i % 1_000), 1e6, 1e6, time.now());
});
measure("the time that all threads agree on", TIMES, () => void time.now());
for (let i = 0; i < 1_000; i++) reputation.add(client(i), -1, "waf");
measure("reputation of a client that has one", TIMES, (i) => void reputation.of(client(i % 1_000)));
measure("reputation of a client that has none", TIMES, (i) => void reputation.of(client(5_000 + i % 1_000)));
measure("a refusal counted in its window", TIMES, () => void refusals.refused(one, now));
measure("a rate rule's count", TIMES, (i) => void counts.count(i % 1_000, 1, 60, now));
measure("a sweep of one part of fifteen, of a million clients", 50, (i) => table.sweep(i % 15, 15, now));
