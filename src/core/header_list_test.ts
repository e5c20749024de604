import assert from "node:assert/strict";
import { HeaderList } from "./header_list.ts";

function safeNames(list: HeaderList): string[] {
  return list.names.filter((_, i) => list.isSafe(i));
}

Deno.test("only what was appended as safe is safe", () => {
  const list = new HeaderList();
  list.appendSafe("a", "1");
  list.append("b", "2");
  list.appendSafe("c", "3");
  assert.deepEqual(safeNames(list), ["a", "c"]);
  list.set("a", "4");
  assert.deepEqual(safeNames(list), ["c"]);
});

Deno.test("marks stay with their fields when others leave", () => {
  for (let leaves = 0; leaves < 40; leaves++) {
    const list = new HeaderList();
    const expected: string[] = [];
    for (let i = 0; i < 40; i++) {
      const name = `n${i}`;
      if (i % 3 === 0) list.appendSafe(name, "");
      else list.append(name, "");
      if (i % 3 === 0 && i !== leaves) expected.push(name);
    }
    assert.equal(list.delete(`n${leaves}`), true);
    assert.equal(list.length, 39);
    assert.deepEqual(safeNames(list), expected);
  }
});

Deno.test("a copy has the marks of its source", () => {
  const list = new HeaderList();
  list.append("a", "1");
  list.appendSafe("b", "2");
  assert.deepEqual(safeNames(list.clone()), ["b"]);
  const other = new HeaderList();
  other.appendFrom(list, 1);
  other.appendFrom(list, 0);
  assert.deepEqual([...other.entries()], [["b", "2"], ["a", "1"]]);
  assert.deepEqual(safeNames(other), ["b"]);
});

Deno.test("several fields of one name leave together", () => {
  const list = HeaderList.from([["a", "1"], ["B", "2"], ["a", "3"], ["c", "4"]]);
  assert.equal(list.delete("a"), true);
  assert.equal(list.delete("a"), false);
  assert.deepEqual([...list.entries()], [["b", "2"], ["c", "4"]]);
  list.append("b", "5");
  list.set("b", "6");
  assert.deepEqual([...list.entries()], [["b", "6"], ["c", "4"]]);
});

Deno.test("a filtered list keeps order and marks of what stays", () => {
  const list = new HeaderList();
  list.append("a", "1");
  list.appendSafe("te", "2");
  list.appendSafe("b", "3");
  list.append("te", "4");
  list.appendSafe("c", "5");
  list.filter((name) => name !== "te");
  assert.deepEqual([...list.entries()], [["a", "1"], ["b", "3"], ["c", "5"]]);
  assert.deepEqual([0, 1, 2, 3].map((i) => list.isSafe(i)), [false, true, true, false]);
});

Deno.test("a known line stays with its field until the field is another", () => {
  const list = new HeaderList();
  list.append("a", "1");
  list.appendSafe("b", "2", "b: 2\r\n");
  list.appendSafe("c", "3");
  list.delete("a");
  assert.deepEqual([0, 1].map((i) => list.clone().line(i)), ["b: 2\r\n", ""]);
  list.set("b", "4");
  assert.deepEqual([0, 1].map((i) => list.line(i)), [null, ""]);
});

Deno.test("text behind a value leaves no known line without it", () => {
  const list = new HeaderList();
  list.appendSafe("set-cookie", "a=1", "set-cookie: a=1\r\n");
  list.append("set-cookie", "b=2");
  list.extend(0, "; SameSite=Lax");
  list.extend(1, "; SameSite=Lax");
  assert.deepEqual(list.all("set-cookie"), ["a=1; SameSite=Lax", "b=2; SameSite=Lax"]);
  assert.deepEqual([list.line(0), list.line(1)], ["", null]);
});
