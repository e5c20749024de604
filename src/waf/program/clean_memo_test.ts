import assert from "node:assert/strict";
import { CleanMemo } from "./clean_memo.ts";

Deno.test("a value is remembered from its second sight on, for the plan that saw it", () => {
  const memo = new CleanMemo();
  memo.add("value", 4);
  assert.equal(memo.has("value", 4), false);
  memo.add("value", 4);
  assert.equal(memo.has("value", 4), true);
  assert.equal(memo.has("value", 8), false);
  memo.add("value", 8);
  memo.add("value", 8);
  assert.equal(memo.has("value", 4) && memo.has("value", 8), true);
});

Deno.test("what is asked for stays while a flood of other values passes", () => {
  const memo = new CleanMemo();
  const remember = (value: string) => [1, 2].forEach(() => memo.add(value, 4));
  remember("kept");
  remember("forgotten");
  for (let i = 0; i < 20_000; i++) {
    remember(`other ${i}`);
    assert.equal(memo.has("kept", 4), true);
  }
  assert.equal(memo.has("forgotten", 4), false);
});

Deno.test("long values are not kept", () => {
  const memo = new CleanMemo();
  const long = "x".repeat(10_000);
  for (let i = 0; i < 3; i++) memo.add(long, 4);
  assert.equal(memo.has(long, 4), false);
});
