import { equal, ok } from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import { LoginLimiter } from "./login_limiter.ts";

function failTimes(
  limiter: LoginLimiter,
  times: number,
  name: (i: number) => string,
  address: (i: number) => string,
) {
  let last = { allowed: true, retryAfterMs: 0 };
  for (let i = 0; i < times; i++) last = limiter.attempt(name(i), address(i));
  return last;
}

Deno.test("a name waits from its sixth failure on, from whatever addresses they come", () => {
  const clock = new ManualClock();
  const limiter = new LoginLimiter(clock);
  equal(failTimes(limiter, 5, () => "Ada", (i) => `192.0.2.${i}`).allowed, true);
  const refused = limiter.attempt("ada", "198.51.100.1");
  equal(refused.allowed, false);
  equal(refused.retryAfterMs, 1_000);
  clock.advance(1_000);
  equal(limiter.attempt("ada", "198.51.100.1").allowed, true);
  equal(limiter.attempt("ada", "198.51.100.1").retryAfterMs, 2_000);
});

Deno.test("nobody keeps a name waiting for more than a minute", () => {
  const clock = new ManualClock();
  const limiter = new LoginLimiter(clock);
  for (let i = 0; i < 200; i++) {
    limiter.attempt("ada", `192.0.2.${i}`);
    clock.advance(60_000);
  }
  equal(limiter.attempt("ada", "198.51.100.1").allowed, true);
});

Deno.test("an address waits up to a quarter of an hour, whatever names it tries", () => {
  const clock = new ManualClock();
  const limiter = new LoginLimiter(clock);
  equal(failTimes(limiter, 10, (i) => `name${i}`, () => "192.0.2.1").allowed, true);
  equal(limiter.attempt("other", "192.0.2.1").allowed, false);
  equal(limiter.attempt("other", "192.0.2.2").allowed, true);
  for (let i = 0; i < 12; i++) {
    clock.advance(15 * 60_000);
    limiter.attempt(`again${i}`, "192.0.2.1");
  }
  equal(limiter.attempt("more", "192.0.2.1").retryAfterMs, 15 * 60_000);
});

Deno.test("addresses of one IPv6 network are one client", () => {
  const limiter = new LoginLimiter(new ManualClock());
  failTimes(limiter, 10, (i) => `name${i}`, (i) => `2001:db8::${i + 1}`);
  equal(limiter.attempt("other", "2001:db8::ffff").allowed, false);
  equal(limiter.attempt("other", "2001:db8:0:1::1").allowed, true);
});

Deno.test("a right password starts the name anew but does not wash the address clean", () => {
  const limiter = new LoginLimiter(new ManualClock());
  failTimes(limiter, 4, () => "ada", () => "192.0.2.1");
  limiter.attempt("ada", "192.0.2.1");
  limiter.succeeded("ada", "192.0.2.1");
  equal(failTimes(limiter, 5, () => "ada", () => "192.0.2.2").allowed, true);
  failTimes(limiter, 6, (i) => `name${i}`, () => "192.0.2.1");
  equal(limiter.attempt("name", "192.0.2.1").allowed, false);
});

Deno.test("an hour without failures forgets them, and the table stays bounded", () => {
  const clock = new ManualClock();
  const limiter = new LoginLimiter(clock);
  failTimes(limiter, 10, (i) => `name${i}`, () => "192.0.2.1");
  clock.advance(3_600_000);
  equal(failTimes(limiter, 10, (i) => `name${i}`, () => "192.0.2.1").allowed, true);
  failTimes(limiter, 30_000, (i) => `flood${i}`, (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  ok(limiter.size <= 10_000);
});
