import assert from "node:assert/strict";
import type { SlowReader } from "./codec.ts";
import { slowestToDrop } from "./slow_readers.ts";

function reader(name: string, bytesPerSecond: number, forMs = 20_000): [string, SlowReader] {
  return [name, { bytesPerSecond, forMs }];
}

Deno.test("of too many slow readers the slowest go first", () => {
  const readers = [reader("a", 300), reader("b", 10), reader("c", 200), reader("d", 20)];
  assert.deepEqual(slowestToDrop(readers, 4), []);
  assert.deepEqual(slowestToDrop(readers, 2), ["b", "d"]);
});

Deno.test("fast readers and those that have just begun to wait are not slow", () => {
  const readers = [reader("fast", 1_000_000), reader("new", 0, 5_000), reader("slow", 1)];
  assert.deepEqual(slowestToDrop(readers, 0), ["slow"]);
});

Deno.test("a thousand slow readers may stay", () => {
  const readers = Array.from({ length: 1_003 }, (_, i) => reader(String(i), i));
  assert.deepEqual(slowestToDrop(readers), ["0", "1", "2"]);
});
