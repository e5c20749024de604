import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { HeaderList } from "../../core/header_list.ts";
import { uploadReader } from "./upload_files.ts";
import { type UploadReading, uploadReading } from "./upload_reading.ts";

interface Found {
  readonly files: [string, string][];
  ended: number;
  readonly odd: string[];
  hasNone: boolean;
}

/** What is found in `body`, however it is cut. */
function found(body: string, reading: UploadReading, pieceSize: number): Found {
  const all: Found = { files: [], ended: 0, odd: [], hasNone: false };
  const reader = uploadReader(reading, {
    file: (name) => void all.files.push([name, ""]),
    bytes: (piece) => void (all.files.at(-1)![1] += Buffer.from(piece).toString("latin1")),
    fileEnd: () => void all.ended++,
    odd: (why) => void all.odd.push(why),
    none: () => void (all.hasNone = true),
  });
  const bytes = Buffer.from(body, "latin1");
  for (let at = 0; at < bytes.length; at += pieceSize) reader.push(bytes.subarray(at, at + pieceSize));
  reader.end();
  return all;
}

function form(boundary: string): UploadReading {
  return { kind: "form", boundary };
}

function readingOf(...fields: [string, string][]): UploadReading {
  return uploadReading(HeaderList.from(fields));
}

const PART =
  'Content-Disposition: form-data; name="f"; filename="a.bin"\r\nContent-Type: application/zip\r\n\r\n';
const FIELD = 'Content-Disposition: form-data; name="note"\r\n\r\nhello\r\n';

Deno.test("a form's files are found byte for byte, however the body is cut", () => {
  const content = "PK\x03\x04\r\n--not the end\r\n\n--x\r\r\n-\xff\0";
  const body = `preamble\r\n--xyz\r\n${FIELD}--xyz\r\n${PART}${content}\r\n--xyz \r\n${PART}\r\n--xyz\r\n` +
    "content-disposition: form-data; name=g; filename=plain\r\n\r\nz\r\n--xyz--\r\nepilogue";
  const files = [["a.bin", content], ["a.bin", ""], ["plain", "z"]];
  for (let size = 1; size <= body.length; size++) {
    assert.deepEqual(found(body, form("xyz"), size), { files, ended: 3, odd: [], hasNone: false }, `${size}`);
  }
});

Deno.test("[SECURITY] every part is a file but a plain field, whatever a reader makes of its head", () => {
  const heads = [
    "Content-Disposition: form-data; filename=a\n\n",
    "Content-Type: text/html\r\n\r\n",
    // RFC 2231, 3: readers such as Go's join the pieces of a name.
    'Content-Disposition: form-data; name="f"; filename*0="a"; filename*1=".php"\r\n\r\n',
    'Content-Disposition: form-data; name="a\\"; filename=\\"b"\r\n\r\n',
    'Content-Disposition: form-data; name="f"\r\n ; filename="folded"\r\n\r\n',
    'Content-Disposition: form-data; name="f"\n\n',
    'X-Odd: 1\r\nContent-Disposition: form-data; name="f"\r\n\r\n',
    "\r\n",
  ];
  for (const head of heads) {
    for (const size of [1, 7, 1_000]) {
      const { files } = found(`--x\r\n${head}EVIL\r\n--x--`, form("x"), size);
      assert.deepEqual(files.map(([, content]) => content), ["EVIL"], head);
    }
  }
  assert.deepEqual(found(`--x\r\n${PART}EVIL`, form("x"), 5).files, [["a.bin", "EVIL"]], "no end");
});

