import assert from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import type { Notice } from "../core/notice.ts";
import { DeliveryFailure } from "./failure.ts";
import { Outbox, type OutboxChannel, type OutboxDelivery, settled } from "./outbox.ts";

const CHANNEL: OutboxChannel = { id: "c1", name: "ops", enabled: true, kinds: ["target_down"] };

/** An outbox over a map, whose time stands still: what is due is seen by its `nextAt`. */
function outbox(channels: readonly OutboxChannel[] = [CHANNEL]) {
  const rows = new Map<string, OutboxDelivery>();
  const clock = new ManualClock();
  let ids = 0;
  const box = new Outbox({
    clock,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    sends: false,
    newId: () => `d${++ids}`,
    channels: () => channels,
    send: () => Promise.resolve(),
    store: {
      waiting: () => [...rows.values()].filter(({ state }) => state === "waiting"),
      untried: (id) =>
        [...rows.values()].find((row) =>
          row.channelId === id && row.state === "waiting" && row.attempts === 0
        ) ??
          null,
      tried(id, from) {
        const done = [...rows.values()].filter((row) => row.channelId === id && row.doneAt !== null);
        const last = Math.max(...done.map((row) => row.doneAt!));
        return {
          lastAt: done.length === 0 ? null : last,
          count: done.filter((row) => row.doneAt! >= from).length,
        };
      },
      put: (row) => void rows.set(row.id, row),
    },
  });
  return { box, rows, clock };
}

function notice(clock: ManualClock, subject = "down", kind: Notice["kind"] = "target_down"): Notice {
  return { kind, subject, text: "", at: clock.now() };
}

Deno.test("only channels that are on and tell such things get a notice", () => {
  const { box, rows, clock } = outbox([CHANNEL, { ...CHANNEL, id: "c2", enabled: false }, {
    ...CHANNEL,
    id: "c3",
    kinds: ["auto_ban"],
  }]);
  box.add(notice(clock));
  assert.deepEqual([...rows.values()].map(({ channelId }) => channelId), ["c1"]);
});

Deno.test("a storm becomes one message, of which what has no room is counted", () => {
  const { box, rows, clock } = outbox();
  for (let i = 0; i < 10_000; i++) box.add(notice(clock, `target ${i}`));
  assert.equal(rows.size, 1);
  const [row] = rows.values();
  assert.deepEqual([row!.notices.length, row!.more], [50, 9_950]);
});

Deno.test("after a message the next waits a minute, and after thirty in an hour longer", () => {
  const { box, rows, clock } = outbox();
  const send = () => {
    box.add(notice(clock));
    const row = [...rows.values()].find(({ state }) => state === "waiting")!;
    const wait = row.nextAt - clock.now();
    clock.advance(wait);
    rows.set(row.id, settled(row, null, clock.now()));
    return wait;
  };
  assert.equal(send(), 2_000);
  assert.equal(send(), 60_000);
  for (let i = 2; i < 30; i++) send();
  assert.equal(send(), 1_800_000);
});

Deno.test("what fails is tried ever more rarely, as late as the other side asks, and is dead in the end", () => {
  const { box, rows, clock } = outbox();
  box.add(notice(clock));
  let [row] = rows.values() as IterableIterator<OutboxDelivery>;
  const pauses: number[] = [];
  while (row!.state === "waiting") {
    row = settled(row!, new DeliveryFailure("refused"), clock.now());
    if (row.state === "waiting") pauses.push((row.nextAt - clock.now()) / 1_000);
  }
  assert.deepEqual(pauses, [10, 20, 40, 80, 160, 320, 640, 1_280, 1_800]);
  assert.deepEqual([row!.state, row!.error, row!.attempts], ["dead", "refused", 10]);
  const asked = settled(
    { ...row!, attempts: 0, state: "waiting" },
    new DeliveryFailure("429", false, 90_000),
    0,
  );
  assert.equal(asked.nextAt, 90_000);
});

Deno.test("what cannot succeed is dead at once", () => {
  const { box, rows, clock } = outbox();
  box.add(notice(clock));
  const [row] = rows.values();
  assert.equal(settled(row!, new DeliveryFailure("no such hook", true), clock.now()).state, "dead");
});
