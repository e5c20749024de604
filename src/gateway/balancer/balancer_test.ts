import assert from "node:assert/strict";
import fc from "fast-check";
import { ManualClock } from "../../core/clock.ts";
import { type Host, HOST_DEFAULTS } from "../../core/host.ts";
import type { Target } from "../../core/target.ts";
import { createTargetCells, TargetCells } from "../shared_targets.ts";
import { createBalancer, UNWATCHED_TARGETS } from "./balancer.ts";
import { NO_TICKET } from "./breakers.ts";

function target(id: string, weight = 1, backup = false): Target {
  return {
    id,
    url: `http://${id}.test`,
    weight,
    backup,
    role: "primary",
    verify_tls: true,
    protocol: "http1",
  };
}

/** A balancer over `targets` whose slots are their places, and the set of those that are down. */
function balancerOf(
  targets: Target[],
  balance: Host["balance"] = "round-robin",
  canary = HOST_DEFAULTS.canary,
) {
  const down = new Set<string>();
  const slots = Object.fromEntries(targets.map(({ id }, slot) => [id, slot]));
  const running = new Map<string, number>();
  const warmth = new Map<string, number>();
  const health = {
    ...UNWATCHED_TARGETS,
    isHealthy: (slot: number) => !down.has(targets[slot]!.id),
    warmth: (slot: number) => warmth.get(targets[slot]!.id) ?? 1,
    active: (slot: number) => running.get(targets[slot]!.id) ?? 0,
  };
  const balancer = createBalancer({ ...HOST_DEFAULTS, id: "h", targets, balance, canary }, slots, health);
  const pick = (exceptId: string | null = null, client = 0) => balancer.pick(exceptId, client)?.id ?? null;
  return { down, running, warmth, pick };
}

function picks(pick: () => string | null, turns: number): string {
  return Array.from({ length: turns }, pick).join("");
}

Deno.test("weights 5, 1, 1 take turns as nginx does it", () => {
  const { pick } = balancerOf([target("a", 5), target("b"), target("c")]);
  assert.equal(picks(() => pick(), 14), "aabacaa".repeat(2));
});

Deno.test("over one round each target gets exactly its weight, and never more than its share ahead of time", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 12 }), (weights) => {
      const { pick } = balancerOf(weights.map((weight, i) => target(`t${i}`, weight)));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const counts = new Map<string, number>();
      for (let turn = 1; turn <= total; turn++) {
        const id = pick()!;
        counts.set(id, (counts.get(id) ?? 0) + 1);
        const weight = weights[Number(id.slice(1))]!;
        assert.ok(counts.get(id)! <= Math.ceil((turn * weight) / total) + 1);
      }
      for (const [i, weight] of weights.entries()) assert.equal(counts.get(`t${i}`), weight);
    }),
    { numRuns: 50 },
  );
});

Deno.test("a target that is down is skipped and comes back with its share", () => {
  const { down, pick } = balancerOf([target("a"), target("b"), target("c")]);
  down.add("b");
  assert.equal(picks(() => pick(), 4), "acac");
  down.clear();
  const after = picks(() => pick(), 6);
  assert.deepEqual([...after].sort().join(""), "aabbcc");
});

Deno.test("backups serve only while no primary is up", () => {
  const { down, pick } = balancerOf([target("a"), target("b"), target("x", 1, true), target("y", 1, true)]);
  assert.equal(picks(() => pick(), 4), "abab");
  down.add("a").add("b");
  assert.equal(picks(() => pick(), 4), "xyxy");
  down.delete("b");
  assert.equal(picks(() => pick(), 2), "bb");
});

Deno.test("where all are down traffic still goes, to the primaries", () => {
  const { down, pick } = balancerOf([target("a"), target("b"), target("x", 1, true)]);
  for (const id of ["a", "b", "x"]) down.add(id);
  assert.equal(picks(() => pick(), 4), "abab");
  const alone = balancerOf([target("a")]);
  alone.down.add("a");
  assert.equal(alone.pick(), "a");
  const onlyBackup = balancerOf([target("x", 1, true)]);
  onlyBackup.down.add("x");
  assert.equal(onlyBackup.pick(), "x");
});

