import assert from "node:assert/strict";
import { Rush } from "./rush.ts";

function told(...counts: number[]): number[] {
  const rush = new Rush();
  return counts.flatMap((open, i) => rush.isOver(open) ? [i] : []);
}

Deno.test("a rush is over once when most of its connections have gone; a few connections are none", () => {
  assert.deepEqual(told(0, 100, 20, 500, 400, 126, 125, 124, 60, 10, 0), [6]);
});

Deno.test("the next one is told of again, but not at once", () => {
  const waves = Array.from({ length: 10 }, () => [200, 10]).flat();
  assert.deepEqual(told(...waves), [1]);
  assert.deepEqual(told(...waves, ...waves, ...waves), [1, 31]);
});
