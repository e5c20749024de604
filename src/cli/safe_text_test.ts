import assert from "node:assert/strict";
import { csvCell, safeJson, safeText } from "./safe_text.ts";

Deno.test("escape sequences of a logged value reach the terminal as text", () => {
  assert.equal(safeText("GET /\x1b]0;owned\x07"), "GET /\\x1b]0;owned\\x07");
  assert.equal(safeText("a\r\nb\x9b31m\x7f"), "a\\x0d\\x0ab\\x9b31m\\x7f");
  assert.equal(safeText("evil\u202etxt.exe\u2066\u200b"), "evil\\u202etxt.exe\\u2066\\u200b");
  assert.equal(safeText("Grüße, 世界"), "Grüße, 世界");
});

Deno.test("JSON holds no active character and parses to the same value", () => {
  const value = { path: "/\x1b[2J\x9b31m\u202e\n", list: [1, "ü"] };
  for (const text of [safeJson(value), safeJson(value, 2)]) {
    // deno-lint-ignore no-control-regex -- what a terminal would obey
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\x00-\x1f\x7f-\x9f\u202e]/);
    assert.deepEqual(JSON.parse(text), value);
  }
});

for (const cell of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =cmd|'/c calc'!A0", "\r=1"]) {
  Deno.test(`the cell ${JSON.stringify(cell)} is a text in a spreadsheet`, () => {
    assert.match(csvCell(cell), /^"?'/);
  });
}

Deno.test("a cell is quoted where it must be", () => {
  assert.equal(csvCell("plain"), "plain");
  assert.equal(csvCell('a,"b"'), '"a,""b"""');
  assert.equal(csvCell(12), "12");
  assert.equal(csvCell(null), "");
});
