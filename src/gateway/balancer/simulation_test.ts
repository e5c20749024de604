import assert from "node:assert/strict";
import { BalanceSimulation, type ScriptedAnswer } from "../../../tests/support/balance_simulation.ts";

const FINE: ScriptedAnswer = { status: 200, ms: 20 };
const BROKEN: ScriptedAnswer = { status: 500, ms: 5 };
const fine = { answer: () => FINE };

/** Broken from one time to another, and up by its checks all the while. */
function brokenBetween(fromMs: number, toMs: number) {
  return { answer: (atMs: number) => atMs >= fromMs && atMs < toMs ? BROKEN : FINE };
}

Deno.test("a target that breaks gets five requests and then three probes each half minute, over all gateways", () => {
  const run = new BalanceSimulation({ a: fine, b: brokenBetween(0, Infinity) });
  run.traffic(100, 100_000);
  run.pass(100_000);
  const broken = run.served.filter(({ target }) => target === "b");
  const first = broken.filter(({ atMs }) => atMs < 1_000).length;
  assert.ok(first >= 5 && first <= 7, `${first}: five, and what was under way when it opened`);
  const probes = broken.length - first;
  // Open at 0 s, probed at 30, 60 and 90 s; a probe that fails after 5 ms can have had company.
  assert.ok(probes >= 3 && probes <= 9, `${probes} probes`);
  assert.equal(run.cells.read(1).breaker, "open");
  run.stop();
});

Deno.test("it closes after three good probes, and no herd falls upon it", () => {
  const run = new BalanceSimulation({ a: fine, b: brokenBetween(0, 10_000), c: fine });
  run.traffic(300, 60_000);
  let most = 0;
  run.every(5, 60_000, () => void (most = Math.max(most, run.cells.active(1))));
  run.pass(60_000);
  assert.equal(run.cells.read(1).breaker, "closed");
  assert.equal(run.cells.openings(1), 1, "no flapping");
  const { a, b, c } = run.shares(42_000, 60_000);
  assert.deepEqual([a, b, c], [33, 33, 33]);
  assert.ok(most <= 5, `${most} at once: 300 a second for 20 ms are 6 over three targets`);
  run.stop();
});

Deno.test("under least-connections a target whose breaker closes is not filled at once either", () => {
  const slow: ScriptedAnswer = { status: 200, ms: 400 };
  const broken = { answer: (atMs: number) => atMs < 10_000 ? BROKEN : slow };
  const run = new BalanceSimulation(
    { a: { answer: () => slow }, b: broken },
    { balance: "least-connections" },
  );
  run.traffic(200, 60_000);
  run.pass(60_000);
  assert.equal(run.cells.read(1).breaker, "closed");
  const back = run.served.findIndex(({ target, atMs }) => target === "b" && atMs > 30_000);
  const from = run.served[back]!.atMs + 400;
  for (const [quarter, most] of [0.25, 0.38, 0.48].entries()) {
    const start = from + quarter * 2_500;
    const share = run.shares(start, start + 2_500).b! / 100;
    assert.ok(share <= most && share > 0.1, `${share} in quarter ${quarter}`);
  }
  assert.ok(Math.abs(run.shares(from + 10_000, 60_000).b! - 50) <= 2);
  run.stop();
});

Deno.test("under least-connections a target that comes back is filled step by step", () => {
  const down = { answer: () => FINE, isUp: (atMs: number) => atMs < 5_000 || atMs > 60_000 };
  const run = new BalanceSimulation({ a: fine, b: down }, { balance: "least-connections" });
  run.traffic(1_000, 150_000);
  const steps: number[] = [];
  run.every(1_000, 150_000, () => {
    const { warmth } = run.cells.read(1);
    if (steps.at(-1) !== warmth && run.nowMs > 60_000) steps.push(warmth);
  });
  run.pass(150_000);
  assert.deepEqual(steps.slice(-4), [25, 50, 75, 100]);
  assert.equal(run.shares(45_000, 60_000).b, 0);
  const cold = run.served.filter(({ atMs }) => atMs >= 60_000 && atMs < 90_000);
  for (let from = 60_000; from < 90_000; from += 200) {
    const within = cold.filter(({ atMs }) => atMs >= from && atMs < from + 200);
    const share = within.filter(({ target }) => target === "b").length / within.length;
    assert.ok(share < 0.45, `${share} of the requests at ${from} ms`);
  }
  const { b } = run.shares(140_000, 150_000);
  assert.ok(b! >= 45 && b! <= 55);
  run.stop();
});

