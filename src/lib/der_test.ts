import assert from "node:assert/strict";
import * as der from "./der.ts";

function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

Deno.test("an integer is written in as few bytes as it needs, and never negative", () => {
  assert.equal(hex(der.integer(Uint8Array.of(0, 0, 5))), "020105");
  assert.equal(hex(der.integer(Uint8Array.of(0x80))), "02020080");
  assert.equal(hex(der.integer(Uint8Array.of(0))), "020100");
  assert.equal(hex(der.integer(new Uint8Array())), "020100");
});

Deno.test("object identifiers use base 128 after the first two arcs", () => {
  assert.equal(hex(der.objectIdentifier("1.2.840.10045.4.3.2")), "06082a8648ce3d040302");
  assert.equal(hex(der.objectIdentifier("2.5.29.17")), "0603551d11");
});

Deno.test("lengths of 128 and more are written in the long form", () => {
  assert.equal(hex(der.octetString(new Uint8Array(127))).slice(0, 4), "047f");
  assert.equal(hex(der.octetString(new Uint8Array(128))).slice(0, 6), "048180");
  assert.equal(hex(der.octetString(new Uint8Array(300))).slice(0, 8), "0482012c");
});

Deno.test("times are UTCTime until 2049 and GeneralizedTime after", () => {
  const text = (at: number) => new TextDecoder().decode(der.time(at).subarray(2));
  assert.equal(text(Date.UTC(2049, 11, 31, 23, 59, 59, 999)), "491231235959Z");
  assert.equal(text(Date.UTC(2050, 0, 1)), "20500101000000Z");
  assert.equal(der.time(Date.UTC(2026, 0))[0], 0x17);
  assert.equal(der.time(Date.UTC(2050, 0))[0], 0x18);
});

Deno.test("a sequence holds its contents one after the other", () => {
  assert.equal(
    hex(der.sequence(der.boolean(true), der.bitString(Uint8Array.of(6), 1))),
    "30070101ff03020106",
  );
});
