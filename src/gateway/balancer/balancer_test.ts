import assert from "node:assert/strict";
import fc from "fast-check";
import type { Target } from "../../core/host.ts";
import { createBalancer } from "./balancer.ts";

function target(id: string, weight = 1, backup = false): Target {
  return { id, url: `http://${id}.test`, weight, backup, verify_tls: true };
}

/** A balancer over `targets` whose slots are their places, and the set of those that are down. */
function balancerOf(targets: Target[]) {
  const down = new Set<string>();
  const slots = Object.fromEntries(targets.map(({ id }, slot) => [id, slot]));
  const health = { isHealthy: (slot: number) => !down.has(targets[slot]!.id) };
  const balancer = createBalancer({ targets, balance: "round-robin" }, slots, health);
  return { down, pick: (exceptId: string | null = null) => balancer.pick(exceptId)?.id ?? null };
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
  const health = { isHealthy: (slot: number) => slot < 0 };
  const balancer = createBalancer(
    { targets: [target("a"), target("b")], balance: "round-robin" },
    { b: 1 },
    health,
  );
  assert.equal(balancer.pick(null)?.id, "a");
  assert.equal(balancer.pick(null)?.id, "a");
});
