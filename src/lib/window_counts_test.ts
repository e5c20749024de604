import assert from "node:assert/strict";
import fc from "fast-check";
import { createWindowCounts, MOST_COUNTED, WindowCounts } from "./window_counts.ts";

const NOW = 1_700_000_000_000;
const DAY_MS = 86_400_000;

function make(entries = 64): WindowCounts {
  return new WindowCounts(createWindowCounts(entries));
}

Deno.test("a period begins with the first that is counted and ends by itself", () => {
  const counts = make();
  assert.equal(counts.read(1, 2, 60, NOW), 0);
  assert.deepEqual([0, 30, 59].map((s) => counts.count(1, 2, 60, NOW + s * 1_000)), [1, 2, 3]);
  assert.equal(counts.endsIn(1, 2, 60, NOW + 59_000), 1);
  assert.equal(counts.read(1, 2, 60, NOW + 60_000), 0);
  assert.equal(counts.endsIn(1, 2, 60, NOW + 60_000), 0);
  assert.equal(counts.count(1, 2, 60, NOW + 60_000), 1);
  assert.equal(counts.read(2, 1, 60, NOW), 0);
});

Deno.test("it counts as a list of times would, whatever comes when", () => {
  const waits = fc.array(fc.nat(100), { maxLength: 60 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), waits, (period, all) => {
    const counts = make();
    let [now, began, counted] = [1_700_000_000, -1, 0];
    for (const wait of all) {
      now += wait;
      if (began < 0 || now - began >= period) [began, counted] = [now, 0];
      assert.equal(counts.count(7, 7, period, now * 1_000), ++counted);
    }
  }));
});

Deno.test("it stops counting where there is no more room, and begins anew all the same", () => {
  const counts = make();
  for (let i = 0; i < MOST_COUNTED + 5; i++) counts.count(1, 1, 60, NOW);
  assert.equal(counts.read(1, 1, 60, NOW), MOST_COUNTED);
  assert.equal(counts.count(1, 1, 60, NOW + 60_000), 1);
});

Deno.test("what is older than any period is forgotten, and time that goes round its circle wakes none", () => {
  const counts = make();
  counts.count(1, 1, 60, NOW);
  counts.sweep(0, 1, NOW + DAY_MS - 1_000);
  assert.equal(counts.held(), 1);
  counts.sweep(0, 1, NOW + DAY_MS);
  assert.equal(counts.held(), 0);
  assert.equal(counts.read(1, 1, 86_400, NOW + 2 ** 18 * 1_000), 0);
});

Deno.test("a full table forgets what was counted least, and counts that", () => {
  const counts = make(64);
  for (let i = 0; i < 9; i++) counts.count(-1, -1, 600, NOW);
  for (let key = 0; key < 1_000; key++) counts.count(key, 1, 600, NOW);
  assert.equal(counts.read(-1, -1, 600, NOW), 9);
  assert.ok(counts.evicted() >= 1_000 - 64);
});

Deno.test("what is taken back was counted in the period that runs; nothing goes below zero", () => {
  const counts = make();
  counts.count(1, 1, 60, NOW);
  counts.count(1, 1, 60, NOW + 1_000);
  counts.uncount(1, 1, 60, NOW, NOW + 2_000);
  assert.equal(counts.read(1, 1, 60, NOW + 2_000), 1);
  counts.uncount(1, 1, 60, NOW + 1_000, NOW + 2_000);
  counts.uncount(1, 1, 60, NOW + 1_000, NOW + 2_000);
  assert.equal(counts.count(1, 1, 60, NOW + 3_000), 1);
  counts.count(1, 1, 60, NOW + 61_000);
  counts.uncount(1, 1, 60, NOW + 3_000, NOW + 62_000);
  assert.equal(counts.read(1, 1, 60, NOW + 62_000), 1, "of a period that is over");
});
