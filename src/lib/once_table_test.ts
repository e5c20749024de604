import assert from "node:assert/strict";
import { createOnceTable, OnceTable } from "./once_table.ts";

const NOW = 1_700_000_000;

/** Keys as hashes would be. */
function key(i: number): bigint {
  return BigInt.asUintN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n);
}

Deno.test("a key is taken once until its end, by whoever asks", () => {
  const buffer = createOnceTable(64);
  const [one, two] = [new OnceTable(buffer), new OnceTable(buffer)];
  assert.ok(one.take(key(1), NOW + 300, NOW));
  assert.ok(!one.take(key(1), NOW + 300, NOW));
  assert.ok(!two.take(key(1), NOW + 300, NOW + 300));
  assert.ok(two.take(key(2), NOW + 300, NOW));
  assert.ok(two.take(key(1), NOW + 700, NOW + 301));
});

Deno.test("a full table lets the one that ends first give way, and counts it", () => {
  const table = new OnceTable(createOnceTable(64));
  for (let i = 0; i < 1_000; i++) assert.ok(table.take(key(i), NOW + 100 + i, NOW), `${i}`);
  assert.ok(table.evicted() > 900);
  assert.ok(!table.take(key(999), NOW + 1_099, NOW));
});

Deno.test("entries end although the clock that they are told by goes round", () => {
  const table = new OnceTable(createOnceTable(64));
  const edge = 2 ** 20 * 1_621;
  assert.ok(table.take(key(1), edge + 100, edge - 100));
  assert.ok(!table.take(key(1), edge + 100, edge + 50));
  assert.ok(table.take(key(1), edge + 500, edge + 101));
});

Deno.test("[SECURITY] of threads that take one key at the same moment no two get it, also while entries end", async () => {
  const threads = 2;
  // Full of entries that end in this very second: one thread sees them end, the other does not.
  const buffer = createOnceTable(64);
  const before = new OnceTable(buffer);
  for (let i = 0; i < 64; i++) before.take(key(10_000 + i), NOW, NOW - 100);
  const keys = Array.from({ length: 2_000 }, (_, i) => key(i));
  const start = new SharedArrayBuffer(4);
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL("../../tests/support/once_worker.ts", import.meta.url), {
        type: "module",
        deno: { permissions: "none" },
      }),
  );
  const got = await Promise.all(workers.map((worker, i) =>
    new Promise<boolean[]>((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ buffer, start, threads, keys, now: NOW + i });
    })
  ));
  for (const worker of workers) worker.terminate();
  const twice = keys.filter((_, i) => got.filter((each) => each[i]).length > 1);
  assert.deepEqual(twice, []);
  const once = keys.filter((_, i) => got.some((each) => each[i]));
  assert.ok(once.length > keys.length / 2, `${once.length} of ${keys.length} were given out`);
});
