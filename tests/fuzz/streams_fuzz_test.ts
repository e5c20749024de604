import assert from "node:assert/strict";
import { Random } from "./random.ts";
import { checkHello, checkProxyHeader, nextHello, nextProxyHeader } from "./streams_fuzz.ts";

Deno.test("mutated PROXY headers are read the same however they come, and end where they say", () => {
  const random = new Random(20_261_101);
  let whole = 0;
  for (let i = 0; i < 3_000; i++) if (checkProxyHeader(nextProxyHeader(random)) === "header") whole++;
  assert.ok(whole > 300, `${whole} whole headers`);
});

Deno.test("mutated ClientHellos are read the same however they come", () => {
  const random = new Random(20_261_102);
  let whole = 0;
  for (let i = 0; i < 1_000; i++) if (checkHello(nextHello(random)) === "hello") whole++;
  assert.ok(whole > 100, `${whole} whole hellos`);
});
