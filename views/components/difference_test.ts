import assert from "node:assert/strict";
import { changedRanges } from "./difference.ts";

function changed(before: string, after: string): string[] {
  return changedRanges(before, after).map(([from, to]) => before.slice(from, to));
}

Deno.test("what a decoding step changes is found piece by piece", () => {
  assert.deepEqual(changed("1%27%20UNION%0aALL", "1' UNION\nALL"), ["%27%20", "%0a"]);
});

Deno.test("equal texts and pure insertions change nothing", () => {
  assert.deepEqual(changed("same", "same"), []);
  assert.deepEqual(changed("ab", "aXb"), []);
});

Deno.test("neighbouring changes are one range", () => {
  assert.deepEqual(changed("UNION ALL", "union all"), ["UNION ALL"]);
});

Deno.test("a very long middle is one range instead of a large table", () => {
  const long = "x".repeat(2_000);
  assert.deepEqual(changedRanges(`a${long}b`, "ab"), [[1, 2_001]]);
  assert.deepEqual(changedRanges(`a${long}b`, `a${"y".repeat(2_000)}b`), [[1, 2_001]]);
});