Deno.test("[SECURITY] what readers of forms differ on is said to be odd", () => {
  const bodies = [
    // To many a reader still content of the file; it once was taken for a head, and nobody looked at it.
    `--x\r\n${PART}\r\n--xJUNK\r\nEVIL\r\n--x--\r\n`,
    `--x\r\n${FIELD}--x;\r\n${PART}EVIL\r\n--x--\r\n`,
    `--x\r\n${PART}a\r\n--x${" ".repeat(200)}\r\nEVIL\r\n--x--\r\n`,
    `--x\r\n${"a".repeat(20_000)}EVIL`,
    `--x\r\n${PART}a\r\n--x\r\nContent-Disposition: form-data; filename=a\r\nEVIL`,
    `--x\r\nContent-Transfer-Encoding: base64\r\n${PART}RVZJTA==\r\n--x--`,
    `--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nEVIL\r\n--y--\r\n--x--`,
    "no delimiter at all",
  ];
  for (const body of bodies) {
    for (const size of [1, 7, 100_000]) assert.notDeepEqual(found(body, form("x"), size).odd, [], body);
  }
  const fine = `--x\r\nContent-Transfer-Encoding: binary\r\n${PART}a\r\n--x--\r\n`;
  assert.deepEqual(found(fine, form("x"), 3).odd, []);
  assert.deepEqual(found("--x--\r\n", form("x"), 3).odd, [], "an empty form");
});

Deno.test("without a form the body is the file", () => {
  const { files, ended } = found("%PDF-1.7 \xff", { kind: "file" }, 3);
  assert.deepEqual({ files, ended }, { files: [["the body", "%PDF-1.7 \xff"]], ended: 1 });
});

Deno.test("[SECURITY] a name of text hides no raw file, and text is none", () => {
  const json = readingOf(["content-type", "application/json"]);
  const pairs = readingOf(["content-type", "application/x-www-form-urlencoded"]);
  const texts: [string, UploadReading][] = [
    ['{"a":1}', json],
    [" [ {} ]", json],
    ["user=x&b=%20", pairs],
    [`${"a".repeat(100)}=1`, pairs],
    ["\0\0\0\0\x05hello", readingOf(["content-type", "application/grpc+proto"])],
  ];
  for (const [body, reading] of texts) {
    for (const size of [1, 100]) {
      const { files, hasNone } = found(body, reading, size);
      assert.deepEqual({ files, hasNone }, { files: [], hasNone: true }, body);
    }
  }
  for (
    const body of ["MZ\x90\0 EVIL", "%PDF-1.7\n=", "7z\xbc\xaf", "{\\rtf1 EVIL", "<?php a=1;", "PK\x03\x04="]
  ) {
    for (const reading of [json, pairs, readingOf(["content-type", "application/grpc"])]) {
      for (const size of [1, 100]) assert.deepEqual(found(body, reading, size).files, [["the body", body]]);
    }
  }
});

Deno.test("[SECURITY] forms that no scanner sees as the target will are odd from the head on", () => {
  const type = "multipart/form-data; boundary=abc";
  assert.deepEqual(readingOf(["content-type", type]), { kind: "form", boundary: "abc" });
  const odd: [string, string][][] = [
    [["content-type", type], ["content-type", "application/json"]],
    [["content-type", "application/json"], ["content-type", type]],
    [["content-type", `${type}; boundary=def`]],
    [["content-type", "multipart/form-data; boundary=a,b"]],
    [["content-type", 'multipart/form-data; boundary="abc "']],
    [["content-type", "multipart/form-data; boundary*0=a; boundary*1=bc"]],
    [["content-type", `${type}; boundary*0=x`]],
    [["content-type", "multipart/form-data"]],
    [["content-type", "multipart/form-data boundary=abc"]],
    [["content-type", type], ["content-encoding", "gzip"]],
    [["content-type", "application/octet-stream"], ["content-encoding", "br"]],
    [["content-type", "application/json"], ["content-encoding", "gzip"], ["content-encoding", "deflate"]],
  ];
  for (const fields of odd) assert.equal(readingOf(...fields).kind, "odd", JSON.stringify(fields));
  const gzip = readingOf(["content-type", "application/json"], ["content-encoding", "gzip"]);
  assert.equal(gzip.kind, "file", "clamd unpacks it");
});
