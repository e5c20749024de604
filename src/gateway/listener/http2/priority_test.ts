import assert from "node:assert/strict";
import { EarlyPriorities, parsePriority } from "./priority.ts";

Deno.test("a Priority field says urgency and whether parts are of use", () => {
  const cases: [string, number, boolean][] = [
    ["", 3, false],
    ["u=0", 0, false],
    ["u=5, i", 5, true],
    ["i", 3, true],
    ["i=?0, u=7", 7, false],
    ["i=?1", 3, true],
    [" u=1 , x=2, i", 1, true],
    ["u=1;a=b, i;c", 1, true],
    ["u=2, u=4", 4, false],
  ];
  for (const [text, urgency, incremental] of cases) {
    assert.deepEqual({ ...parsePriority(text) }, { urgency, incremental }, text);
  }
});

Deno.test("what is no Priority is as if it were not there", () => {
  for (const text of ["u=8", "u=-1", "u=1.5", "u", "i=1", "U=1", ",,,", "u=", "u=1".padEnd(300, " ")]) {
    assert.deepEqual({ ...parsePriority(text) }, { urgency: 3, incremental: false }, text);
  }
});

Deno.test("priorities that come early are kept for their streams, the last 32 of them", () => {
  const early = new EarlyPriorities();
  const priority = parsePriority("u=1");
  early.put(1, parsePriority("u=7"));
  early.put(1, priority);
  assert.equal(early.take(1), priority);
  assert.equal(early.take(1), null);
  for (let id = 1; id <= 67; id += 2) early.put(id, priority);
  assert.equal(early.take(1), null);
  assert.equal(early.take(3), null);
  assert.equal(early.take(5), priority);
});