Deno.test("a second choice is another target where there is one", () => {
  const { down, pick } = balancerOf([target("a"), target("b")]);
  for (let i = 0; i < 3; i++) assert.equal(pick("a"), "b");
  down.add("b");
  assert.equal(pick("a"), "b", "a target that is down rather than the one that just failed");
  assert.equal(balancerOf([target("a")]).pick("a"), "a");
  assert.equal(balancerOf([]).pick(), null);
});

Deno.test("a target without a cell counts as healthy", () => {
  const health = { ...UNWATCHED_TARGETS, isHealthy: (slot: number) => slot < 0 };
  const host = { ...HOST_DEFAULTS, id: "h", targets: [target("a"), target("b")] };
  const balancer = createBalancer(host, { b: 1 }, health);
  assert.equal(balancer.pick(null, 0)?.id, "a");
  assert.equal(balancer.pick(null, 0)?.id, "a");
});

Deno.test("a target that warms up gets its share of its weight", () => {
  const { warmth, pick } = balancerOf([target("a"), target("b")]);
  warmth.set("b", 0.25);
  const chosen = picks(() => pick(), 100);
  assert.equal([...chosen].filter((id) => id === "b").length, 20);
});

Deno.test("least-connections takes the target with the least load for its weight; equals take turns", () => {
  const { running, pick } = balancerOf([target("a", 2), target("b"), target("c")], "least-connections");
  running.set("a", 4).set("b", 1).set("c", 3);
  assert.equal(pick(), "b");
  running.set("b", 2);
  assert.equal(pick(), "a");
  const equal = balancerOf([target("a"), target("b"), target("c")], "least-connections");
  assert.equal(picks(() => equal.pick(), 6), "abcabc");
});

Deno.test("least-connections does not send everything to a target that comes back empty", () => {
  const { running, warmth, pick } = balancerOf([target("a"), target("b")], "least-connections");
  running.set("a", 40);
  warmth.set("b", 0.25);
  let first = 0;
  for (; pick() === "b"; first++) running.set("b", (running.get("b") ?? 0) + 1);
  assert.equal(first, 10, "a quarter of what the other one holds");
});

Deno.test("ip-hash keeps a client at its target, and a target that leaves moves only its own clients", () => {
  const ids = ["a", "b", "c", "d"];
  const { down, pick } = balancerOf(ids.map((id) => target(id)), "ip-hash");
  const clients = Array.from({ length: 4_000 }, (_, i) => 0x0a000000 + i);
  const before = clients.map((client) => pick(null, client));
  assert.deepEqual(clients.map((client) => pick(null, client)), before);
  for (const id of ids) {
    const share = before.filter((each) => each === id).length;
    assert.ok(share > 850 && share < 1_150, `${id} has ${share} of 4,000 clients`);
  }
  down.add("c");
  const without = clients.map((client) => pick(null, client));
  for (const [i, id] of before.entries()) {
    if (id === "c") assert.notEqual(without[i], "c");
    else assert.equal(without[i], id);
  }
  down.clear();
  assert.deepEqual(clients.map((client) => pick(null, client)), before);
});

Deno.test("ip-hash spreads clients by weight", () => {
  const { pick } = balancerOf([target("a", 3), target("b", 1)], "ip-hash");
  const toA = Array.from({ length: 4_000 }, (_, i) => pick(null, i)).filter((id) => id === "a").length;
  assert.ok(toA > 2_850 && toA < 3_150, `${toA} of 4,000`);
});

Deno.test("random-two-choices never takes the busier of two, and reaches every target", () => {
  const { running, down, pick } = balancerOf(["a", "b", "c"].map((id) => target(id)), "random-two-choices");
  running.set("a", 9);
  const chosen = new Set(picks(() => pick(), 200));
  assert.deepEqual([...chosen].sort(), ["b", "c"]);
  down.add("b").add("c");
  assert.equal(pick(), "a");
  assert.equal(balancerOf([target("a")], "random-two-choices").pick(), "a");
});

