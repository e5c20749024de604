import assert from "node:assert/strict";
import fc from "fast-check";
import { latencyWindowBytes, LatencyWindows, quantilesOf, WINDOW_SAMPLES } from "./latency_windows.ts";

const NOW = 1_700_000_000_000;

function make(cells = 2): LatencyWindows {
  return new LatencyWindows(new SharedArrayBuffer(latencyWindowBytes(cells)), 0, cells);
}

Deno.test("durations come back as they were, within half a percent", () => {
  fc.assert(fc.property(fc.double({ min: 0.07, max: 3_000_000, noNaN: true }), (ms) => {
    const windows = make();
    windows.add(1, ms, NOW);
    const [found] = windows.read(1, NOW - 1_000);
    assert.ok(Math.abs(found! - ms) <= ms * 0.005, `${ms} came back as ${found}`);
    assert.deepEqual(windows.read(0, 0), []);
  }));
});

Deno.test("a window holds the last thousand samples, and none older than asked for", () => {
  const windows = make();
  for (let i = 0; i < WINDOW_SAMPLES + 500; i++) windows.add(0, i < 500 ? 9_000 : 10, NOW + i);
  assert.equal(windows.read(0, 0).length, WINDOW_SAMPLES);
  assert.ok(windows.read(0, 0).every((ms) => ms < 11));
  assert.equal(windows.read(0, NOW + WINDOW_SAMPLES + 500 + 16).length, 0);
  const since = windows.read(0, NOW + 1_000).length;
  assert.ok(since >= 500 && since <= 516, `${since}: times are in steps of 16 ms`);
  windows.reset(0);
  assert.deepEqual(windows.read(0, 0), []);
});

Deno.test("quantiles are those of the sorted samples", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual(quantilesOf(hundred, [0.5, 0.95, 0.99]), [50, 95, 99]);
  assert.deepEqual(quantilesOf([7], [0.5, 0.99]), [7, 7]);
  assert.equal(quantilesOf([], [0.5]), null);
});
