import assert from "node:assert/strict";
import type { Clock } from "./clock.ts";
import { createSteadyTime, SteadyTime } from "./steady_time.ts";

/** A thread's clocks: the wall that an operator may set, and a monotonic one with a zero of its own. */
class ThreadClock implements Clock {
  wall = 1_700_000_000_000;
  constructor(private mono: number) {}
  now = () => this.wall;
  monotonic = () => this.mono;
  threadCpu = () => this.mono;
  pass(ms: number): void {
    this.wall += ms;
    this.mono += ms;
  }
}

Deno.test("threads whose monotonic clocks began at different times agree", () => {
  const memory = createSteadyTime();
  const [a, b] = [new ThreadClock(5), new ThreadClock(90_000)];
  const [first, second] = [new SteadyTime(memory, a), new SteadyTime(memory, b)];
  assert.equal(first.now(), second.now());
  a.pass(1_234);
  b.pass(1_234);
  assert.equal(first.now(), second.now());
});

Deno.test("a wall clock that is set moves nothing, neither forwards nor back", () => {
  const clock = new ThreadClock(0);
  const time = new SteadyTime(createSteadyTime(), clock);
  const before = time.now();
  for (const jump of [-86_400_000, 3 * 86_400_000]) {
    clock.wall += jump;
    assert.equal(time.now(), before);
  }
  clock.pass(10);
  assert.equal(time.now(), before + 10);
});

Deno.test("a thread that begins after the wall clock was set takes the time of the others", () => {
  const memory = createSteadyTime();
  const old = new ThreadClock(0);
  const first = new SteadyTime(memory, old);
  old.pass(60_000);
  first.tell();
  for (const jump of [-3_600_000, 3_600_000]) {
    const fresh = new ThreadClock(0);
    fresh.wall = old.wall + jump;
    assert.equal(new SteadyTime(memory, fresh).now(), first.now());
  }
});

Deno.test("a thread that has fallen behind catches up with the latest when it tells its own", () => {
  const memory = createSteadyTime();
  const [a, b] = [new ThreadClock(0), new ThreadClock(0)];
  const [first, second] = [new SteadyTime(memory, a), new SteadyTime(memory, b)];
  a.pass(500);
  first.tell();
  second.tell();
  assert.equal(second.now(), first.now());
});
