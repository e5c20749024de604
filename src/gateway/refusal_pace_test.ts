import assert from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import { RefusalPace } from "./refusal_pace.ts";

const BEAT_MS = 2;

/** A pace of three a beat, with somebody else who is served. */
function pace(clock = new ManualClock(), mostWaiting = 100) {
  const pace = new RefusalPace({ clock, perBeat: 3, mostWaiting });
  pace.look(1);
  return pace;
}

/** As many refusals as may go at once, up to `most`. */
function goAtOnce(pace: RefusalPace, most: number): number {
  let gone = 0;
  while (gone < most && pace.mayGo()) gone++;
  return gone;
}

Deno.test("while nobody is served a flood of refusals is answered as fast as it comes", () => {
  const pace = new RefusalPace({ clock: new ManualClock(), perBeat: 3 });
  assert.equal(goAtOnce(pace, 1_000), 1_000);
  pace.look(0);
  assert.equal(goAtOnce(pace, 1_000), 1_000);
});

Deno.test("while others are served a beat carries out so many refusals, and the next beat as many again", () => {
  const clock = new ManualClock();
  const paced = pace(clock);
  clock.advance(BEAT_MS);
  assert.equal(goAtOnce(paced, 10), 3);
  clock.advance(BEAT_MS - 1);
  assert.equal(goAtOnce(paced, 10), 0);
  clock.advance(1);
  assert.equal(goAtOnce(paced, 10), 3);
});

Deno.test("refusals that wait are carried out in the order they came, a few in each beat, and nobody passes them", async () => {
  const clock = new ManualClock();
  const paced = pace(clock);
  goAtOnce(paced, 10);
  const done: number[] = [];
  const inTheirBeat: boolean[] = [];
  await new Promise<void>((resolve) => {
    for (let i = 0; i < 7; i++) {
      paced.wait(() => {
        done.push(i);
        // A newcomer gets what the line has left of a beat, which is nothing until the last of them.
        if (i % 3 === 2) inTheirBeat.push(paced.mayGo());
        if (i === 6) resolve();
      });
    }
    assert.equal(paced.waiting, 7);
    clock.advance(BEAT_MS);
    assert.equal(paced.mayGo(), false, "the beat that is due belongs to those who wait");
  });
  assert.deepEqual(done, [0, 1, 2, 3, 4, 5, 6]);
  assert.equal(inTheirBeat.length, 2);
  assert.equal(paced.waiting, 0);
  clock.advance(BEAT_MS);
  assert.equal(goAtOnce(paced, 10), 3, "afterwards all is as before");
});

Deno.test("where too many wait the next one is refused at once: no answer is lost and no memory grows", async () => {
  const paced = pace(new ManualClock(), 5);
  goAtOnce(paced, 10);
  const last = Promise.withResolvers<void>();
  for (let i = 1; i <= 5; i++) {
    assert.equal(paced.mayGo(), false);
    paced.wait(i === 5 ? last.resolve : () => {});
  }
  assert.equal(paced.mayGo(), true);
  await last.promise;
  assert.equal(paced.waiting, 0);
});

Deno.test("ten looks after the last request that was served refusals wait no more", () => {
  const paced = pace();
  paced.look(2);
  for (let i = 0; i < 9; i++) paced.look(2);
  goAtOnce(paced, 10);
  assert.equal(paced.mayGo(), false);
  paced.look(2);
  assert.equal(goAtOnce(paced, 1_000), 1_000);
});

Deno.test("a client that is refused does not count as served by what it gets before and between", () => {
  const pace = new RefusalPace({ clock: new ManualClock() });
  assert.equal(pace.takeServed(), false);
  pace.note({ client: "192.0.2.1", action: "allowed" });
  pace.note({ client: "192.0.2.1", action: "blocked" });
  pace.note({ client: "192.0.2.1", action: "allowed" });
  pace.note({ client: "192.0.2.1", action: "challenged" });
  assert.equal(pace.takeServed(), false);
  pace.note({ client: "192.0.2.2", action: "detected" });
  pace.note({ client: "192.0.2.1", action: "allowed" });
  assert.equal(pace.takeServed(), true);
  assert.equal(pace.takeServed(), false, "each is told once");
});
