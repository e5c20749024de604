import assert from "node:assert/strict";
import { HttpDate } from "./http_date.ts";

Deno.test("the date is written as IMF-fixdate and follows the clock by the second", () => {
  const date = new HttpDate();
  assert.equal(date.text(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
  assert.equal(date.text(784_111_777_999), "Sun, 06 Nov 1994 08:49:37 GMT");
  assert.equal(date.text(784_111_778_000), "Sun, 06 Nov 1994 08:49:38 GMT");
  assert.equal(date.text(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT", "the clock may jump back");
});
