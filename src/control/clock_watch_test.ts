import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ManualClock } from "../core/clock.ts";
import { makeControl } from "../../tests/support/make_control.ts";
import { until } from "../../tests/support/until.ts";
import { ClockWatch } from "./clock_watch.ts";

Deno.test("a clock that is set is told from one that runs, and told once", () => {
  const clock = new ManualClock();
  const jumps: number[] = [];
  const watch = new ClockWatch(clock, (ms) => jumps.push(ms) > 0);
  clock.advance(3_600_000);
  watch.check();
  clock.jump(1_000);
  watch.check();
  assert.deepEqual(jumps, []);
  clock.jump(86_400_000);
  watch.check();
  watch.check();
  clock.jump(-7_200_000);
  watch.check();
  assert.deepEqual(jumps, [86_401_000, -7_200_000]);
});

Deno.test("a clock that jumps, to either side, changes no ban's length, in the store and in what gateways get", async () => {
  for (const jump of [86_400_000, -86_400_000]) {
    const made = await makeControl();
    try {
      await made.do("bans.create", { network: "203.0.113.9", seconds: 3_600 });
      await made.do("bans.create", { network: "203.0.113.10" });
      made.clock.jump(jump);
      made.control.clockWatch.check();
      await until("gateways are told", () => made.sent.length === 3);
      const ends = new Map(made.sent.at(-1)!.bans.map((ban) => [ban.network, ban.expiresAt]));
      assert.equal(ends.get("203.0.113.9"), made.clock.now() + 3_600_000);
      assert.equal(ends.get("203.0.113.10"), null);
      made.clock.advance(3_599_999);
      assert.equal((await made.do("bans.list", {})).length, 2);
      made.clock.advance(1);
      assert.deepEqual((await made.do("bans.list", {})).map((ban) => ban.network), ["203.0.113.10"]);
    } finally {
      await made.close();
    }
  }
});

Deno.test("a table that takes nothing when the clock is set ends no thread, and follows later", async () => {
  const made = await makeControl();
  try {
    const { id } = await made.do("bans.create", { network: "203.0.113.9", seconds: 60 });
    const database = new DatabaseSync(made.config.database_path);
    database.exec(`CREATE TRIGGER full BEFORE UPDATE ON bans BEGIN SELECT RAISE(FAIL, 'disk is full'); END`);
    made.clock.jump(86_400_000);
    made.control.clockWatch.check();
    assert.equal(made.logLines.filter((line) => line.includes("could not follow the clock")).length, 1);
    database.exec("DROP TRIGGER full");
    database.close();
    made.control.clockWatch.check();
    assert.equal(made.store.bans.get(id)!.expiresAt, made.clock.now() + 60_000);
  } finally {
    await made.close();
  }
});

Deno.test("a ban that is made right after the clock was set lasts as long as it says", async () => {
  const made = await makeControl();
  try {
    made.clock.jump(-86_400_000);
    const ban = await made.do("bans.create", { network: "203.0.113.9", seconds: 60 });
    made.control.clockWatch.check();
    assert.equal(made.store.bans.get(ban.id)!.expiresAt, made.clock.now() + 60_000);
  } finally {
    await made.close();
  }
});

Deno.test("what was counted of clients, and what waits to be told, is as old and as far as before", async () => {
  const made = await makeControl();
  const { store, clock } = made;
  try {
    for (const table of [store.strikes, store.repeatedBans]) {
      table.put({ network: "203.0.113.9", hostId: null, times: [clock.now() - 60_000, clock.now()] });
    }
    store.deliveries.put({
      id: "d1",
      at: clock.now(),
      channelId: "c1",
      channelName: "operations",
      state: "waiting",
      notices: [],
      more: 0,
      attempts: 1,
      nextAt: clock.now() + 10_000,
      doneAt: null,
      error: "",
    });
    clock.jump(-86_400_000);
    made.control.clockWatch.check();
    for (const table of [store.strikes, store.repeatedBans]) {
      const ages = table.list(0).map(({ times }) => times.map((at) => clock.now() - at));
      assert.deepEqual(ages, [[60_000, 0]]);
    }
    assert.equal(store.deliveries.get("d1")!.nextAt, clock.now() + 10_000);
  } finally {
    await made.close();
  }
});
