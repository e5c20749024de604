import assert from "node:assert/strict";
import { builtinModel } from "../../src/waf/learned/builtin_model.ts";
import { honestRequests } from "../bench/honest/corpus.ts";
import { judgeHonest } from "../bench/honest/judge.ts";
import { enforcingPolicy } from "./policy.ts";

Deno.test("the benign corpus holds two thousand requests of twelve kinds of application, the same every time", () => {
  const requests = honestRequests();
  assert.ok(requests.length >= 2_000);
  assert.equal(new Set(requests.map((each) => each.application)).size, 12);
  assert.ok(new Set(requests.map((each) => JSON.stringify(each.example))).size > requests.length * 0.8);
  assert.deepEqual(honestRequests().slice(0, 100), requests.slice(0, 100));
});

Deno.test("honest requests pass the rules within the budget", () => {
  const { refusals, isOverBudget } = judgeHonest(enforcingPolicy());
  assert.ok(!isOverBudget, refusals.join("\n"));
});

Deno.test("honest requests pass the rules and the learned model within the budget", () => {
  const { refusals, isOverBudget } = judgeHonest(enforcingPolicy(1, builtinModel()));
  assert.ok(!isOverBudget, refusals.join("\n"));
});
