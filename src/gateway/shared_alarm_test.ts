import assert from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import { createSharedAlarm, SharedAlarm } from "./shared_alarm.ts";

function alarms(gateways = 2, hosts = 10) {
  const buffer = createSharedAlarm(gateways, hosts);
  const clock = new ManualClock();
  const [first, second] = [0, 1].map((index) => new SharedAlarm(buffer, gateways, index, clock));
  return { clock, first: first!, second: second! };
}

Deno.test("nobody is under attack in the beginning", () => {
  const { first } = alarms();
  assert.equal(first.isUnderAttack(-1), false);
  assert.equal(first.isUnderAttack(3), false);
  assert.equal(first.level(3), "none");
  assert.ok(first.hosts >= 10);
});

Deno.test("a host's alarm is its own, a global one is everybody's, and every thread hears of both", () => {
  const { first, second } = alarms();
  first.set(3, "statistics", true);
  assert.deepEqual([2, 3, -1].map((slot) => second.isUnderAttack(slot)), [false, true, false]);
  assert.equal(second.level(3), "statistics");
  first.set(null, "load", true);
  assert.deepEqual([2, 3, -1].map((slot) => second.level(slot)), ["load", "load", "load"]);
  first.set(null, "load", false);
  first.set(3, "statistics", false);
  assert.equal(second.isUnderAttack(3), false);
});

Deno.test("an operator's switch ends by itself", () => {
  const { first, second, clock } = alarms();
  first.setUntil(1, clock.now() + 1_000);
  assert.equal(second.level(1), "operator");
  assert.equal(second.isUnderAttack(2), false);
  clock.advance(999);
  assert.equal(second.isUnderAttack(1), true);
  clock.advance(1);
  assert.equal(second.isUnderAttack(1), false);
  first.setUntil(null, clock.now() + 1_000);
  assert.equal(second.level(-1), "operator");
  first.set(null, "load", true);
  assert.equal(second.level(-1), "load", "which is the stronger word");
});

Deno.test("requests are counted over all gateways, and what a dead one held is given back", () => {
  const { first, second } = alarms();
  first.enter();
  first.arrived(0);
  second.enter();
  second.arrived(9);
  second.enter();
  second.leave();
  assert.equal(first.inFlight(), 2);
  assert.equal(first.requests(null), 3);
  assert.deepEqual([first.requests(0), first.requests(9), first.requests(1)], [1, 1, 0]);
  first.clear(1);
  assert.equal(first.inFlight(), 1);
  assert.equal(first.requests(null), 3);
});

Deno.test("slots that are none change nothing", () => {
  const { first } = alarms(1, 4);
  for (const slot of [-1, 1_000, -2]) {
    first.arrived(slot);
    first.set(slot, "statistics", true);
    first.setUntil(slot, 1e15);
    first.reset(slot);
    assert.equal(first.isUnderAttack(slot), false);
    assert.equal(first.requests(slot), 0);
  }
  assert.equal(first.requests(null), 0);
});
