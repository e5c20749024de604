import assert from "node:assert/strict";
import { readSummary } from "../../.ci/summary.ts";

Deno.test("the totals are read from the last summary line, with and without steps, colours and ignored tests", () => {
  assert.deepEqual(readSummary("ok | 3 passed | 0 failed (5ms)\n"), { passed: 3, failed: 0 });
  assert.deepEqual(readSummary("x\nFAILED | 12 passed (4 steps) | 2 failed (1 step) | 1 ignored (3s)\n"), {
    passed: 12,
    failed: 2,
  });
  assert.deepEqual(
    readSummary("\x1b[0m\x1b[32mok\x1b[0m | 7 passed | 0 failed \x1b[38;5;245m(5ms)\x1b[0m\n"),
    {
      passed: 7,
      failed: 0,
    },
  );
  assert.deepEqual(
    readSummary("ok | 1 passed | 0 failed (1ms)\nok | 2 passed | 0 failed (1ms)\n")?.passed,
    2,
  );
});

Deno.test("a run that ended before its summary has none", () => {
  assert.equal(readSummary("error: Type checking failed.\n"), null);
  assert.equal(readSummary(""), null);
});
