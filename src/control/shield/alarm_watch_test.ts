import assert from "node:assert/strict";
import { fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { ManualClock } from "../../core/clock.ts";
import type { Notice } from "../../core/notice.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { createSharedAlarm, SharedAlarm } from "../../gateway/shared_alarm.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { AlarmWatch } from "./alarm_watch.ts";

function make() {
  const buffer = createSharedAlarm(1, 8);
  const clock = new ManualClock();
  const alarm = new SharedAlarm(buffer, 1, 0, clock);
  const notices: Notice[] = [];
  const logger = createLogger({
    level: "error",
    format: "json",
    mask: true,
    clock,
    thread: "test",
    write: () => {},
  });
  const watch = new AlarmWatch({ alarm, clock, logger, notify: (notice) => notices.push(notice) });
  const hosts = [fakeHost({ id: "h1", domains: ["shop.test"] }), fakeHost({ id: "h2", domains: ["b.test"] })];
  const snapshot = (over: Partial<Snapshot> = {}, anomaly = true): Snapshot => {
    const made = fakeSnapshot({ hosts, hostSlots: { h1: 0, h2: 1 }, ...over });
    const { settings } = made;
    return { ...made, settings: { ...settings, toggles: { ...settings.toggles, anomaly } } };
  };
  /** A minute with so many requests of h1 each second. */
  const minute = (rps: number) => {
    for (let i = 0; i < rps * 60; i++) {
      alarm.enter();
      alarm.arrived(0);
      alarm.leave();
    }
    clock.advance(60_000);
    watch.tick();
  };
  watch.update(snapshot());
  return { alarm, clock, logger, notices, watch, snapshot, minute };
}

Deno.test("a host that gets far more requests than usual is under attack, is told of, and comes out of it", () => {
  const { alarm, notices, watch, minute } = make();
  for (let i = 0; i < 30; i++) minute(2);
  assert.deepEqual(watch.rate("h1"), { rps: 2, usual: 2 });
  assert.deepEqual(watch.rate(null), { rps: 2, usual: 2 });
  assert.equal(alarm.isUnderAttack(0), false);
  minute(40);
  assert.equal(alarm.level(0), "statistics");
  assert.equal(alarm.level(1), "statistics", "there are as many more of all hosts together");
  assert.deepEqual(notices.map(({ kind, subject }) => [kind, subject]), [
    ["attack_began", "Aegis is under attack"],
    ["attack_began", "shop.test is under attack"],
  ]);
  assert.match(notices[1]!.text, /^40 requests a second, where 2 are usual\./);
  for (let i = 0; i < 3; i++) minute(2);
  assert.equal(alarm.isUnderAttack(0), false);
  assert.equal(notices.filter(({ kind }) => kind === "attack_ended").length, 2);
});

Deno.test("switched off, nothing is judged, and what was judged is over", () => {
  const { alarm, watch, snapshot, minute } = make();
  for (let i = 0; i < 30; i++) minute(2);
  minute(40);
  watch.update(snapshot({}, false));
  assert.equal(alarm.isUnderAttack(0), false);
  minute(40);
  assert.equal(alarm.isUnderAttack(0), false);
  assert.equal(watch.rate("h1").rps, 40);
});

Deno.test("operators' switches reach the gateways with the snapshot, and a host that leaves takes its alarm along", () => {
  const { alarm, clock, watch, snapshot } = make();
  const until = clock.now() + 1_000;
  watch.update(snapshot({ switches: [{ kind: "under_attack", hostId: "h2", until }] }));
  assert.deepEqual([watch.level("h1"), watch.level("h2"), watch.level(null)], ["none", "operator", "none"]);
  watch.update(snapshot({ hosts: [fakeHost()], hostSlots: { h1: 0 } }));
  assert.equal(alarm.isUnderAttack(1), false);
  watch.update(snapshot({ switches: [{ kind: "under_attack", hostId: null, until }] }));
  assert.equal(watch.level("h1"), "operator");
  clock.advance(1_000);
  assert.equal(watch.level("h1"), "none");
});

Deno.test("two hundred requests in flight for five seconds put everybody under challenge, also where nothing is judged", () => {
  const { alarm, clock, watch, snapshot } = make();
  watch.update(snapshot({}, false));
  for (let i = 0; i < 200; i++) alarm.enter();
  for (let second = 0; second <= 5; second++) {
    assert.equal(alarm.level(1), "none", `after ${second} s`);
    watch.tick();
    clock.advance(1_000);
  }
  assert.equal(alarm.level(1), "load");
  for (let i = 0; i < 100; i++) alarm.leave();
  watch.tick();
  assert.equal(alarm.level(1), "none");
});

Deno.test("what a control before it has left switched on holds no longer", () => {
  const { alarm, clock, logger, snapshot } = make();
  alarm.set(null, "load", true);
  alarm.set(0, "statistics", true);
  new AlarmWatch({ alarm, clock, logger, notify: () => {} }).update(snapshot());
  assert.equal(alarm.isUnderAttack(0), false);
});
