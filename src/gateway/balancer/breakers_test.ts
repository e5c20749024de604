import assert from "node:assert/strict";
import fc from "fast-check";
import { ManualClock } from "../../core/clock.ts";
import { HOST_DEFAULTS } from "../../core/host.ts";
import { breakerBytes, Breakers, NO_TICKET, REFUSED } from "./breakers.ts";

const SETTINGS = HOST_DEFAULTS.circuit_breaker;

function make(cells = 2) {
  const clock = new ManualClock();
  const buffer = new SharedArrayBuffer(breakerBytes(cells));
  const breakers = new Breakers(buffer, 0, cells, clock);
  return {
    clock,
    breakers,
    buffer,
    /** Another thread's view of the same memory. */
    other: new Breakers(buffer, 0, cells, clock),
    fail: (times: number, path = 0) => {
      for (let i = 0; i < times; i++) breakers.failed(0, NO_TICKET, path, SETTINGS);
    },
  };
}

Deno.test("five failures in a row open it, for thirty seconds", () => {
  const { clock, breakers, fail } = make();
  fail(4);
  assert.equal(breakers.admit(0, SETTINGS), NO_TICKET);
  breakers.succeeded(0, NO_TICKET, SETTINGS);
  fail(4);
  assert.equal(breakers.state(0), "closed", "a success ends the run");
  fail(1);
  assert.deepEqual([breakers.state(0), breakers.openings(0)], ["open", 1]);
  assert.equal(breakers.admit(0, SETTINGS), REFUSED);
  assert.equal(breakers.wouldAdmit(0, SETTINGS), false);
  clock.advance(29_999);
  assert.equal(breakers.admit(0, SETTINGS), REFUSED);
  clock.advance(1);
  assert.ok(breakers.admit(0, SETTINGS) >= 0);
  assert.equal(breakers.state(0), "half-open");
  assert.equal(breakers.state(1), "closed", "the next cell knows nothing of it");
});

Deno.test("half-open lets three through at once, over all threads; three successes close it", () => {
  const { clock, breakers, other, fail } = make();
  fail(5);
  clock.advance(30_000);
  const tickets = [breakers.admit(0, SETTINGS), other.admit(0, SETTINGS), breakers.admit(0, SETTINGS)];
  assert.ok(tickets.every((ticket) => ticket >= 0));
  assert.equal(other.admit(0, SETTINGS), REFUSED);
  for (const ticket of tickets.slice(0, 2)) other.succeeded(0, ticket, SETTINGS);
  assert.equal(breakers.state(0), "half-open");
  breakers.succeeded(0, tickets[2]!, SETTINGS);
  assert.equal(breakers.state(0), "closed");
  fail(4);
  assert.equal(breakers.state(0), "closed", "closed with a clean sheet");
});

Deno.test("one failure reopens it, and what the other probes find later moves nothing", () => {
  const { clock, breakers, fail } = make();
  fail(5);
  clock.advance(30_000);
  const [first, second] = [breakers.admit(0, SETTINGS), breakers.admit(0, SETTINGS)];
  breakers.failed(0, first, 0, SETTINGS);
  assert.deepEqual([breakers.state(0), breakers.openings(0)], ["open", 2]);
  breakers.succeeded(0, second, SETTINGS);
  assert.equal(breakers.admit(0, SETTINGS), REFUSED);
  clock.advance(30_000);
  breakers.admit(0, SETTINGS);
  breakers.failed(0, second, 0, SETTINGS);
  breakers.failed(0, NO_TICKET, 0, SETTINGS);
  breakers.released(0, second);
  assert.equal(breakers.state(0), "half-open", "nor do requests from before it opened");
});

Deno.test("a probe that ends without a word gives its slot back", () => {
  const { clock, breakers, fail } = make();
  fail(5);
  clock.advance(30_000);
  for (let i = 0; i < 50; i++) breakers.released(0, breakers.admit(0, SETTINGS));
  const tickets = Array.from({ length: 4 }, () => breakers.admit(0, SETTINGS));
  assert.equal(tickets.filter((ticket) => ticket >= 0).length, 3);
});

Deno.test("slots that a dead thread held are free again", () => {
  const { clock, breakers, other, fail } = make();
  fail(5);
  clock.advance(30_000);
  const held = Array.from({ length: 3 }, () => other.admit(0, SETTINGS));
  breakers.forgetProbes();
  assert.ok(breakers.admit(0, SETTINGS) >= 0);
  breakers.succeeded(0, held[0]!, SETTINGS);
  breakers.released(0, held[1]!);
  assert.equal(Array.from({ length: 3 }, () => breakers.admit(0, SETTINGS)).filter((t) => t >= 0).length, 2);
});

