import { deepEqual, equal, ok } from "node:assert/strict";
import { sampleTraffic } from "../../tests/support/sample_traffic.ts";
import { ManualClock } from "../core/clock.ts";
import type { GatewayToRecorder } from "../core/messages.ts";
import { unpackRecords } from "../core/packed_records.ts";
import type { RequestRecord } from "../core/record.ts";
import { RecordBatcher } from "./record_batcher.ts";

const MODEL = sampleTraffic({ from: 0, to: 1, rows: 1 }).record(0);
const ALLOWED: RequestRecord = { ...MODEL, action: "allowed", reason: null, findings: [] };
const BLOCKED: RequestRecord = { ...MODEL, action: "blocked", reason: "waf" };

/** A batcher whose clock and timers a test moves. */
class Bench {
  readonly clock = new ManualClock();
  /** As they were sent, with all records as objects. */
  readonly sent: GatewayToRecorder[] = [];
  readonly #timers = new Map<() => void, number>();
  readonly batcher = new RecordBatcher({
    clock: this.clock,
    startTimer: (run, ms) => {
      this.#timers.set(run, this.clock.monotonic() + ms);
      return () => this.#timers.delete(run);
    },
  });

  connect(): void {
    this.batcher.connect((message) => {
      const records = [...message.records, ...unpackRecords(message.packed)];
      this.sent.push({ ...message, records });
    });
  }

  advance(ms: number): void {
    this.clock.advance(ms);
    for (const [run, at] of [...this.#timers]) {
      if (at > this.clock.monotonic()) continue;
      this.#timers.delete(run);
      run();
    }
  }

  add(record: RequestRecord, times = 1): void {
    for (let i = 0; i < times; i++) {
      if (this.batcher.wants(record.action, record.findings.length > 0)) this.batcher.add(record);
      else this.batcher.tally(record);
    }
  }

  sizes(): number[] {
    return this.sent.map((message) => message.records.length);
  }

  lost(): number {
    return this.sent.reduce((sum, message) => sum + message.lost, 0);
  }

  /** Allowed requests that were counted without a row. */
  tallied(): number {
    return this.sent.flatMap(({ tallies }) => tallies).reduce((sum, { requests }) => sum + requests, 0);
  }

  get timers(): number {
    return this.#timers.size;
  }
}

Deno.test("five hundred records leave at once, fewer after a tenth of a second at most", () => {
  const bench = new Bench();
  bench.connect();
  bench.add(BLOCKED, 1_100);
  deepEqual(bench.sizes(), [500, 500]);
  bench.advance(99);
  deepEqual(bench.sizes(), [500, 500]);
  bench.advance(1);
  deepEqual(bench.sizes(), [500, 500, 100]);
  equal(bench.timers, 0);
  bench.add(ALLOWED);
  bench.advance(100);
  deepEqual(bench.sizes(), [500, 500, 100, 1]);
});

Deno.test("records before the recorder is there wait for it", () => {
  const bench = new Bench();
  bench.add(BLOCKED, 3);
  bench.advance(1_000);
  bench.connect();
  bench.advance(0);
  deepEqual(bench.sizes(), [3]);
});

Deno.test("allowed requests get rows up to a rate, and the others are counted", () => {
  const bench = new Bench();
  bench.connect();
  bench.add(ALLOWED, 4_000);
  bench.batcher.written(2_500);
  bench.advance(100);
  equal(bench.sizes().reduce((sum, n) => sum + n, 0), 2_500);
  equal(bench.tallied(), 1_500);
  bench.advance(900);
  bench.add(ALLOWED, 1_000);
  bench.advance(100);
  equal(bench.sizes().reduce((sum, n) => sum + n, 0), 2_750);
  equal(bench.tallied(), 2_250);
});

Deno.test("while the recorder is behind allowed requests are only counted, blocks are not", () => {
  const bench = new Bench();
  bench.connect();
  bench.add(BLOCKED, 5_000);
  bench.add(ALLOWED, 100);
  bench.add(BLOCKED, 200);
  bench.advance(100);
  const records = bench.sent.flatMap((message) => message.records);
  equal(records.filter((record) => record.action === "allowed").length, 0);
  equal(records.filter((record) => record.action === "blocked").length, 5_200);
  equal(bench.tallied(), 100);
  equal(bench.lost(), 0);
});

Deno.test("the reserve of blocks ends as well: beyond it they are counted as lost", () => {
  const bench = new Bench();
  bench.connect();
  bench.add(BLOCKED, 15_250);
  bench.advance(100);
  equal(bench.sizes().reduce((sum, n) => sum + n, 0), 15_000);
  bench.batcher.written(15_000);
  bench.add(BLOCKED);
  bench.advance(100);
  equal(bench.lost(), 250);
  equal(bench.sizes().reduce((sum, n) => sum + n, 0), 15_001);
});

Deno.test("a recorder that was started again owes nothing of what the former held, which is counted as lost", () => {
  const bench = new Bench();
  bench.connect();
  bench.add(BLOCKED, 15_000);
  bench.batcher.written(14_000);
  bench.connect();
  bench.add(BLOCKED, 500);
  bench.advance(100);
  equal(bench.sizes().at(-1), 500);
  equal(bench.lost(), 1_000);
});

Deno.test("a flood of equal refusals travels as ten records a batch that count the rest", () => {
  const bench = new Bench();
  const banned: RequestRecord = { ...BLOCKED, reason: "ban", upstreamMs: -1 };
  bench.connect();
  for (let i = 0; i < 30_000; i++) if (!bench.batcher.repeats(banned)) bench.batcher.add(banned);
  bench.advance(100);
  deepEqual(bench.sizes(), [10]);
  equal(bench.sent[0]!.records[0]!.repeats?.requests, 29_990);
  equal(bench.lost(), 0);
  // A recorder that dies with them has lost them all.
  bench.connect();
  bench.add(ALLOWED);
  bench.advance(100);
  equal(bench.lost(), 30_000);
});

Deno.test("a flush sends what waits and ends with the recorder's word, or after five seconds", async () => {
  const bench = new Bench();
  bench.connect();
  bench.add(ALLOWED, 2);
  const flushed = bench.batcher.flush();
  deepEqual(bench.sizes(), [2]);
  bench.batcher.written(2);
  await flushed;
  equal(bench.timers, 0);

  bench.add(ALLOWED);
  const unanswered = bench.batcher.flush();
  bench.advance(5_000);
  await unanswered;
  await new Bench().batcher.flush();
  ok(bench.timers === 0);
});
