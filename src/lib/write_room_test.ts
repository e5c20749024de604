import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writeByteString, WriteRoom } from "./write_room.ts";

Deno.test("the room that was given back is taken again", () => {
  const room = new WriteRoom();
  const first = room.take(100);
  room.give(first);
  assert.equal(room.take(65_536), first);
});

Deno.test("while the room is taken others get buffers of their own, which never become the room", () => {
  const room = new WriteRoom();
  const first = room.take(100);
  const second = room.take(100);
  assert.notEqual(second, first);
  room.give(second);
  assert.notEqual(room.take(100), second);
  assert.notEqual(room.take(100_000), first);
});

Deno.test("a room that is still to be sent is never taken again", () => {
  const room = new WriteRoom();
  const first = room.take(100);
  room.leave(first);
  const second = room.take(100);
  assert.notEqual(second, first);
  room.give(first);
  assert.notEqual(room.take(100), first);
  room.give(second);
  assert.equal(room.take(100), second);
});

Deno.test("byte strings are written byte for byte, ASCII or not, wherever they begin", () => {
  const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");
  for (const text of ["", "GET / HTTP/1.1\r\n", "caf\u00e9", all]) {
    for (const at of [0, 7]) {
      const buffer = Buffer.alloc(at + text.length + 3, 0x2e);
      assert.equal(writeByteString(buffer, at, text), text.length);
      assert.equal(buffer.toString("latin1", at, at + text.length), text);
    }
    const exact = Buffer.alloc(text.length);
    writeByteString(exact, 0, text);
    assert.equal(exact.toString("latin1"), text);
  }
});
