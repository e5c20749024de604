import assert from "node:assert/strict";
import { Heartbeats } from "./heartbeats.ts";

Deno.test("a thread that misses too many beats in a row is hung, one that beats now and then is not", () => {
  const hearts = new Heartbeats();
  let slow = 0;
  hearts.begin("dead", () => 0, 3, 0);
  hearts.begin("slow", () => slow, 3, 0);
  for (let look = 1; look <= 6; look++) {
    if (look % 2 === 0) slow++;
    const { beating, hung } = hearts.look();
    assert.deepEqual([...beating], look % 2 === 0 ? ["slow"] : []);
    assert.deepEqual(hung, look >= 3 ? ["dead"] : []);
  }
  hearts.end("dead");
  assert.deepEqual(hearts.look().hung, []);
});

Deno.test("before its first beat a thread has longer", () => {
  const hearts = new Heartbeats();
  let ticks = 7;
  hearts.begin("new", () => ticks, 2, 3);
  for (let look = 0; look < 4; look++) assert.deepEqual(hearts.look().hung, []);
  ticks++;
  assert.deepEqual([...hearts.look().beating], ["new"]);
  assert.deepEqual(hearts.look().hung, []);
  assert.deepEqual(hearts.look().hung, ["new"]);
});
