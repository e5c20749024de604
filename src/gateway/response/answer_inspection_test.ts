import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { HeaderList } from "../../core/header_list.ts";
import { AnswerInspection } from "./answer_inspection.ts";

/** An answer that is held, with the time in the test's hand. */
function held(refuses: (text: string) => boolean) {
  const timers: (() => void)[] = [];
  const released: string[] = [];
  let room = 0;
  const inspection = new AnswerInspection(
    {
      takeRoom: (bytes) => ((room += bytes), true),
      giveRoom: (bytes) => void (room -= bytes),
      refuses,
      release: (pieces) => void released.push(...pieces.map((piece) => Buffer.from(piece).toString())),
    },
    HeaderList.from([["content-type", "application/x-ndjson"]]),
    true,
    (run) => {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
  );
  return { inspection, timers, released, room: () => room };
}

Deno.test("an answer that never ends is held for seconds only, and judged by what there is", () => {
  const { inspection, timers, released, room } = held(() => false);
  assert.equal(inspection.take(Buffer.from("one")), true);
  timers[0]!();
  assert.deepEqual(released, ["one"]);
  assert.equal(inspection.take(Buffer.from("two")), false, "the rest passes as it comes");
  assert.equal(inspection.end(), false);
  assert.deepEqual([room(), timers.length], [0, 0]);
});

Deno.test("one that may not pass is not released by time", () => {
  const { inspection, timers, released } = held((text) => text === "secret");
  inspection.take(Buffer.from("secret"));
  timers[0]!();
  assert.deepEqual(released, []);
  assert.equal(inspection.take(Buffer.from("more")), true);
  assert.equal(inspection.end(), true);
});

Deno.test("an exchange that is over leaves no timer behind", () => {
  const { inspection, timers } = held(() => false);
  inspection.free();
  assert.deepEqual(timers, []);
});
