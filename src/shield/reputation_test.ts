import assert from "node:assert/strict";
import fc from "fast-check";
import { REPUTATION_REASONS } from "../core/reputation_reason.ts";
import { type AddressWords, parseAddress } from "../lib/ip.ts";
import { createReputationTable, MOST_TIMES, ReputationTable } from "./reputation.ts";

const HOUR = 3_600_000;
const CLIENT = parseAddress("192.0.2.1")!;

function make(entries = 64, start = 1_700_000_000_000) {
  const time = { now: start };
  return { time, table: new ReputationTable(createReputationTable(entries), () => time.now) };
}

/** Any IPv4 address by its number. */
function client(number: number): AddressWords {
  return [0, 0, 0xffff, number];
}

Deno.test("points add up, stay between -10 and +10, and say why", () => {
  const { table } = make();
  assert.equal(table.of(CLIENT), 0);
  table.add(CLIENT, -2, "waf");
  table.add(CLIENT, -2, "waf");
  table.add(CLIENT, -0.5, "shield_limit");
  assert.equal(table.of(CLIENT), -4.5);
  assert.deepEqual(table.read(CLIENT)!.reasons, { waf: 2, shield_limit: 1 });
  for (let i = 0; i < 20; i++) table.add(CLIENT, -2, "waf");
  assert.equal(table.of(CLIENT), -10);
  assert.equal(table.read(CLIENT)!.reasons.waf, MOST_TIMES);
  for (let i = 0; i < 5; i++) table.add(CLIENT, 5, "signed_in");
  assert.equal(table.of(CLIENT), 10);
  assert.equal(table.of(parseAddress("192.0.2.2")!), 0);
});

Deno.test("it decays evenly, from either end to 0 in 24 hours, and its reasons begin anew then", () => {
  for (const sign of [-1, 1]) {
    const { table, time } = make();
    table.add(CLIENT, sign * 10, "behaviour");
    time.now += 12 * HOUR;
    assert.equal(table.of(CLIENT), sign * 5);
    time.now += 12 * HOUR;
    assert.equal(table.of(CLIENT), 0);
    time.now += 1_000;
    assert.equal(table.of(CLIENT), 0);
    table.add(CLIENT, -1, "bot");
    assert.deepEqual(table.read(CLIENT)!.reasons, { bot: 1 });
  }
});

Deno.test("it agrees with a model that adds, clamps and decays, whatever comes when", () => {
  const steps = fc.array(
    fc.record({ seconds: fc.nat(50_000), points: fc.integer({ min: -100, max: 100 }) }),
    { maxLength: 50 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), steps, (start, all) => {
      const { table, time } = make(64, start);
      let model = 0;
      for (const { seconds, points } of all) {
        time.now += seconds * 1_000;
        model = Math.sign(model) * Math.max(0, Math.abs(model) - seconds / 8_640);
        model = Math.min(10, Math.max(-10, model + points / 10));
        table.add(CLIENT, points / 10, "behaviour");
        assert.ok(Math.abs(table.of(CLIENT) - model) < 0.01, `${table.of(CLIENT)} is not ${model}`);
      }
    }),
  );
});

Deno.test("an IPv6 client is its /64", () => {
  const { table } = make();
  table.add(parseAddress("2001:db8::1")!, -3, "bot");
  assert.equal(table.of(parseAddress("2001:db8::ffff:2")!), -3);
  assert.equal(table.of(parseAddress("2001:db8:0:1::1")!), 0);
});

Deno.test("an operator can forget a client", () => {
  const { table } = make();
  assert.equal(table.reset(CLIENT), false);
  table.add(CLIENT, -3, "bot");
  assert.equal(table.reset(CLIENT), true);
  assert.equal(table.of(CLIENT), 0);
  assert.equal(table.read(CLIENT), null);
});

Deno.test("a full table forgets who is nearest to 0 and counts it; the worst stay", () => {
  const { table } = make(64);
  for (let i = 0; i < 4; i++) table.add(client(i), -10, "waf");
  for (let i = 100; i < 2_000; i++) table.add(client(i), -1, "malformed");
  for (let i = 0; i < 4; i++) assert.equal(table.of(client(i)), -10);
  const { good, bad, evicted } = table.figures();
  assert.equal(good, 0);
  assert.ok(bad <= 64);
  assert.equal(evicted, 1_904 - bad);
});

Deno.test("who has decayed to 0 leaves without being counted as forgotten", () => {
  const { table, time } = make(64);
  for (let i = 0; i < 64; i++) table.add(client(i), -1, "malformed");
  const { evicted } = table.figures();
  time.now += 25 * HOUR;
  for (let i = 100; i < 110; i++) table.add(client(i), -1, "malformed");
  assert.equal(table.figures().evicted, evicted);
});

Deno.test("the worst come first, those with a good name not at all", () => {
  const { table } = make(1_024);
  for (let i = 1; i <= 9; i++) table.add(client(i), -i, "waf");
  table.add(client(100), 5, "signed_in");
  assert.deepEqual(table.worst(3).map(({ low, score }) => [low, score]), [[9, -9], [8, -8], [7, -7]]);
});

Deno.test("all reasons have room for their count", () => {
  const { table } = make();
  for (const reason of REPUTATION_REASONS) table.add(CLIENT, 0.1, reason);
  for (const reason of REPUTATION_REASONS) assert.equal(table.read(CLIENT)!.reasons[reason], 1);
});

Deno.test("no point of any thread is lost", async () => {
  const buffer = createReputationTable(1_024);
  const [threads, clients, times] = [3, 200, 5];
  const start = new SharedArrayBuffer(4);
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL("../../tests/support/reputation_worker.ts", import.meta.url), {
        type: "module",
        deno: { permissions: "none" },
      }),
  );
  await Promise.all(workers.map((worker) =>
    new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ buffer, start, threads, clients, times });
    })
  ));
  for (const worker of workers) worker.terminate();
  const table = new ReputationTable(buffer, () => 1_700_000_000_000);
  for (let i = 0; i < clients; i++) {
    const { score, reasons } = table.read(client(i))!;
    assert.equal(score, -0.5 * threads * times, `client ${i}`);
    assert.equal(reasons.waf, threads * times, `client ${i}`);
  }
});
