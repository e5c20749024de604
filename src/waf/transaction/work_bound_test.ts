import assert from "node:assert/strict";
import type { Clock } from "../../core/clock.ts";
import { WorkBound } from "./work_bound.ts";

/** A thread whose every look at the clock is `ms` later, of which it has computed a share. */
function busyClock(ms: number, share: number): Clock {
  let now = 0;
  return { now: () => 0, monotonic: () => now += ms, threadCpu: () => now * share };
}

/** Values of 1 KB that fit into the bound. */
function allowed(bound: WorkBound, most: number): number {
  let count = 0;
  while (count < most && bound.allows(1024)) count++;
  return count;
}

Deno.test("text that is slow again and again stops at a quarter of a second for a megabyte", () => {
  const bound = new WorkBound(busyClock(5, 1));
  const kilobytes = allowed(bound, 1024);
  assert.ok(bound.exhausted);
  assert.ok(kilobytes > 4 * 16 && kilobytes < 4 * 50, `${kilobytes} KB in looks of 5 ms a 4 KB`);
});

Deno.test("honest text of any length is within the bound", () => {
  const bound = new WorkBound(busyClock(1, 1));
  assert.equal(allowed(bound, 100_000), 100_000, "a quarter of a microsecond a character");
});

Deno.test("time that others take from the thread is not counted", () => {
  const bound = new WorkBound(busyClock(5, 0.0001));
  assert.equal(allowed(bound, 10_000), 10_000);
});

Deno.test("small requests are never looked at", () => {
  const bound = new WorkBound({
    now: () => 0,
    monotonic: () => assert.fail("asked"),
    threadCpu: () => assert.fail("asked"),
  });
  assert.equal(allowed(bound, 3), 3);
  bound.endCall();
});

Deno.test("the calls of one request share the bound", () => {
  let now = 0;
  const clock: Clock = { now: () => 0, monotonic: () => now, threadCpu: () => now };
  const bound = new WorkBound(clock);
  for (let call = 0; call < 4; call++) {
    bound.allows(8_192);
    now += 60;
    bound.endCall();
    now += 1_000;
  }
  assert.ok(!bound.allows(8_192), "four calls of 60 ms are over 150 ms");
});

Deno.test("what is refused already is not looked at for long", () => {
  const bound = new WorkBound(busyClock(1, 1));
  bound.isRefused = true;
  assert.ok(allowed(bound, 1_000) < 4 * 45);
});
