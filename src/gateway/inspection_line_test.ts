import assert from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import { type Inspection, InspectionLine } from "./inspection_line.ts";

function lineOf(events: string[]) {
  const clock = new ManualClock();
  const later: (() => void)[] = [];
  const line = new InspectionLine({ clock, later: (run) => void later.push(run) });
  /** Needs `turns` turns. */
  function join(name: string, turns: number, bytes = 100_000): void {
    const inspection: Inspection = {
      bytes,
      goOn(ms) {
        assert.ok(ms > 0 && ms < 20);
        events.push(name);
        return --turns === 0;
      },
      mustWait: () => void events.push(`${name} waits`),
      giveUp: () => void events.push(`${name} gives up`),
    };
    line.join(inspection);
  }
  /** One turn of the line; what it did. False: nothing is asked for. */
  function turn(): string[] | false {
    events.length = 0;
    const run = later.shift();
    assert.equal(later.length, 0, "one timer for all");
    run?.();
    return run === undefined ? false : events;
  }
  return { clock, line, join, turn };
}

Deno.test("what is judged in one turn never waits", () => {
  const events: string[] = [];
  const { line, join, turn } = lineOf(events);
  join("a", 1);
  join("b", 1);
  assert.deepEqual([events, line.waiting], [["a", "b"], 0]);
  assert.equal(turn(), false);
});

Deno.test("long bodies are judged one after the other, one a turn", () => {
  const events: string[] = [];
  const { join, turn } = lineOf(events);
  join("a", 3);
  join("b", 2);
  assert.deepEqual(events, ["a", "a waits", "b waits"]);
  for (const name of ["a", "b", "a", "b"]) assert.deepEqual(turn(), [name]);
  assert.equal(turn(), false);
});

Deno.test("a short body is not kept by long ones", () => {
  const events: string[] = [];
  const { join } = lineOf(events);
  join("long", 9);
  join("short", 1, 4_000);
  assert.deepEqual(events, ["long", "long waits", "short"]);
});

Deno.test("who has been in line for half a minute is given up, and the next one goes on", () => {
  const events: string[] = [];
  const { clock, join, turn } = lineOf(events);
  join("a", 9);
  clock.advance(20_000);
  join("b", 2);
  clock.advance(11_000);
  for (const done of ["a gives up", "b", "b"]) assert.deepEqual(turn(), [done]);
  assert.equal(turn(), false);
});

Deno.test("without a timer of the test's, the line goes on by itself", async () => {
  const line = new InspectionLine({ clock: new ManualClock() });
  let left = 3;
  await new Promise<void>((resolve) => {
    line.join({
      bytes: 100_000,
      goOn() {
        if (--left === 0) resolve();
        return left === 0;
      },
      mustWait() {},
      giveUp: () => assert.fail("gave up"),
    });
  });
  assert.deepEqual([left, line.waiting], [0, 0]);
});
