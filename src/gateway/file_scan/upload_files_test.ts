import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { UploadFiles } from "./upload_files.ts";

/** The files of `body`, however it is cut. */
function filesOf(body: string, boundary: string | null, pieceSize: number): [string, string][] {
  const files: [string, string][] = [];
  const reader = new UploadFiles(boundary, {
    file: (name) => void files.push([name, ""]),
    bytes: (piece) => void (files.at(-1)![1] += Buffer.from(piece).toString("latin1")),
  });
  const bytes = Buffer.from(body, "latin1");
  for (let at = 0; at < bytes.length; at += pieceSize) reader.push(bytes.subarray(at, at + pieceSize));
  reader.end();
  return files;
}

const PART =
  'Content-Disposition: form-data; name="f"; filename="a.bin"\r\nContent-Type: application/zip\r\n\r\n';
const FIELD = 'Content-Disposition: form-data; name="note"\r\n\r\nhello\r\n';

Deno.test("a form's files are found byte for byte, however the body is cut", () => {
  const content = "PK\x03\x04\r\n--not the end\r\n\n--x\r\r\n-\xff\0";
  const body = `preamble\r\n--xyz\r\n${FIELD}--xyz\r\n${PART}${content}\r\n--xyz\r\n${PART}\r\n--xyz\r\n` +
    "content-disposition: form-data; name=g; filename=plain\r\n\r\nz\r\n--xyz--\r\nepilogue";
  const expected = [["a.bin", content], ["a.bin", ""], ["plain", "z"]];
  for (let size = 1; size <= body.length; size++) {
    assert.deepEqual(filesOf(body, "xyz", size), expected, `${size}`);
  }
});

Deno.test("[SECURITY] what is odd is a file: bare line feeds, no end, a head without end, a part with only a type", () => {
  const bare = "--x\nContent-Disposition: form-data; filename=a\n\nEVIL\n--x--";
  const endless = `--x\r\n${PART}EVIL`;
  const typed = "--x\r\nContent-Type: text/html\r\n\r\nEVIL\r\n--x--";
  const headless = `--x\r\n${"a".repeat(20_000)}EVIL`;
  for (const body of [bare, endless, typed]) {
    for (const size of [1, 7, 1_000]) {
      assert.deepEqual(filesOf(body, "x", size).map(([, content]) => content), ["EVIL"]);
    }
  }
  assert.match(filesOf(headless, "x", 500).at(-1)![1], /EVIL$/);
});

Deno.test("without a form the body is the file", () => {
  assert.deepEqual(filesOf("%PDF-1.7 \xff", null, 3), [["the body", "%PDF-1.7 \xff"]]);
});
