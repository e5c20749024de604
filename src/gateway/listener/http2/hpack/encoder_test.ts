import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { HeaderList } from "../../../../core/header_list.ts";
import { ByteWriter } from "../../../../lib/byte_writer.ts";
import { HpackDecoder } from "./decoder.ts";
import { HpackEncoder } from "./encoder.ts";

type Field = readonly [name: string, value: string];

function encode(encoder: HpackEncoder, status: number | null, fields: readonly Field[]): Uint8Array {
  const out = new ByteWriter(1);
  encoder.encode(status, HeaderList.from(fields), out);
  return out.written();
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** A decoder that must understand each block. */
function reader(maxTableSize = 4_096): (block: Uint8Array) => Field[] {
  const decoder = new HpackDecoder({ maxTableSize, maxListBytes: 1e9, maxFields: 1e9 });
  return (block) => {
    const fields: Field[] = [];
    assert.equal(decoder.decode(block, (name, value) => fields.push([name, value])), null);
    return fields;
  };
}

Deno.test("RFC 7541 C.4 comes out byte for byte", () => {
  const encoder = new HpackEncoder();
  const base: Field[] = [[":method", "GET"], [":scheme", "http"], [":path", "/"], [
    ":authority",
    "www.example.com",
  ]];
  assert.equal(hexOf(encode(encoder, null, base)), "828684418cf1e3c2e5f23a6ba0ab90f4ff");
  assert.equal(
    hexOf(encode(encoder, null, [...base, ["cache-control", "no-cache"]])),
    "828684be5886a8eb10649cbf",
  );
  assert.equal(
    hexOf(encode(encoder, null, [
      [":method", "GET"],
      [":scheme", "https"],
      [":path", "/index.html"],
      [":authority", "www.example.com"],
      ["custom-key", "custom-value"],
    ])),
    "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
  );
  assert.equal(encoder.tableSize, 164);
});

Deno.test("a second answer like the first costs one byte a field", () => {
  const encoder = new HpackEncoder();
  const fields: Field[] = [["content-type", "text/html; charset=utf-8"], ["server", "aegis"], ["x-own", "1"]];
  const read = reader();
  assert.deepEqual(read(encode(encoder, 200, fields)), [[":status", "200"], ...fields]);
  const second = encode(encoder, 200, fields);
  assert.equal(second.length, 4);
  assert.deepEqual(read(second), [[":status", "200"], ...fields]);
});

Deno.test("secrets are literals that are never indexed, and never reach the table", () => {
  const encoder = new HpackEncoder();
  for (
    const [name, prefix] of [["set-cookie", 0x1f], ["authorization", 0x1f], [
      "authentication-info",
      0x10,
    ]] as const
  ) {
    for (let i = 0; i < 2; i++) assert.equal(encode(encoder, null, [[name, "secret=1"]])[0], prefix, name);
  }
  assert.equal(encoder.tableSize, 0);
});

Deno.test("values that differ each time stop pushing others out of the table", () => {
  const encoder = new HpackEncoder();
  const read = reader();
  const fields = (i: number): Field[] => [["x-request-id", `request-${i}`], ["x-kept", "always the same"]];
  for (let i = 0; i < 1_000; i++) {
    assert.deepEqual(read(encode(encoder, 200, fields(i))), [[":status", "200"], ...fields(i)]);
  }
  assert.ok(encoder.tableSize < 300, `${encoder.tableSize} bytes of table`);
  // One that comes again is worth its place all the same.
  for (let i = 0; i < 2; i++) read(encode(encoder, 200, fields(-1)));
  assert.equal(encode(encoder, 200, fields(-1)).length, 3);
});

Deno.test("the peer's table size is obeyed and said before the next field", () => {
  const encoder = new HpackEncoder();
  const read = reader();
  const fields: Field[] = [["x-a", "1"], ["x-b", "2"]];
  read(encode(encoder, 200, fields));
  encoder.setPeerMaxTableSize(0);
  encoder.setPeerMaxTableSize(100);
  const block = encode(encoder, 200, fields);
  assert.equal(hexOf(block.subarray(0, 3)), "203f45", "the smallest size, then the last");
  assert.deepEqual(read(block), [[":status", "200"], ...fields]);
  encoder.setPeerMaxTableSize(0);
  assert.deepEqual(read(encode(encoder, 404, fields)), [[":status", "404"], ...fields]);
  assert.equal(encoder.tableSize, 0);
  encoder.setPeerMaxTableSize(1_000_000);
  assert.equal(hexOf(encode(encoder, 200, []).subarray(0, 3)), "3fe11f", "no more than 4,096 is used");
});

Deno.test("more names than an encoder remembers still come out right", () => {
  const encoder = new HpackEncoder();
  const read = reader();
  for (let i = 0; i < 2_000; i++) {
    const fields: Field[] = Array.from({ length: 5 }, (_, n) => [`x-${i}-${n}`, `${n}`]);
    assert.deepEqual(read(encode(encoder, 200, fields)), [[":status", "200"], ...fields]);
  }
  assert.ok(encoder.tableSize <= 4_096);
});
