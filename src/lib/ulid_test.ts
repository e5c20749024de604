import assert from "node:assert/strict";
import { UlidGenerator } from "./ulid.ts";

Deno.test("an id has 26 characters of Crockford's alphabet", () => {
  const ids = new UlidGenerator();
  for (let i = 0; i < 5_000; i++) assert.match(ids.next(1_700_000_000_000), /^[0-9A-HJKMNP-TV-Z]{26}$/);
});

Deno.test("ids of later milliseconds sort after earlier ones", () => {
  const ids = new UlidGenerator();
  let last = "";
  for (const now of [0, 1, 1_023, 1_024, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1]) {
    const id = ids.next(now);
    assert.ok(id > last, `${id} after ${last}`);
    last = id;
  }
});

Deno.test("the time is encoded as the ULID specification does it", () => {
  assert.equal(new UlidGenerator().next(1_469_918_176_385).slice(0, 10), "01ARYZ6S41");
});

Deno.test("ids of one millisecond differ", () => {
  const ids = new UlidGenerator();
  const seen = new Set(Array.from({ length: 10_000 }, () => ids.next(5)));
  assert.equal(seen.size, 10_000);
});
