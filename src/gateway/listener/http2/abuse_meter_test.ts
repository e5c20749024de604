import assert from "node:assert/strict";
import { AbuseMeter } from "./abuse_meter.ts";

function allowed(meter: AbuseMeter, nowMs: number): number {
  let count = 0;
  while (!meter.isTooMuch("rapid reset", nowMs)) count++;
  return count;
}

Deno.test("a burst passes, and after it so much a second", () => {
  const meter = new AbuseMeter(0);
  assert.equal(allowed(meter, 0), 200);
  assert.equal(allowed(meter, 2_000), 39);
  assert.equal(allowed(meter, 1_000_000), 200);
});

Deno.test("each kind has its own allowance", () => {
  const meter = new AbuseMeter(0);
  allowed(meter, 0);
  assert.equal(meter.isTooMuch("PING flood", 0), false);
});

Deno.test("useful work makes good what went with it, and no more than that", () => {
  const meter = new AbuseMeter(0);
  for (let i = 0; i < 10_000; i++) {
    meter.allow("WINDOW_UPDATE flood", 3);
    assert.equal(meter.isTooMuch("WINDOW_UPDATE flood", 0), false);
  }
  let count = 0;
  while (!meter.isTooMuch("WINDOW_UPDATE flood", 0)) count++;
  assert.ok(count <= 1_000, `${count}`);
});
