import assert from "node:assert/strict";
import fc from "fast-check";
import { createSharedCountTable, SharedCountTable } from "./shared_count_table.ts";

Deno.test("counts agree with a plain map, whatever is entered and left, by whom and in which order", () => {
  const step = fc.record({ writer: fc.nat(2), key: fc.nat(5), leaves: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
    const buffer = createSharedCountTable({ writers: 3, entries: 64 });
    const tables = [0, 1, 2].map((writer) => new SharedCountTable(buffer, 3, writer));
    const expected = new Map<string, number>();
    const sumOf = (key: number) => [0, 1, 2].reduce((sum, w) => sum + (expected.get(`${w} ${key}`) ?? 0), 0);
    for (const { writer, key, leaves } of steps) {
      const name = `${writer} ${key}`;
      const held = expected.get(name) ?? 0;
      if (leaves && held > 0) {
        expected.set(name, held - 1);
        tables[writer]!.leave(key - 3, key);
      } else {
        expected.set(name, held + 1);
        assert.equal(tables[writer]!.enter(key - 3, key), sumOf(key));
      }
    }
    for (let key = 0; key <= 5; key++) assert.equal(tables[0]!.count(key - 3, key), sumOf(key));
    assert.equal(tables[0]!.total(), [...expected.values()].reduce((sum, n) => sum + n, 0));
  }));
});

Deno.test("a full table counts on in its overflow, holds it against nobody, and comes back to nothing", () => {
  const buffer = createSharedCountTable({ writers: 1, entries: 64 });
  const table = new SharedCountTable(buffer, 1, 0);
  for (let round = 0; round < 2; round++) {
    for (let key = 0; key < 200; key++) assert.ok(table.enter(key, key) <= round + 1);
    assert.equal(table.total(), 200 * (round + 1));
    assert.ok(table.overflow() >= 200 - 64, "64 entries hold at most 64 keys");
  }
  for (let round = 0; round < 2; round++) {
    for (let key = 199; key >= 0; key--) table.leave(key, key);
  }
  assert.equal(table.total(), 0);
  assert.equal(table.overflow(), 0);
  for (let key = 0; key < 200; key++) assert.equal(table.count(key, key), 0);
});

Deno.test("one writer's part is wiped without touching the others'", () => {
  const buffer = createSharedCountTable({ writers: 2, entries: 64 });
  const [a, b] = [0, 1].map((writer) => new SharedCountTable(buffer, 2, writer));
  a!.enter(1, 1);
  a!.enter(2, 2);
  b!.enter(1, 1);
  b!.clear(0);
  assert.deepEqual([b!.count(1, 1), b!.count(2, 2), b!.total()], [1, 0, 1]);
});
