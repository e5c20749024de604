import assert from "node:assert/strict";
import { BalanceSimulation } from "../../../tests/support/balance_simulation.ts";
import { DEFAULT_ADAPTIVE } from "../../core/host_traffic.ts";
import type { Host } from "../../core/host.ts";
import { AdaptiveRate } from "./adaptive_rate.ts";
import { AdaptiveRates } from "./adaptive_rates.ts";

const LIMIT = { requests_per_second: 100, burst: 150, per: "client" } as const;

function samples(ms: number, count = 100): number[] {
  return new Array<number>(count).fill(ms);
}

Deno.test("p95 over the threshold lowers the rate, with a pause after each reduction, down to the floor", () => {
  const adaptive = new AdaptiveRate(LIMIT);
  const rates = Array.from({ length: 5 }, (_, i) => {
    adaptive.evaluate(samples(600), DEFAULT_ADAPTIVE, LIMIT, i);
    return Math.round(adaptive.rate);
  });
  assert.deepEqual(rates, [80, 80, 64, 64, 51]);
  for (let i = 0; i < 50; i++) adaptive.evaluate(samples(600), DEFAULT_ADAPTIVE, LIMIT, i);
  assert.equal(adaptive.rate, 10);
});

Deno.test("with room it grows up to the configured rate, and above it only where max_rate says so", () => {
  const adaptive = new AdaptiveRate(LIMIT);
  adaptive.rate = 50;
  adaptive.evaluate(samples(349), DEFAULT_ADAPTIVE, LIMIT, 0);
  assert.equal(Math.round(adaptive.rate), 55);
  for (let i = 0; i < 50; i++) adaptive.evaluate(samples(10), DEFAULT_ADAPTIVE, LIMIT, i);
  assert.equal(adaptive.rate, 100);
  for (let i = 0; i < 50; i++) {
    adaptive.evaluate(samples(10), { ...DEFAULT_ADAPTIVE, max_rate: 130 }, LIMIT, i);
  }
  assert.equal(adaptive.rate, 130);
});

Deno.test("between the two nothing moves, nor on few samples", () => {
  const adaptive = new AdaptiveRate(LIMIT);
  adaptive.rate = 50;
  for (const ms of [351, 420, 499]) adaptive.evaluate(samples(ms), DEFAULT_ADAPTIVE, LIMIT, 0);
  adaptive.evaluate(samples(9_000, 19), DEFAULT_ADAPTIVE, LIMIT, 0);
  assert.equal(adaptive.rate, 50);
});

/** A host before one target whose answers take `ms(atMs, rate)`, evaluated every second of the simulation. */
function simulate(over: Partial<Host>, seconds: number, ms: (atMs: number, rate: number) => number) {
  const silent = () => {};
  let rates: AdaptiveRates | null = null;
  const run: BalanceSimulation = new BalanceSimulation(
    { a: { answer: (atMs) => ({ status: 200, ms: ms(atMs, rates!.rateOf(run.host)!) }) } },
    { rate_limit: LIMIT, ...over },
  );
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  rates = new AdaptiveRates({ cells: run.cells, clock: run.clock, logger });
  const seen: { at: number; rate: number }[] = [];
  run.every(1_000, seconds * 1_000, () => {
    rates!.tick([run.host], run.slots);
    const rate = run.cells.rate(0);
    if (seen.at(-1)?.rate !== rate) seen.push({ at: Math.round(run.nowMs / 1_000), rate });
  });
  run.traffic(20, seconds * 1_000);
  run.pass(seconds * 1_000);
  run.stop();
  return seen;
}

Deno.test("while p95 stays high reductions follow each other, each after a pause of an interval", () => {
  const seen = simulate({}, 75, () => 800);
  assert.deepEqual(seen.map(({ at, rate }) => [at, Math.round(rate)]), [[1, 100], [11, 80], [31, 64], [
    51,
    51,
  ], [71, 41]]);
});

Deno.test("a target whose time depends on its load finds its rate and stays near it", () => {
  // Slow above 50 a second, with room below 40.
  const seen = simulate({}, 900, (_, rate) => rate > 50 ? 900 : rate < 40 ? 100 : 400);
  const settled = seen.filter(({ at }) => at > 200);
  assert.ok(settled.length <= 1, `it moved ${settled.length} times after it had found its rate`);
  assert.ok(seen.at(-1)!.rate <= 50 && seen.at(-1)!.rate >= 40, `${seen.at(-1)!.rate}`);
});

Deno.test("one slow spell costs one reduction, and the rate comes back", () => {
  const seen = simulate({}, 120, (atMs) => atMs > 5_000 && atMs < 9_000 ? 900 : 50);
  assert.deepEqual(seen.map(({ rate }) => Math.round(rate)), [100, 80, 88, 97, 100]);
});

Deno.test("a host without a limit, or with the loop off, is left alone", () => {
  assert.deepEqual(simulate({ adaptive: { ...DEFAULT_ADAPTIVE, enabled: false } }, 60, () => 900), [{
    at: 1,
    rate: 0,
  }]);
});
