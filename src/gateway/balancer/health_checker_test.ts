import assert from "node:assert/strict";
import { ManualClock } from "../../core/clock.ts";
import { type Host, HOST_DEFAULTS } from "../../core/host.ts";
import { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import { testTarget } from "../../../tests/support/upstream_exchange.ts";
import { createTargetCells, TargetCells } from "../shared_targets.ts";
import { HealthChecker, type HealthTransition } from "./health_checker.ts";
import type { ProbeResult } from "./probe.ts";

const HEALTH = {
  path: "",
  interval_ms: 10_000,
  timeout_ms: 3_000,
  unhealthy_threshold: 3,
  healthy_threshold: 2,
};

function hostOf(id: string, urls: string[]): Host {
  const targets = urls.map((url, i) => testTarget(url, { id: `${id}-${i}` }));
  return { ...HOST_DEFAULTS, id, targets, health: HEALTH } as unknown as Host;
}

/** A checker whose clock, sweep and probe the test holds. */
function heldChecker(random = () => 0.5) {
  const clock = new ManualClock();
  const sweep = new DeadlineSweep(clock);
  const cells = new TargetCells(createTargetCells(1, 2_048), 1, 0);
  const transitions: HealthTransition[] = [];
  const probes: { url: string; done: (result: ProbeResult) => void; cancelled: boolean }[] = [];
  const checker = new HealthChecker({
    cells,
    clock,
    sweep,
    random,
    onTransition: (transition) => void transitions.push(transition),
    probe(_host, target, done) {
      const probe = { url: target.url, done, cancelled: false };
      probes.push(probe);
      return () => void (probe.cancelled = true);
    },
  });
  function pass(ms: number): void {
    clock.advance(ms);
    sweep.sweep();
  }
  /** One check that finds the target up or down. */
  function check(isUp: boolean): void {
    pass(10_000);
    const text = isUp ? "200 in 9 ms" : "connection refused";
    probes.at(-1)!.done({ isUp, status: isUp ? 200 : 0, latencyMs: 9, text });
  }
  return { checker, clock, sweep, cells, transitions, probes, pass, check };
}

Deno.test("three failures take a target down and two successes bring it up again", () => {
  const { checker, cells, transitions, check } = heldChecker();
  checker.update([hostOf("h", ["http://a.test"])], { "h-0": 7 });
  check(true);
  assert.deepEqual(checker.status("h-0"), { health: "up", text: "200 in 9 ms" });
  check(false);
  check(false);
  assert.equal(cells.isHealthy(7), true);
  check(true);
  check(false);
  check(false);
  assert.equal(cells.isHealthy(7), true, "failures count in a row");
  check(false);
  assert.equal(cells.isHealthy(7), false);
  check(true);
  assert.equal(cells.isHealthy(7), false);
  check(true);
  assert.equal(cells.isHealthy(7), true);
  const said = transitions.map(({ hostId, from, to, text }) => `${hostId} ${from} ${to} ${text}`);
  assert.deepEqual(said, [
    "h unknown up 200 in 9 ms",
    "h up down connection refused",
    "h down up 200 in 9 ms",
  ]);
  checker.stop();
});

Deno.test("a target that comes back warms up over its good checks; a new one is warm", () => {
  const { checker, cells, check } = heldChecker();
  checker.update([hostOf("h", ["http://a.test"])], { "h-0": 0 });
  check(true);
  assert.equal(cells.warmth(0), 1);
  for (let i = 0; i < 3; i++) check(false);
  const seen: number[] = [];
  for (const isUp of [true, true, true, true, false, true, true, true, true]) {
    check(isUp);
    seen.push(cells.warmth(0));
  }
  assert.deepEqual(seen.slice(1), [0.25, 0.5, 0.75, 0.25, 0.5, 0.75, 1, 1]);
  checker.stop();
});

Deno.test("a target that was never up goes down after its third failure", () => {
  const { checker, cells, check } = heldChecker();
  checker.update([hostOf("h", ["http://a.test"])], { "h-0": 0 });
  check(false);
  check(false);
  assert.equal(cells.read(0).health, "unknown");
  check(false);
  assert.equal(cells.read(0).health, "down");
  checker.stop();
});

Deno.test("a check without an answer is given up at its time-out, and what it says later is ignored", () => {
  const { checker, cells, probes, pass } = heldChecker();
  checker.update([hostOf("h", ["http://a.test"])], { "h-0": 0 });
  pass(500);
  assert.equal(probes.length, 1);
  pass(3_000);
  assert.equal(probes[0]!.cancelled, true);
  assert.deepEqual(checker.status("h-0"), { health: "unknown", text: "no answer within 3000 ms" });
  probes[0]!.done({ isUp: true, status: 200, latencyMs: 9, text: "late" });
  assert.equal(cells.read(0).lastCheck?.isUp, false);
  checker.stop();
});

Deno.test("a new snapshot keeps what is known, takes on new targets and lets go of others", () => {
  const { checker, cells, probes, check, pass } = heldChecker();
  checker.update([hostOf("h", ["http://a.test"])], { "h-0": 0 });
  for (let i = 0; i < 3; i++) check(false);
  const both = hostOf("h", ["http://a.test", "http://b.test"]);
  checker.update([both], { "h-0": 0, "h-1": 1 });
  assert.equal(cells.isHealthy(0), false);
  assert.deepEqual(checker.status("h-1"), { health: "unknown", text: "" });
  pass(500);
  assert.equal(probes.at(-1)!.url, "http://b.test");

  checker.update([hostOf("h", ["http://moved.test", "http://b.test"])], { "h-0": 0, "h-1": 1 });
  assert.equal(cells.isHealthy(0), true, "another address is another target");
  checker.update([{ ...both, enabled: false }], { "h-0": 0, "h-1": 1 });
  assert.equal(checker.status("h-1"), null);
  assert.equal(probes.at(-1)!.cancelled, true);
});

Deno.test("checks of a thousand targets spread over time, and few run at once", () => {
  let seed = 1;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const { checker, probes, pass } = heldChecker(random);
  const hosts = Array.from({ length: 1_000 }, (_, i) => hostOf(`h${i}`, ["http://a.test"]));
  checker.update(hosts, Object.fromEntries(hosts.map((host, i) => [`${host.id}-0`, i])));
  const perStep: number[] = [];
  let open = 0;
  for (let step = 0; step < 40; step++) {
    const before = probes.length;
    pass(250);
    perStep.push(probes.length - before);
    assert.ok(probes.length - open <= 64);
    for (; open < probes.length; open++) {
      probes[open]!.done({ isUp: true, status: 200, latencyMs: 1, text: "200 in 1 ms" });
    }
  }
  assert.equal(perStep.reduce((sum, n) => sum + n, 0) >= 1_000, true);
  checker.stop();
});

Deno.test("nothing runs after stop", () => {
  const { checker, sweep, probes, pass } = heldChecker();
  checker.update([hostOf("h", ["http://a.test"])], { "h-0": 0 });
  pass(500);
  checker.stop();
  assert.equal(probes[0]!.cancelled, true);
  assert.equal(sweep.size, 0);
  pass(60_000);
  assert.equal(probes.length, 1);
});
