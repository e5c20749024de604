import { equal, ok } from "node:assert/strict";
import { bucketMiddleMs, bucketOf, quantileMs } from "./log_histogram.ts";

Deno.test("the middle of a bucket is within nine per cent of every duration in it", () => {
  for (let ms = 0.07; ms < 4_000_000; ms *= 1.013) {
    ok(Math.abs(bucketMiddleMs(bucketOf(ms)) / ms - 1) <= 0.091, String(ms));
  }
});

Deno.test("what is too short, too long or no number still has a bucket", () => {
  equal(bucketOf(0), 0);
  equal(bucketOf(-5), 0);
  equal(bucketOf(NaN), 0);
  equal(bucketOf(Infinity), 104);
});

Deno.test("a quantile is the first bucket that enough of the counts stand in, whatever their order", () => {
  const buckets = [{ bucket: 50, n: 5 }, { bucket: 10, n: 90 }, { bucket: 30, n: 5 }];
  equal(quantileMs(buckets, 0), bucketMiddleMs(10));
  equal(quantileMs(buckets, 0.9), bucketMiddleMs(10));
  equal(quantileMs(buckets, 0.95), bucketMiddleMs(30));
  equal(quantileMs(buckets, 0.951), bucketMiddleMs(50));
  equal(quantileMs(buckets, 1), bucketMiddleMs(50));
  equal(quantileMs([], 0.5), null);
});
