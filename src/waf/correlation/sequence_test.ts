import assert from "node:assert/strict";
import type { Correlation } from "../../core/correlation.ts";
import { addHit, type Hit } from "./sequence.ts";

const RULE: Correlation = {
  windowSeconds: 60,
  threshold: 3,
  groupBy: "source_ip",
  triggerRules: [],
  sequenceMode: "any",
  uniqueFields: [],
  predicates: null,
};

function hit(second: number, steps = 1, likeness = ""): Hit {
  return {
    at: second * 1_000,
    requestId: `r${second}`,
    client: "192.0.2.1",
    marked: false,
    ring: "h:192.0.2.1",
    steps,
    likeness,
  };
}

function seconds(hits: readonly Hit[] | null): number[] | null {
  return hits === null ? null : hits.map(({ at }) => at / 1_000);
}

Deno.test("so many requests within the window meet a rule, one outside of it does not count", () => {
  const hits: Hit[] = [];
  assert.equal(addHit(hits, hit(0), RULE), null);
  assert.equal(addHit(hits, hit(30), RULE), null);
  assert.equal(addHit(hits, hit(61), RULE), null);
  assert.deepEqual(seconds(addHit(hits, hit(62), RULE)), [30, 61, 62]);
});

Deno.test("requests that are alike count once, by the latest of them", () => {
  const hits: Hit[] = [];
  for (let i = 0; i < 40; i++) assert.equal(addHit(hits, hit(i, 1, "a"), RULE), null);
  assert.equal(hits.length, 1);
  addHit(hits, hit(50, 1, "b"), RULE);
  assert.deepEqual(seconds(addHit(hits, hit(99, 1, "c"), RULE)), [39, 50, 99]);
});

Deno.test("different steps are counted, however many requests met each", () => {
  const rule: Correlation = { ...RULE, sequenceMode: "distinct" };
  const hits: Hit[] = [];
  for (let i = 0; i < 10; i++) assert.equal(addHit(hits, hit(i, 0b001), rule), null);
  assert.equal(addHit(hits, hit(11, 0b010), rule), null);
  assert.deepEqual(seconds(addHit(hits, hit(12, 0b100), rule)), [9, 11, 12]);
  assert.equal(addHit([], hit(1, 0b111), rule), null, "one request is no sequence");
});

Deno.test("steps in order need a later request each, in whatever order threads hand them over", () => {
  const rule: Correlation = {
    ...RULE,
    sequenceMode: "ordered",
    triggerRules: [["a"], ["a"], ["b"]],
  };
  const [recon, attack] = [0b011, 0b100];
  const late: Hit[] = [];
  addHit(late, hit(1, recon), rule);
  assert.equal(addHit(late, hit(5, attack), rule), null);
  assert.deepEqual(seconds(addHit(late, hit(3, recon), rule)), [1, 3, 5]);
  const wrong: Hit[] = [];
  addHit(wrong, hit(1, attack), rule);
  addHit(wrong, hit(2, recon), rule);
  assert.equal(addHit(wrong, hit(3, recon), rule), null);
  for (let i = 4; i < 60; i++) assert.equal(addHit(wrong, hit(i, recon), rule), null);
  assert.notEqual(addHit(wrong, hit(60, attack), rule), null);
});
