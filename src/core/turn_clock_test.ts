import { equal } from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Turn } from "../lib/turn.ts";
import { ManualClock } from "./clock.ts";
import { TurnClock } from "./turn_clock.ts";

Deno.test("time stands still within a turn, for whoever does not catch up, and goes on in the next", async () => {
  const machine = new ManualClock();
  const clock = new TurnClock(machine, new Turn());
  equal(clock.monotonic(), 0);
  machine.advance(5);
  equal(clock.monotonic(), 0);
  equal(clock.catchUp(), 5);
  equal(clock.monotonic(), 5);
  machine.advance(2);
  await setImmediate();
  equal(clock.monotonic(), 7);
  machine.advance(1);
  equal(clock.monotonic(), 7);
  await setImmediate();
  equal(clock.monotonic(), 8);
  await setImmediate();
});

Deno.test("the wall clock is read once a turn too, and is never older than that", async () => {
  const machine = new ManualClock(1_000);
  const clock = new TurnClock(machine, new Turn());
  clock.monotonic();
  machine.advance(5);
  equal(clock.now(), 1_000);
  await setImmediate();
  equal(clock.now(), 1_005);
  machine.jump(-900);
  equal(clock.now(), 1_005);
  await setImmediate();
  equal(clock.now(), 105);
  await setImmediate();
});