Deno.test("half-open slots never leak, whatever ends the probes", () => {
  let seed = 7;
  const random = () => (seed = Math.imul(seed, 1_103_515_245) + 12_345 & 0x7fffffff) / 0x80000000;
  const endings: ScriptedAnswer[] = [
    { status: null, ms: 1 },
    { status: null, ms: 4_000 },
    { status: "no answer", ms: 9_000 },
    { status: 503, ms: 10 },
    { status: 200, ms: 30 },
  ];
  const odd = { answer: (atMs: number) => atMs > 600_000 ? FINE : endings[Math.trunc(random() * 5)]! };
  const run = new BalanceSimulation({ a: fine, b: odd });
  run.traffic(20, 700_000);
  run.pass(700_000);
  assert.equal(run.cells.read(1).breaker, "closed", "once it is well it is found to be");
  assert.equal(run.shares(680_000, 700_000).b, 50);
  run.pass(10_000);
  assert.deepEqual([run.cells.active(0), run.cells.active(1)], [0, 0]);
  run.stop();
});

Deno.test("a host's only target is never passed by, and its breaker still tells how it does", () => {
  const run = new BalanceSimulation({ a: brokenBetween(0, 20_000) });
  run.traffic(50, 60_000);
  run.pass(10_000);
  assert.equal(run.cells.read(0).breaker, "open");
  run.pass(50_000);
  assert.equal(run.served.length, 3_000);
  assert.equal(run.cells.read(0).breaker, "closed");
  run.stop();
});

Deno.test("where every breaker is open traffic goes on to all of them", () => {
  const run = new BalanceSimulation({ a: brokenBetween(0, 25_000), b: brokenBetween(0, 25_000) });
  run.traffic(50, 60_000);
  run.pass(60_000);
  assert.equal(run.served.length, 3_000);
  const { a, b } = run.shares(5_000, 25_000);
  assert.deepEqual([a, b], [50, 50]);
  assert.deepEqual([run.cells.read(0).breaker, run.cells.read(1).breaker], ["closed", "closed"]);
  run.stop();
});

Deno.test("one broken page does not open a breaker; a broken application does", () => {
  const page = { answer: (_: number, path: string) => path === "/report" ? BROKEN : FINE };
  const run = new BalanceSimulation({ a: page, b: fine });
  run.traffic(50, 10_000, () => "/report");
  run.pass(10_000);
  assert.equal(run.cells.read(0).breaker, "closed");
  const broken = new BalanceSimulation({ a: { answer: () => BROKEN }, b: fine });
  broken.traffic(50, 1_000);
  broken.pass(1_000);
  assert.equal(broken.cells.read(0).breaker, "open");
  run.stop();
  broken.stop();
});

Deno.test("backups serve while no primary can, and go when one can", () => {
  const run = new BalanceSimulation({
    a: { answer: () => FINE, isUp: (atMs) => atMs < 10_000 || atMs > 60_000 },
    spare: { ...fine, backup: true },
  });
  run.traffic(50, 120_000);
  run.pass(120_000);
  assert.equal(run.shares(0, 10_000).spare, 0);
  assert.equal(run.shares(45_000, 60_000).spare, 100);
  assert.equal(run.shares(90_000, 120_000).spare, 0);
  run.stop();
});
