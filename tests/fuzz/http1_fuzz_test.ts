import assert from "node:assert/strict";
import { WIRE_CASES } from "../conformance/malformed.ts";
import { checkChunked, checkRequest, nextChunked, nextRequest } from "./http1_fuzz.ts";
import { Random } from "./random.ts";

Deno.test("every case of the corpus is read the same however it is cut", () => {
  const random = new Random(1);
  for (const wire of WIRE_CASES) checkRequest(wire.bytes, random);
});

Deno.test("mutated requests never crash the codec, nor are they read differently when cut", () => {
  const random = new Random(20_240_301);
  let served = 0;
  for (let i = 0; i < 6_000; i++) served += checkRequest(nextRequest(random), random).length;
  // Mutations that never get past the parser would test nothing behind it.
  assert.ok(served > 1_000, `${served} requests served`);
});

Deno.test("mutated chunked bodies are decoded as a second implementation does", () => {
  const random = new Random(20_240_302);
  for (let i = 0; i < 40_000; i++) checkChunked(nextChunked(random), random);
});
