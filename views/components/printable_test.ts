import assert from "node:assert/strict";
import { neutral, pieces } from "./printable.ts";

Deno.test("plain text is one piece", () => {
  assert.deepEqual(pieces("a b <c> é 漢 😀"), [{ kind: "text", text: "a b <c> é 漢 😀" }]);
});

Deno.test("controls and line ends get their names", () => {
  assert.equal(neutral("a\r\n\0\x1b[31mb\x85"), "a⟨CR⟩⟨LF⟩⟨NUL⟩⟨ESC⟩[31mb⟨U+0085⟩");
});

Deno.test("direction overrides, width-less characters, tags and lone surrogates cannot hide", () => {
  assert.equal(
    neutral("user\u202etxt.exe\u200b\ufeff\u{e0041}\ud800x"),
    "user⟨RLO⟩txt.exe⟨ZWSP⟩⟨BOM⟩⟨U+E0041⟩⟨U+D800⟩x",
  );
});

Deno.test("a text of lines keeps its line feeds and nothing else", () => {
  assert.deepEqual(pieces("a\nb", true), [{ kind: "text", text: "a\nb" }]);
  assert.equal(pieces("a\r\n", true).length, 3);
});
