import { deepEqual } from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Turn } from "./turn.ts";

Deno.test("what waits for the end of a turn runs once, in its order; what it asks for runs in the next", async () => {
  const turn = new Turn();
  const ran: string[] = [];
  turn.atEnd(() => {
    ran.push("a");
    turn.atEnd(() => void ran.push("c"));
  });
  turn.atEnd(() => void ran.push("b"));
  deepEqual(ran, []);
  await setImmediate();
  deepEqual(ran, ["a", "b"]);
  await setImmediate();
  deepEqual(ran, ["a", "b", "c"]);
  await setImmediate();
  deepEqual(ran, ["a", "b", "c"]);
});
