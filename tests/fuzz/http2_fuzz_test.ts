import assert from "node:assert/strict";
import { checkConnection, nextConnection } from "./http2_fuzz.ts";
import { Random } from "./random.ts";

Deno.test("connections of odd frames never crash the codec, nor are they read differently when cut", () => {
  const random = new Random(20_240_404);
  let exchanges = 0;
  for (let i = 0; i < 4_000; i++) {
    exchanges += checkConnection(nextConnection(random), random).exchanges;
  }
  // Inputs that never get past the first frame would test nothing behind it.
  assert.ok(exchanges > 3_000, `${exchanges} exchanges`);
});
