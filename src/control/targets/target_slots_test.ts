import assert from "node:assert/strict";
import type { Host } from "../../core/host.ts";
import { assignSlots } from "./target_slots.ts";

function hosts(...targetIds: string[]): Host[] {
  return [{ targets: targetIds.map((id) => ({ id })), paths: [] } as unknown as Host];
}

Deno.test("a target keeps its cell while others come and go", () => {
  const first = assignSlots({}, hosts("a", "b"), 4);
  assert.deepEqual(first, { a: 0, b: 1 });
  assert.deepEqual(assignSlots(first, hosts("b", "c"), 4), { b: 1, c: 2 });
});

Deno.test("a cell that just became free is taken last", () => {
  const first = assignSlots({}, hosts("a", "b", "c"), 4);
  assert.deepEqual(assignSlots(first, hosts("b", "c", "d"), 4), { b: 1, c: 2, d: 3 });
  assert.deepEqual(assignSlots(first, hosts("b", "c", "d", "e"), 4), { b: 1, c: 2, d: 3, e: 0 });
});

Deno.test("more targets than cells are refused with both numbers", () => {
  assert.throws(() => assignSlots({}, hosts("a", "b", "c"), 2), /room for 2 targets.*makes 3/);
});
