import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { HeaderList } from "../../../core/header_list.ts";
import { isFieldValue, parseFields, serialiseFields } from "./fields.ts";

function parse(text: string, maxFields = 10): [string, string][] | string {
  // Surrounded by other bytes, as a section inside a read buffer is.
  const bytes = Buffer.from(`XX${text}\r\nYY`, "latin1");
  const list = new HeaderList();
  const failure = parseFields(bytes, 2, bytes.length - 4, maxFields, list);
  return failure === null ? [...list.entries()] : `${failure.reason}: ${failure.detail}`;
}

Deno.test("field lines become lower-case names and trimmed values, in order", () => {
  assert.deepEqual(parse("Host: a.test\r\nX-Odd:\t b  c \t\r\nEmpty:\r\nHOST: second\r\n"), [
    ["host", "a.test"],
    ["x-odd", "b  c"],
    ["empty", ""],
    ["host", "second"],
  ]);
  assert.deepEqual(parse(""), []);
});

Deno.test("values are byte strings", () => {
  assert.deepEqual(parse("X: \xc3\xa4\x80\xff\r\n"), [["x", "\xc3\xa4\x80\xff"]]);
});

Deno.test("common names are shared, others are not confused with them", () => {
  const names = ["content-length", "CONTENT-LENGTH", "content-lengtg", "content-lengthh", "x-forwarded-foe"];
  const parsed = parse(names.map((name) => `${name}: 1\r\n`).join(""));
  assert.deepEqual(
    (parsed as [string, string][]).map(([name]) => name),
    names.map((name) => name.toLowerCase()),
  );
});

for (
  const [text, failure] of [
    ["X : y\r\n", "smuggling: white space in a field name"],
    [" X: y\r\n", "smuggling: field line starts with white space"],
    ["A: b\r\n\tc\r\n", "smuggling: field line starts with white space"],
    ["A: b\rC: d\r\n", "smuggling: CR without LF in a field value"],
    ["A: b\nC: d\r\n", "smuggling: LF without CR in a field value"],
    ["A: b\0\r\n", "smuggling: NUL in a field value"],
    ["A\0: b\r\n", "smuggling: byte 0x00 in a field name"],
    ["A: b\x0b\r\n", "malformed: control byte 0x0b in a field value"],
    ["A\x80: b\r\n", "malformed: byte 0x80 in a field name"],
    ["AB\r\n", "malformed: field line without a colon"],
    [": b\r\n", "malformed: field without a name"],
    ["\r\nA: b\r\n", "smuggling: byte 0x0d in a field name"],
    ["A: b", "smuggling: field line without its line end"],
    ["A: b\r", "smuggling: CR without LF in a field value"],
    ["AB", "smuggling: field line without its line end"],
    ["A: 1\r\nB: 2\r\nC: 3\r\n", "head_too_large: more than 2 header fields"],
  ] as const
) {
  Deno.test(`${JSON.stringify(text)} is refused`, () => assert.equal(parse(text, 2), failure));
}

Deno.test("a list is written as field lines, without what is left out", () => {
  const list = HeaderList.from([["a", "b"], ["connection", "close"], ["c", ""], ["d", "\xff\t!"]]);
  assert.equal(serialiseFields(list), "a: b\r\nconnection: close\r\nc: \r\nd: \xff\t!\r\n");
  assert.equal(serialiseFields(list, new Set(["connection"])), "a: b\r\nc: \r\nd: \xff\t!\r\n");
  assert.equal(serialiseFields(new HeaderList()), "");
});

Deno.test("nothing that could split a message is written", () => {
  for (const value of ["a\r\nb", "a\nb", "a\rb", "a\0b", "a\x7fb", "\u010a", "\u{1f600}"]) {
    assert.equal(serialiseFields(HeaderList.from([["x", value]])), null, JSON.stringify(value));
  }
  for (const name of ["", "a b", "a:", "a\r\nb", "ä"]) {
    assert.equal(serialiseFields(HeaderList.from([[name, "x"]])), null, JSON.stringify(name));
  }
});

Deno.test("a value may hold the same characters whether it is short or long", () => {
  for (let code = 0; code < 0x180; code++) {
    const expected = code === 9 || (code >= 0x20 && code !== 0x7f && code <= 0xff);
    const char = String.fromCharCode(code);
    assert.equal(isFieldValue(`a${char}b`), expected, `0x${code.toString(16)} in a short value`);
    assert.equal(isFieldValue("a".repeat(100) + char), expected, `0x${code.toString(16)} in a long value`);
  }
});
