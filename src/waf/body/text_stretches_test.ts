import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { textStretches } from "./text_stretches.ts";

/** Bytes of no character, none of them a lead of UTF-8. */
function junk(length: number): string {
  return "\x80\xfe\xbf\xff".repeat(length / 4);
}

function bytes(text: string): string {
  return Buffer.from(text, "utf-8").toString("latin1");
}

Deno.test("what is text all through comes back as the same string", () => {
  const texts = [
    "a line\r\n\tand another",
    bytes("größer als ｗｉｄｅ 😀 text"),
    "größer 😀 and wide \u4f60\u597d",
    "a\0b\x01c of text",
    "",
  ];
  for (const text of texts) assert.equal(textStretches(text), text === "" ? "" : text);
});

Deno.test("stretches are kept with what is around them, and the rest is left out", () => {
  const text = "%3cscript%3ealert(1)";
  const found = textStretches(junk(4_000) + text + junk(4_000));
  assert.ok(found.includes(junk(16) + text + junk(16)));
  assert.ok(found.length < 100);
  const two = textStretches(
    junk(400) + "the first of them" + junk(400) + "and the second of them" + junk(400),
  );
  assert.match(two, /the first of them.*and the second of them/s);
});

Deno.test("NULs, control characters and single bytes hide no text", () => {
  const between: Record<string, string> = {
    NUL: "\0",
    "many NULs": "\0".repeat(500),
    "a control character": "\x01",
  };
  for (const [name, each] of Object.entries(between)) {
    const written = [..."union select password"].join(each);
    const found = textStretches(junk(400) + written + junk(400));
    assert.equal(found.replace(/[^a-z ]/g, ""), "union select password", name);
  }
  const strewn = "union\xff select\xff pass\xffword\xff from\xff users";
  assert.ok(textStretches(junk(400) + strewn + junk(400)).includes(strewn));
});

Deno.test("bytes without text leave nothing, and few of them are taken for text", () => {
  assert.equal(textStretches(junk(10_000)), "");
  assert.equal(textStretches("\0".repeat(10_000)), "");
  let seed = 7;
  const random = Array.from({ length: 100_000 }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCharCode(seed >>> 24);
  });
  assert.ok(textStretches(random.join("")).length < 5_000);
});
