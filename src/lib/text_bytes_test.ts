import assert from "node:assert/strict";
import fc from "fast-check";
import { TextBytes } from "./text_bytes.ts";

Deno.test("a text is read as the codes of its characters, whatever was read before", () => {
  const reader = new TextBytes(200);
  const unit = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(..."ab <'") },
    fc.string({ unit: "binary", maxLength: 1 }),
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 90 }), fc.boolean(), (text, expected) => {
      const written = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
      assert.equal(reader.read(text, expected), written.every((code) => code <= 255));
      const codes = written.map((code) => Math.min(code, 255));
      assert.deepEqual([...reader.bytes.subarray(0, text.length)], codes);
      assert.equal(reader.text(text.length), String.fromCharCode(...codes));
      const isAscii = codes.every((code) => code < 0x80);
      assert.equal(reader.readAscii(text), isAscii);
      if (isAscii) assert.deepEqual([...reader.bytes.subarray(0, text.length)], codes);
    }),
  );
});