Deno.test("whatever is up and down, a policy chooses among what is up, and somebody always serves", () => {
  const balances = ["round-robin", "least-connections", "ip-hash", "random-two-choices"] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...balances),
      fc.array(fc.record({ backup: fc.boolean(), isUp: fc.boolean() }), { minLength: 1, maxLength: 6 }),
      fc.integer(),
      (balance, states, client) => {
        const targets = states.map(({ backup }, i) => target(`t${i}`, 1 + i, backup));
        const { down, pick } = balancerOf(targets, balance);
        for (const [i, { isUp }] of states.entries()) if (!isUp) down.add(`t${i}`);
        const chosen = states[Number(pick(null, client)!.slice(1))]!;
        const primaryUp = states.some((each) => each.isUp && !each.backup);
        if (states.some((each) => each.isUp)) assert.ok(chosen.isUp);
        assert.equal(chosen.backup, primaryUp ? false : chosen.backup);
      },
    ),
  );
});

Deno.test("an open breaker is passed by; with all of them open traffic goes on, and the pick makes a probe of it", () => {
  const clock = new ManualClock();
  const cells = new TargetCells(createTargetCells(1, 2), 1, 0, clock);
  const { circuit_breaker: breaker } = HOST_DEFAULTS;
  const host = { ...HOST_DEFAULTS, id: "h", targets: [target("a"), target("b")] };
  const balancer = createBalancer(host, { a: 0, b: 1 }, cells);
  const pick = () => balancer.pick(null, 0)!.id;
  for (let i = 0; i < 5; i++) cells.failed(0, NO_TICKET, 0, breaker);
  assert.equal(picks(pick, 3), "bbb");
  for (let i = 0; i < 5; i++) cells.failed(1, NO_TICKET, 0, breaker);
  assert.deepEqual([...picks(pick, 4)].sort().join(""), "aabb");
  assert.equal(balancer.ticket, NO_TICKET, "panic before the time is over");
  clock.advance(30_000);
  const probes = Array.from({ length: 6 }, () => (pick(), balancer.ticket));
  assert.ok(probes.every((ticket) => ticket !== NO_TICKET), "three of each");
  pick();
  assert.equal(balancer.ticket, NO_TICKET, "and past them traffic goes on, for there is nobody else");
});

function canaries(percent: number, sticky: boolean) {
  const targets = [target("a"), target("b"), { ...target("x"), role: "canary" as const }];
  return balancerOf(targets, "round-robin", { ...HOST_DEFAULTS.canary, percent, sticky });
}

Deno.test("canaries get their share of clients; a client stays, and stays when the share grows", () => {
  const clients = Array.from({ length: 10_000 }, (_, i) => 0x0a000000 + i);
  const chosen = (percent: number) => {
    const { pick } = canaries(percent, true);
    return new Set(clients.filter((client) => pick(null, client) === "x"));
  };
  const [ten, thirty] = [chosen(10), chosen(30)];
  assert.ok(ten.size > 900 && ten.size < 1_100, `${ten.size} of 10,000`);
  assert.ok(thirty.size > 2_850 && thirty.size < 3_150, `${thirty.size} of 10,000`);
  for (const client of ten) assert.ok(thirty.has(client));
  assert.deepEqual(chosen(10), ten);
  assert.equal(chosen(0).size, 0);
  assert.equal(chosen(100).size, clients.length);
});

Deno.test("without stickiness the share is one of requests", () => {
  const { pick } = canaries(20, false);
  const toCanary = Array.from({ length: 5_000 }, () => pick()).filter((id) => id === "x").length;
  assert.ok(toCanary > 850 && toCanary < 1_150, `${toCanary} of 5,000`);
});

Deno.test("all canaries down: primaries; all primaries down: canaries", () => {
  const half = canaries(50, false);
  half.down.add("x");
  assert.deepEqual(new Set(picks(() => half.pick(), 50)), new Set(["a", "b"]));
  const none = canaries(0, true);
  none.down.add("a").add("b");
  assert.equal(picks(() => none.pick(), 3), "xxx");
});
