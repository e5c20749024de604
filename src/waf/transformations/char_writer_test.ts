import assert from "node:assert/strict";
import fc from "fast-check";
import { CharWriter } from "./char_writer.ts";

Deno.test("parts of a text are replaced, by more characters or none, whatever characters they are", () => {
  const unit = fc.oneof(fc.constantFrom("a", "\xe4", "\u4e2d", "\u{1f600}"), fc.string({ maxLength: 3 }));
  const pieces = fc.array(fc.record({ kept: unit, gone: unit, instead: unit }), {
    maxLength: 60,
    size: "max",
  });
  fc.assert(fc.property(pieces, unit, (parts, rest) => {
    const text = parts.map(({ kept, gone }) => kept + gone).join("") + rest;
    const writer = new CharWriter(text);
    let at = 0;
    for (const { kept, gone, instead } of parts) {
      const from = at + kept.length;
      at = from + gone.length;
      if (at > from) writer.replace(from, at, instead);
    }
    const expected = parts.map(({ kept, gone, instead }) => kept + (gone === "" ? "" : instead)).join("") +
      rest;
    assert.equal(writer.finish(), expected);
  }));
});

Deno.test("a character by its code, or none", () => {
  const writer = new CharWriter("abc");
  writer.replaceByCode(0, 1, 0x4e2d);
  writer.replaceByCode(2, 3, -1);
  assert.equal(writer.finish(), "\u4e2db");
});

Deno.test("where nothing is replaced the text is the same string", () => {
  assert.equal(new CharWriter("abc").finish(), "abc");
});
