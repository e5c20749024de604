import assert from "node:assert/strict";
import { BalanceSimulation, type ScriptedAnswer } from "../../../tests/support/balance_simulation.ts";
import { makeControl } from "../../../tests/support/make_control.ts";
import { DEFAULT_CANARY } from "../../core/host_traffic.ts";
import type { Host } from "../../core/host.ts";
import { CanaryWatch } from "./canary_watch.ts";
import { SYSTEM_ACTOR } from "../operation.ts";

const FINE: ScriptedAnswer = { status: 200, ms: 20 };

/** A host with two primaries and one canary, and what its watch says, in virtual time. */
function simulate(canary: (atMs: number) => ScriptedAnswer, over: Partial<Host["canary"]> = {}) {
  const run = new BalanceSimulation({
    a: { answer: () => FINE },
    b: { answer: () => FINE },
    x: { answer: canary, role: "canary" },
  }, {
    canary: { ...DEFAULT_CANARY, percent: 20, sticky: false, ...over },
    // The breaker would take a canary that fails all the time before its window could speak.
    circuit_breaker: {
      failure_threshold: 32,
      success_threshold: 1,
      open_timeout_ms: 1,
      half_open_max_requests: 50,
    },
  });
  const rollBacks: { atMs: number; reason: string }[] = [];
  const watch = new CanaryWatch({
    cells: run.cells,
    clock: run.clock,
    rollBack: (_host, reason) => void rollBacks.push({ atMs: run.nowMs, reason }),
  });
  watch.tick([run.host], run.slots);
  run.every(1_000, 600_000, () => watch.tick([run.host], run.slots));
  run.traffic(20, 600_000);
  run.pass(600_000);
  const figures = watch.figures(run.host, run.slots)!;
  run.stop();
  return { run, figures, rollBacks };
}

Deno.test("a canary that does as well as the primaries stays", () => {
  const { run, figures, rollBacks } = simulate(() => FINE);
  assert.deepEqual(rollBacks, []);
  const share = figures.canary.requests / (figures.canary.requests + figures.primary.requests);
  assert.ok(share > 0.15 && share < 0.25, `${share}`);
  assert.ok(
    run.nowMs - (figures.since - (run.clock.now() - run.nowMs)) <= 311_000,
    "the window, and one step",
  );
});

Deno.test("ten percent of failures take it back, nine do not", () => {
  let nth = 0;
  const everyTenth = simulate(() => ++nth % 10 === 0 ? { status: 502, ms: 5 } : FINE);
  assert.match(everyTenth.rollBacks[0]!.reason, /^1\d(\.\d)? % of its \d+ requests failed \(limit 10 %\)$/);
  nth = 0;
  assert.deepEqual(simulate(() => ++nth % 12 === 0 ? { status: 502, ms: 5 } : FINE).rollBacks, []);
});

Deno.test("it is taken back when its p95 is above twice the primaries'", () => {
  const { rollBacks } = simulate((atMs) => atMs < 200_000 ? FINE : { status: 200, ms: 60 });
  assert.match(rollBacks[0]!.reason, /p95 of \d+ ms is more than 2 times the primaries’ \d+ ms/);
  assert.ok(rollBacks[0]!.atMs >= 200_000 && rollBacks[0]!.atMs < 260_000, `at ${rollBacks[0]!.atMs} ms`);
  assert.deepEqual(simulate(() => ({ status: 200, ms: 33 })).rollBacks, []);
});

Deno.test("fewer than twenty requests decide nothing, and a host may keep the decision to itself", () => {
  assert.deepEqual(simulate(() => ({ status: 500, ms: 5 }), { percent: 0.1 }).rollBacks, []);
  assert.deepEqual(simulate(() => ({ status: 500, ms: 5 }), { auto_rollback: false }).rollBacks, []);
});

Deno.test("a rollback takes the share away, outlives a restart, needs a person's eye, and is reset", async () => {
  const made = await makeControl();
  const host = await made.do("hosts.create", {
    host: {
      domains: ["shop.example.com"],
      targets: [{ url: "http://127.0.0.1:3000" }, { url: "http://127.0.0.1:3001", role: "canary" }],
      canary: { percent: 10 },
    },
  });
  const share = () => made.sent.at(-1)!.hosts[0]!.canary.percent;
  assert.equal(share(), 10);
  assert.equal((await made.do("hosts.canary", { id: host.id })).state, "running");
  const reason = "20 % of its 50 requests failed (limit 10 %)";
  const after = await made.do("hosts.canary_rollback", { id: host.id, reason }, SYSTEM_ACTOR);
  assert.deepEqual([after.state, after.rollback?.reason, after.rollback?.by], ["rolled-back", reason, ""]);
  assert.equal(share(), 0);
  await made.close("keep");

  const again = await makeControl({ dataDir: made.config.data_dir });
  const { attention } = await again.do("analytics.dashboard", {});
  const item = attention.find(({ kind }) => kind === "canary-rollback")!;
  assert.match(item.title, /canary of shop\.example\.com/);
  assert.match(item.text, /20 % of its 50 requests failed/);
  assert.equal(
    (await again.do("hosts.get", { id: host.id })).canary.percent,
    10,
    "what the person wrote stays",
  );
  const reset = await again.do("hosts.canary_reset", { id: host.id });
  assert.equal(reset.state, "running");
  assert.equal(again.sent.at(-1)!.hosts[0]!.canary.percent, 10);
  await assert.rejects(again.do("hosts.canary_reset", { id: host.id }), /were not rolled back/);
  await again.close();
});

Deno.test("promoting changes the sides, and the old primaries stay without traffic", async () => {
  const made = await makeControl();
  const { id } = await made.do("hosts.create", {
    host: {
      domains: ["shop.example.com"],
      targets: [{ url: "http://127.0.0.1:3000" }, { url: "http://127.0.0.1:3001", role: "canary" }],
      canary: { percent: 10 },
    },
  });
  const promoted = await made.do("hosts.canary_promote", { id });
  assert.deepEqual(promoted.targets.map(({ role }) => role), ["canary", "primary"]);
  assert.equal(promoted.canary.percent, 0);
  await made.do("hosts.update", { id, host: { targets: [{ url: "http://127.0.0.1:3001" }] } });
  await assert.rejects(made.do("hosts.canary_promote", { id }), /has no canary/);
  await made.close();
});
