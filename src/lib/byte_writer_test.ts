import assert from "node:assert/strict";
import { ByteWriter } from "./byte_writer.ts";

Deno.test("numbers are written in network order, byte strings byte for byte", () => {
  const writer = new ByteWriter(1);
  writer.byte(0x01);
  writer.uint16(0x0203);
  writer.uint24(0x040506);
  writer.uint32(0xfedcba98);
  writer.byteString("aÿ\0");
  writer.bytes(new Uint8Array([9, 8]));
  assert.deepEqual([...writer.written()], [1, 2, 3, 4, 5, 6, 0xfe, 0xdc, 0xba, 0x98, 97, 255, 0, 9, 8]);
});

Deno.test("growing keeps what is written, clearing forgets it and gives big buffers back", () => {
  const writer = new ByteWriter(4);
  for (let i = 0; i < 1_000; i++) writer.byte(i);
  assert.deepEqual([...writer.written()], Array.from({ length: 1_000 }, (_, i) => i & 0xff));
  writer.clear(64);
  assert.equal(writer.length, 0);
  assert.equal(writer.buffer.length, 64);
  writer.reserve(65);
  assert.ok(writer.buffer.length >= 65);
});
