import assert from "node:assert/strict";
import { plainNumber } from "./plain_number.ts";

Deno.test("digits alone are a number, up to fifteen of them", () => {
  assert.equal(plainNumber("0"), 0);
  assert.equal(plainNumber("0042"), 42);
  assert.equal(plainNumber("999999999999999"), 999_999_999_999_999);
});

Deno.test("everything else is none", () => {
  for (
    const text of ["", "1000000000000000", "-1", "+1", " 1", "1 ", "1,1", "0x10", "1e3", "1_0", "\u0661"]
  ) {
    assert.equal(plainNumber(text), -1, text);
  }
});
