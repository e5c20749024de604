import assert from "node:assert/strict";
import { RetryBudget } from "./retry_budget.ts";

Deno.test("retries are at most the share of requests once the first burst is spent", () => {
  const budget = new RetryBudget(0.2, 2);
  assert.deepEqual([budget.take(), budget.take(), budget.take()], [true, true, false]);
  let retries = 0;
  for (let request = 0; request < 100; request++) {
    budget.deposit();
    if (budget.take()) retries++;
  }
  assert.ok(retries >= 19 && retries <= 20, String(retries));
});

Deno.test("a quiet time saves up no more than the cap", () => {
  const budget = new RetryBudget(0.2, 2);
  for (let request = 0; request < 1_000; request++) budget.deposit();
  assert.deepEqual([budget.take(), budget.take(), budget.take()], [true, true, false]);
});
