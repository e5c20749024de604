import { equal } from "node:assert/strict";
import { Throttle } from "./throttle.ts";

Deno.test("a second's worth passes at once, what is over it waits its time", () => {
  const throttle = new Throttle(1_000, 0);
  equal(throttle.take(1_000, 0), 0);
  equal(throttle.take(500, 0), 500);
  equal(throttle.take(0, 500), 0);
  equal(throttle.take(1_000, 500), 1_000);
});

Deno.test("a pause saves up one second and no more", () => {
  const throttle = new Throttle(1_000, 0);
  equal(throttle.take(1_000, 0), 0);
  equal(throttle.take(2_000, 60_000), 1_000);
});
