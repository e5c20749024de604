import assert from "node:assert/strict";
import fc from "fast-check";
import { createGcraTable, GcraTable } from "./gcra_table.ts";

const NOW = 1_700_000_000_000;

Deno.test("a burst passes at once, then one for each interval, and the wait is told", () => {
  const table = new GcraTable(createGcraTable(64));
  const take = (ms: number) => table.take(1, 2, 100_000, 3, NOW + ms);
  assert.deepEqual([take(0), take(0), take(0)], [2, 1, 0]);
  assert.equal(take(0), -100_000);
  assert.equal(take(40), -60_000);
  assert.equal(take(100), 0);
  assert.ok(take(101) < 0);
  assert.equal(take(100_000), 2);
});

Deno.test("keys do not share buckets", () => {
  const table = new GcraTable(createGcraTable(4_096));
  for (let key = 0; key < 500; key++) assert.equal(table.take(key, -key, 1_000_000, 1, NOW), 0);
  for (let key = 0; key < 500; key++) assert.ok(table.take(key, -key, 1_000_000, 1, NOW) < 0);
  assert.equal(table.held(), 500);
});

Deno.test("it decides as a token bucket with fractions does, whatever comes when", () => {
  const steps = fc.array(fc.record({ wait: fc.nat(400), takes: fc.nat(6) }), { maxLength: 100 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 20 }),
      steps,
      (ms, burst, all) => {
        const table = new GcraTable(createGcraTable(64));
        let now = NOW;
        let tokens = burst * ms;
        for (const { wait, takes } of all) {
          now += wait;
          tokens = Math.min(burst * ms, tokens + wait);
          for (let i = 0; i < takes; i++) {
            const left = table.take(7, 7, ms * 1_000, burst, now);
            if (tokens >= ms) {
              tokens -= ms;
              assert.equal(left, Math.floor(tokens / ms));
            } else assert.equal(left, -(ms - tokens) * 1_000);
          }
        }
      },
    ),
  );
});

Deno.test("a clock that is set back holds nobody for longer than the bucket takes to drain", () => {
  const table = new GcraTable(createGcraTable(64));
  for (let i = 0; i < 5; i++) table.take(1, 1, 100_000, 5, NOW);
  const wait = table.take(1, 1, 100_000, 5, NOW - 3_600_000 / 4);
  assert.equal(wait, -100_000);
});

Deno.test("a lowered limit does not lock out who had drawn by the higher one", () => {
  const table = new GcraTable(createGcraTable(64));
  for (let i = 0; i < 100; i++) table.take(1, 1, 1_000_000, 100, NOW);
  assert.equal(table.take(1, 1, 1_000, 5, NOW), -1_000);
});

Deno.test("idle buckets leave after a minute, and time that goes round its circle wakes none", () => {
  const table = new GcraTable(createGcraTable(64));
  for (let key = 0; key < 10; key++) table.take(key, 0, 1_000_000, 5, NOW);
  table.take(99, 0, 900_000_000, 2, NOW);
  const sweep = (ms: number) => {
    for (let part = 0; part < 30; part++) table.sweep(part, 30, NOW + ms);
  };
  sweep(60_000);
  assert.equal(table.held(), 11);
  sweep(61_001);
  assert.equal(table.held(), 1, "the one that still drains stays");
  for (let minute = 2; minute < 80; minute++) sweep(minute * 60_000);
  assert.equal(table.held(), 0);
  assert.equal(table.take(1, 0, 1_000_000, 5, NOW + 80 * 60_000), 4);
});

Deno.test("a full table lets the one go that owes least", () => {
  const table = new GcraTable(createGcraTable(64));
  for (let i = 0; i < 50; i++) table.take(-1, -1, 1_000_000, 50, NOW);
  for (let key = 0; key < 5_000; key++) table.take(key, 1, 1_000_000, 50, NOW);
  assert.ok(table.held() <= 64);
  assert.ok(table.take(-1, -1, 1_000_000, 50, NOW) < 0, "who used all it had is remembered");
});

Deno.test("threads together let exactly through what one bucket of a model would, whatever comes when", async () => {
  const threads = 3;
  const burst = 7;
  const buffer = createGcraTable(1_024);
  const steps = stepsOf(400);
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL("../../tests/support/gcra_worker.ts", import.meta.url), {
        type: "module",
        deno: { permissions: "none" },
      }),
  );
  const start = new SharedArrayBuffer(4);
  const passed = await Promise.all(workers.map((worker) =>
    new Promise<number[]>((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ buffer, start, threads, steps, burst, intervalMs: INTERVAL_MS });
    })
  ));
  for (const worker of workers) worker.terminate();
  const tokens = new Map<number, { left: number; at: number }>();
  for (const [i, { key, nowMs }] of steps.entries()) {
    const before = tokens.get(key) ?? { left: burst, at: nowMs };
    // All that there is, in whole requests: each step asks for more than that.
    const left = Math.min(burst, before.left + (nowMs - before.at) / INTERVAL_MS);
    tokens.set(key, { left: left % 1, at: nowMs });
    const sum = passed.reduce((total, each) => total + each[i]!, 0);
    assert.equal(sum, Math.floor(left), `step ${i}`);
  }
});

const INTERVAL_MS = 125;

/** New keys and known ones in turn, after pauses of any length. */
function stepsOf(length: number): { readonly key: number; readonly nowMs: number }[] {
  let nowMs = NOW;
  const pauses = fc.sample(fc.oneof(fc.nat(300), fc.constant(0), fc.nat(5_000)), length);
  const keys = fc.sample(fc.nat(length / 4), length);
  return pauses.map((pause, i) => ({ key: keys[i]!, nowMs: nowMs += pause }));
}
