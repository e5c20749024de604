import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { PieceQueue } from "./piece_queue.ts";

Deno.test("what went in comes out, in order and whole", () => {
  const sizes = fc.array(fc.oneof(fc.nat(5), fc.nat(3_000), fc.nat(9_000)), { maxLength: 30 });
  fc.assert(fc.property(sizes, fc.array(fc.integer({ min: 1, max: 5_000 })), (pushed, takes) => {
    const queue = new PieceQueue();
    const all = Buffer.alloc(pushed.reduce((sum, each) => sum + each, 0));
    for (let i = 0; i < all.length; i++) all[i] = i * 31;
    const out: Buffer[] = [];
    let at = 0;
    for (const [i, size] of pushed.entries()) {
      queue.push(all.subarray(at, at += size));
      const most = takes[i];
      if (most !== undefined && queue.length > 0) out.push(queue.take(most));
    }
    while (queue.length > 0) out.push(queue.take(1_000));
    assert.deepEqual(Buffer.concat(out), all);
  }));
});

Deno.test("many small pieces come out as a few large ones", () => {
  const queue = new PieceQueue();
  for (let i = 0; i < 10_000; i++) queue.push(Buffer.of(i));
  let pieces = 0;
  for (; queue.length > 0; pieces++) queue.take(65_536);
  assert.equal(pieces, Math.ceil(10_000 / 4_096));
});

Deno.test("what is pushed may change afterwards", () => {
  const queue = new PieceQueue();
  const chunk = Buffer.from("ab");
  queue.push(chunk);
  chunk.fill(0);
  assert.equal(queue.take(10).toString(), "ab");
});
