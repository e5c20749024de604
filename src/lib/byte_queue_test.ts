import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ByteQueue } from "./byte_queue.ts";

function content(queue: ByteQueue): string {
  return queue.buffer.toString("latin1", queue.start, queue.end);
}

Deno.test("a chunk that arrives alone is not copied", () => {
  const queue = new ByteQueue();
  const chunk = Buffer.from("abc");
  queue.append(chunk);
  assert.equal(queue.buffer, chunk);
  queue.consumeTo(1);
  assert.equal(content(queue), "bc");
  assert.equal(queue.length, 2);
});

Deno.test("what was handed in is never written to", () => {
  const queue = new ByteQueue();
  const backing = Buffer.from("abcdef");
  queue.append(backing.subarray(0, 3));
  queue.append(Buffer.from("XYZ"));
  assert.equal(content(queue), "abcXYZ");
  assert.equal(backing.toString(), "abcdef");
});

Deno.test("bytes stay in order over any appends and uses", () => {
  const queue = new ByteQueue();
  let written = 0;
  let read = 0;
  for (let i = 0; i < 5_000; i++) {
    const chunk = Buffer.alloc(1 + (i * 7) % 40);
    for (let at = 0; at < chunk.length; at++) chunk[at] = written++ & 0xff;
    queue.append(chunk);
    const take = Math.min(queue.length, (i * 11) % 45);
    for (let at = 0; at < take; at++) assert.equal(queue.buffer[queue.start + at], read++ & 0xff);
    queue.consumeTo(queue.start + take);
  }
  assert.equal(queue.length, written - read);
  assert.ok(
    queue.buffer.length < 4 * queue.length + 4_096,
    `${queue.buffer.length} bytes held for ${queue.length}`,
  );
});

Deno.test("an emptied queue lets go of its memory", () => {
  const queue = new ByteQueue();
  queue.append(Buffer.alloc(100));
  queue.append(Buffer.alloc(100_000));
  queue.consumeTo(queue.end);
  assert.equal(queue.buffer.length, 0);
});
