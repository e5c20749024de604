import assert from "node:assert/strict";
import { TokenBucket } from "./token_bucket.ts";

function taken(bucket: TokenBucket, from: number, to: number, stepMs: number): number {
  let n = 0;
  for (let now = from; now < to; now += stepMs) if (bucket.take(now)) n++;
  return n;
}

Deno.test("a burst passes at once, then the rate holds, however often it is asked", () => {
  const bucket = new TokenBucket(100, 50);
  assert.equal(taken(bucket, 0, 1, 0.01), 50);
  const later = taken(bucket, 1, 2_001, 0.1);
  assert.ok(later >= 199 && later <= 201, String(later));
});

Deno.test("a pause saves up no more than a burst", () => {
  const bucket = new TokenBucket(100, 50);
  taken(bucket, 0, 1, 0.01);
  assert.equal(taken(bucket, 3_600_000, 3_600_001, 0.01), 50);
});
