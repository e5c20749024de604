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

/** Keeps what is written as it was handed over, and says that `waits` bytes wait after each write. */
function socketThat(waits: number, options: { encrypted?: boolean; waitsBefore?: number } = {}) {
  const written: Uint8Array[] = [];
  const socket = {
    writableLength: options.waitsBefore ?? 0,
    ...(options.encrypted === undefined ? {} : { encrypted: options.encrypted }),
    write(chunk: Uint8Array) {
      written.push(chunk);
      socket.writableLength = waits;
      return waits === 0;
    },
  };
  return { socket, written };
}

Deno.test("what the socket has taken at once leaves the room free", () => {
  const room = new WriteRoom();
  const first = room.take(5);
  writeByteString(first, 0, "hello");
  const { socket, written } = socketThat(0);
  assert.equal(room.send(socket, first, 5), true);
  assert.equal(Buffer.from(written[0]!).toString(), "hello");
  assert.equal(room.take(5), first);
});

Deno.test("what waits in the socket is never written over", () => {
  for (const options of [{}, { encrypted: true }, { waitsBefore: 3 }]) {
    const room = new WriteRoom();
    const first = room.take(5);
    writeByteString(first, 0, "hello");
    const { socket, written } = socketThat(5, options);
    assert.equal(room.send(socket, first, 5), false);
    writeByteString(room.take(5), 0, "XXXXX");
    assert.equal(Buffer.from(written[0]!).toString(), "hello", JSON.stringify(options));
  }
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
