import assert from "node:assert/strict";
import { type Deadlined, DeadlineSweep } from "./deadline_sweep.ts";

function item(sweep: DeadlineSweep, deadline: number): Deadlined & { fired: number } {
  return {
    deadline,
    fired: 0,
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
    const each = { deadline: 0, onDeadline: () => (sweep.delete(each), resolve()) };
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
    onDeadline() {
      sweep.delete(first);
      sweep.delete(second);
    },
  };
  sweep.add(first);
  sweep.add(second);
  sweep.sweep();
  assert.equal(second.fired, 0);
});
