import { deepEqual, equal } from "node:assert/strict";
import { ClientTable, type TableEntry } from "./client_table.ts";

function entry(key: string, client = key): TableEntry {
  return { key, client, isConfirmed: false, activeAt: 0 };
}

Deno.test("whoever was silent longest goes first, unconfirmed before confirmed", () => {
  const table = new ClientTable(4);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((key) => entry(key)) as [
    TableEntry,
    TableEntry,
    TableEntry,
    TableEntry,
  ];
  for (const each of [a, b, c, d]) table.add(each);
  equal(table.isFull, true);
  table.confirm(a);
  table.touch(b, 5);
  const order: string[] = [];
  for (let victim = table.victim(); victim !== undefined; victim = table.victim()) {
    order.push(victim.key);
    table.delete(victim);
  }
  deepEqual(order, ["c", "d", "b", "a"]);
});

Deno.test("a client makes room with its own entries", () => {
  const table = new ClientTable(8);
  for (const [key, client] of [["1", "x"], ["2", "y"], ["3", "y"]] as const) table.add(entry(key, client));
  equal(table.victim("y")?.key, "2");
  equal(table.victim("z"), undefined);
});

Deno.test("those who are silent too long are found, and no more than those are looked at", () => {
  const table = new ClientTable(8);
  const all = ["a", "b", "c"].map((key) => entry(key));
  all.forEach((each, i) => {
    table.add(each);
    table.touch(each, i * 10);
  });
  table.confirm(all[2]!);
  deepEqual([...table.silentSince(15)].map(({ key }) => key), ["a", "b"]);
  deepEqual([...table.silentSince(25)].map(({ key }) => key), ["a", "b", "c"]);
});

Deno.test("a flood of forged addresses turns over its own entries and leaves those who talk", () => {
  const table = new ClientTable(100);
  const talking = Array.from({ length: 50 }, (_, i) => entry(`real ${i}`));
  for (const each of talking) {
    table.add(each);
    table.confirm(each);
  }
  for (let i = 0; i < 10_000; i++) {
    if (table.isFull) table.delete(table.victim()!);
    table.add(entry(`forged ${i}`));
  }
  equal(table.size, 100);
  equal(talking.every(({ key }) => table.get(key) !== undefined), true);
});
