import assert from "node:assert/strict";
import fc from "fast-check";
import { type Deadlined, DeadlineSweep } from "./deadline_sweep.ts";

function item(sweep: DeadlineSweep, deadline: number): Deadlined & { fired: number } {
  return {
    deadline,
    fired: 0,
    sweepAt: -1,
    onDeadline() {
      this.fired++;
      sweep.delete(this);
    },
  };
}

Deno.test("a sweep fires what is due and leaves the rest", () => {
  let now = 0;
  const sweep = new DeadlineSweep({ monotonic: () => now });
  const soon = item(sweep, sweep.after(100));
  const later = item(sweep, sweep.after(200));
  const never = item(sweep, Infinity);
  for (const each of [soon, later, never]) sweep.add(each);
  sweep.sweep();
  assert.deepEqual([soon.fired, later.fired, never.fired], [0, 0, 0]);
  now = 150;
  sweep.sweep();
  sweep.sweep();
  assert.deepEqual([soon.fired, later.fired, never.fired], [1, 0, 0]);
  later.deadline = sweep.after(100);
  now = 200;
  sweep.sweep();
  assert.equal(later.fired, 0, "a deadline moves by assignment");
  now = 250;
  sweep.sweep();
  assert.equal(later.fired, 1);
  sweep.delete(never);
  assert.equal(sweep.size, 0);
});

Deno.test("the timer runs by itself while there is something to watch, and only then", async () => {
  const sweep = new DeadlineSweep({ monotonic: () => 1 }, 1);
  await new Promise<void>((resolve) => {
    const each = { deadline: 0, sweepAt: -1, onDeadline: () => (sweep.delete(each), resolve()) };
    sweep.add(each);
  });
  // Deno's sanitizer fails this test if the timer were still there.
  assert.equal(sweep.size, 0);
});

Deno.test("items that leave while the sweep runs are not fired", () => {
  const sweep = new DeadlineSweep({ monotonic: () => 10 });
  const second = item(sweep, 0);
  const first = {
    deadline: 0,
    sweepAt: -1,
    onDeadline() {
      sweep.delete(first);
      sweep.delete(second);
    },
  };
  sweep.add(second);
  sweep.add(first);
  sweep.sweep();
  assert.equal(second.fired, 0);
});

Deno.test("whatever comes and goes, exactly what is there is looked at", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 60 }), (steps) => {
    const sweep = new DeadlineSweep({ monotonic: () => 0 });
    const seen = new Set<number>();
    const items = Array.from(
      { length: 10 },
      (_, i) => ({ deadline: 0, sweepAt: -1, onDeadline: () => void seen.add(i) }),
    );
    const there = new Set<number>();
    for (const [i, comes] of steps) {
      if (comes) there.add(i);
      else there.delete(i);
      if (comes) sweep.add(items[i]!);
      else sweep.delete(items[i]!);
    }
    sweep.sweep();
    for (const item of items) sweep.delete(item);
    assert.deepEqual([...seen].sort(), [...there].sort());
  }));
});
