import { deepEqual } from "node:assert/strict";
import { keepNewest } from "./keep_newest.ts";

Deno.test("what was put in first leaves, of a map as of a set, until few enough are left", () => {
  const map = new Map([["a", 1], ["b", 2], ["c", 3]]);
  map.delete("a");
  map.set("a", 4);
  keepNewest(map, 2);
  deepEqual([...map.keys()], ["c", "a"]);
  const set = new Set([1, 2, 3, 4]);
  keepNewest(set, 9);
  keepNewest(set, 1);
  deepEqual([...set], [4]);
});