Deno.test("one path that fails again and again counts once; other paths and dead connections count", () => {
  const { breakers, fail } = make();
  for (let i = 0; i < 100; i++) fail(1, 0x1234_5678);
  assert.equal(breakers.state(0), "closed");
  fail(1, 0x2234_5678);
  fail(2);
  assert.equal(breakers.state(0), "closed");
  breakers.succeeded(0, NO_TICKET, SETTINGS);
  for (let i = 0; i < 4; i++) fail(2, 0x100_0000 * (i + 1));
  assert.equal(breakers.state(0), "closed", "a new run knows no path");
  fail(1, 0x1234_5678);
  assert.equal(breakers.state(0), "open");
});

Deno.test("a clock that is set back does not keep it open for longer than its time", () => {
  const { clock, breakers, fail } = make();
  fail(5);
  clock.advance(-3_600_000);
  assert.ok(breakers.admit(0, SETTINGS) >= 0);
});

Deno.test("threads that probe at once never hold more than three slots, and leave none behind", async () => {
  const { breakers, buffer, clock, fail } = make(1);
  fail(5);
  clock.advance(30_000);
  breakers.released(0, breakers.admit(0, SETTINGS));
  const underWay = new SharedArrayBuffer(4);
  const workers = Array.from(
    { length: 4 },
    () =>
      new Worker(new URL("../../../tests/support/breaker_worker.ts", import.meta.url), {
        type: "module",
        deno: { permissions: "none" },
      }),
  );
  const seen = await Promise.all(
    workers.map((worker) =>
      new Promise<{ most: number; probes: number }>((resolve, reject) => {
        worker.onmessage = (event) => resolve(event.data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage({ buffer, underWay, rounds: 100_000 });
      })
    ),
  );
  for (const worker of workers) worker.terminate();
  for (const { most, probes } of seen) assert.ok(probes > 0 && most <= 3, `${most} at once`);
  const free = Array.from({ length: 4 }, () => breakers.admit(0, SETTINGS)).filter((ticket) => ticket >= 0);
  assert.equal(free.length, 3);
});

/** The machine as spec 01 tells it, for one thread. */
class Model {
  state: "closed" | "open" | "half-open" = "closed";
  failures = 0;
  successes = 0;
  openedAt = 0;
  probes = new Set<number>();
  period = 0;
}

Deno.test("it does as a plain model of it does, whatever comes in whatever order", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    fc.record({ kind: fc.constant("begin" as const) }),
    fc.record({
      kind: fc.constantFrom("succeed" as const, "fail" as const, "leave" as const),
      nth: fc.nat(20),
    }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const { clock, breakers } = make();
    const model = new Model();
    const running: { ticket: number; period: number }[] = [];
    for (const each of steps) {
      if (each.kind === "wait") clock.advance(each.ms);
      else if (each.kind === "begin") {
        const ticket = breakers.admit(0, SETTINGS);
        if (model.state === "open" && clock.now() - model.openedAt >= SETTINGS.open_timeout_ms) {
          Object.assign(model, {
            state: "half-open",
            successes: 0,
            probes: new Set(),
            period: model.period + 1,
          });
        }
        const isProbe = model.state === "half-open" && model.probes.size < 3;
        assert.equal(ticket >= 0, isProbe);
        assert.equal(ticket === NO_TICKET, model.state === "closed");
        if (ticket === REFUSED) continue;
        if (isProbe) model.probes.add(running.length);
        running.push({ ticket, period: isProbe ? model.period : -1 });
      } else {
        const nth = each.nth % Math.max(1, running.length);
        const request = running[nth];
        if (request === undefined || request.period === -2) continue;
        const isCurrent = model.state === "half-open" && request.period === model.period;
        if (each.kind === "succeed") {
          breakers.succeeded(0, request.ticket, SETTINGS);
          if (model.state === "closed") model.failures = 0;
          else if (isCurrent && ++model.successes === 3) {
            Object.assign(model, { state: "closed", failures: 0 });
          }
        } else if (each.kind === "fail") {
          breakers.failed(0, request.ticket, 0, SETTINGS);
          if (isCurrent || (model.state === "closed" && ++model.failures === 5)) {
            Object.assign(model, { state: "open", openedAt: clock.now() });
          }
        } else breakers.released(0, request.ticket);
        if (isCurrent) model.probes.delete(nth);
        running[nth] = { ticket: NO_TICKET, period: -2 };
      }
      assert.equal(breakers.state(0), model.state);
    }
  }));
});
