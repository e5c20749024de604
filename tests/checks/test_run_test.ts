import assert from "node:assert/strict";
import { readArguments } from "../../.ci/arguments.ts";
import { type Job, planJobs, runJobs } from "../../.ci/jobs.ts";

Deno.test("paths and a filter are told apart, and what is neither is refused", () => {
  assert.deepEqual(readArguments([]), { paths: [], filter: null });
  assert.deepEqual(readArguments(["src/waf", "--filter", "a rule"]), {
    paths: ["src/waf"],
    filter: "a rule",
  });
  assert.deepEqual(readArguments(["--filter=/^a/", "tests"]), { paths: ["tests"], filter: "/^a/" });
  assert.throws(() => readArguments(["--filter"]), /--filter needs a part of a test's name/);
  assert.throws(() => readArguments(["--quick"]), /no option --quick/);
});

Deno.test("every file is in one job, and a file that starts products in one of its own", () => {
  const units = Array.from({ length: 40 }, (_, at) => `src/lib/unit_${at}_test.ts`);
  const products = ["tests/build/a_test.ts", "tests/e2e/b_test.ts", "tests/scenarios/c_test.ts"];
  const jobs = planJobs([...units, ...products]);
  assert.deepEqual(jobs.products, [
    ["tests/e2e/b_test.ts"],
    ["tests/build/a_test.ts"],
    ["tests/scenarios/c_test.ts"],
  ]);
  assert.deepEqual(jobs.units.flat(), units);
});

Deno.test("each job is done once, no slot is idle meanwhile, and one slot alone does them all", async () => {
  const products: Job[] = [["p1"], ["p2"], ["p3"]];
  const units: Job[] = [["u1"], ["u2"]];
  for (const slots of [1, 2, 3]) {
    const done: string[] = [];
    let running = 0;
    let most = 0;
    await runJobs({ products, units }, slots, async (job) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      done.push(...job);
      running--;
    });
    assert.deepEqual(done.toSorted(), ["p1", "p2", "p3", "u1", "u2"]);
    assert.equal(most, slots);
  }
});
