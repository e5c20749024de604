import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { HeaderList } from "../core/header_list.ts";
import { answerText, isReadableAnswer, MAX_ANSWER_BYTES } from "./answer_text.ts";

const TEXT = "Größe, line after line. ".repeat(1_000);
const GZIPPED = HeaderList.from([["content-type", "text/html; charset=utf-8"], ["content-encoding", "gzip"]]);

function readable(type: string | null, coding?: string): boolean {
  const fields: [string, string][] = [];
  if (type !== null) fields.push(["content-type", type]);
  if (coding !== undefined) fields.push(["content-encoding", coding]);
  return isReadableAnswer(HeaderList.from(fields));
}

Deno.test("texts are read, and what is none or in another coding is not", () => {
  for (
    const type of ["text/html; charset=x", "application/json", "Application/Problem+JSON", "image/svg", null]
  ) {
    assert.equal(readable(type), type !== "image/svg", String(type));
  }
  assert.equal(readable("text/event-stream"), false);
  assert.equal(readable("application/octet-stream"), false);
  assert.equal(readable("text/plain", "gzip"), true);
  assert.equal(readable("text/plain", "br"), false);
  assert.equal(readable("text/plain", "gzip, gzip"), false);
});

Deno.test("gzip is inflated, also where it is cut off", () => {
  const bytes = gzipSync(TEXT);
  assert.equal(answerText(bytes, GZIPPED), TEXT);
  const half = answerText(bytes.subarray(0, bytes.length >> 1), GZIPPED)!;
  assert.ok(half.length > 0 && TEXT.startsWith(half.slice(0, -1)));
});

Deno.test("what inflates beyond the bound is read by its beginning; what is damaged is not read", () => {
  const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024).fill(0x61));
  const text = answerText(bomb, GZIPPED)!;
  assert.ok(text.length > 1_000 && text.length <= MAX_ANSWER_BYTES && /^a+$/.test(text));
  assert.equal(answerText(new TextEncoder().encode("no gzip"), GZIPPED), null);
});

Deno.test("the declared charset is the one that is read", () => {
  const headers = HeaderList.from([["content-type", "text/plain; charset=iso-8859-1"]]);
  assert.equal(answerText(Uint8Array.of(0xe9), headers), "é");
});
