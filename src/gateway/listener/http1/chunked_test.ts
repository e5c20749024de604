import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { CHUNK_END, ChunkedDecoder, chunkStart, lastChunk } from "./chunked.ts";

interface Decoded {
  readonly data: string;
  readonly trailers: [string, string][] | null;
  readonly rest: string;
  readonly failure: string | null;
  readonly done: boolean;
}

function decode(text: string, pieceSize = text.length): Decoded {
  const decoder = new ChunkedDecoder();
  let data = "";
  let rest = "";
  for (let at = 0; at < text.length; at += pieceSize) {
    const piece = Buffer.from(text.slice(at, at + pieceSize), "latin1");
    const end = decoder.decode(piece, 0, piece.length, {
      data(chunk) {
        data += Buffer.from(chunk).toString("latin1");
        return true;
      },
    });
    rest += piece.subarray(end).toString("latin1");
  }
  const { done, failure, trailers } = decoder;
  return {
    data,
    rest,
    done,
    trailers: trailers === null ? null : [...trailers.entries()],
    failure: failure === null ? null : `${failure.reason}: ${failure.detail}`,
  };
}

Deno.test("chunks, extensions and trailers are taken off, whole or byte by byte", () => {
  const text = '5\r\nhello\r\n1;a;b=c;d="\\""\r\n!\r\n0\r\nX-Sum: 9\r\nY:\r\n\r\nrest';
  for (const size of [text.length, 7, 2, 1]) {
    assert.deepEqual(decode(text, size), {
      data: "hello!",
      trailers: [["x-sum", "9"], ["y", ""]],
      rest: "rest",
      failure: null,
      done: true,
    });
  }
});

Deno.test("without trailers there are none", () => {
  assert.equal(decode("0\r\n\r\n").trailers, null);
});

Deno.test("a body that is not complete is neither done nor failed", () => {
  const text = "3\r\nabc\r\n0\r\nX: y\r\n\r\n";
  for (let length = 0; length < text.length; length++) {
    const { done, failure } = decode(text.slice(0, length));
    assert.deepEqual([done, failure], [false, null], text.slice(0, length));
  }
});

Deno.test("the sink stops the decoder, which goes on where it stopped", () => {
  const decoder = new ChunkedDecoder();
  const input = Buffer.from("1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
  const seen: string[] = [];
  const sink = { data: (chunk: Uint8Array) => seen.push(Buffer.from(chunk).toString()) === 0 };
  let at = decoder.decode(input, 0, input.length, sink);
  assert.deepEqual(seen, ["a"]);
  assert.equal(at, 4);
  at = decoder.decode(input, at, input.length, sink);
  assert.deepEqual(seen, ["a", "b"]);
  assert.equal(decoder.decode(input, at, input.length, sink), input.length);
  assert.equal(decoder.done, true);
});

for (
  const [text, failure] of [
    ["\r\n", "smuggling: chunk size starts with byte 0x0d"],
    ["0x3\r\n", "smuggling: byte 0x78 in a chunk size"],
    ["+3\r\n", "smuggling: chunk size starts with byte 0x2b"],
    ["-3\r\n", "smuggling: chunk size starts with byte 0x2d"],
    ["1_0\r\n", "smuggling: byte 0x5f in a chunk size"],
    [" 3\r\n", "smuggling: chunk size starts with byte 0x20"],
    ["3 \r\n", "smuggling: byte 0x20 in a chunk size"],
    ["3\n", "smuggling: byte 0x0a in a chunk size"],
    ["3\rx", "smuggling: CR without LF after a chunk size"],
    ["0000000000003\r\n", "smuggling: chunk size has too many digits"],
    ["3;\r\n", "smuggling: byte 0x0d in a chunk extension"],
    ["3; a\r\n", "smuggling: byte 0x20 in a chunk extension"],
    ["3;a\n", "smuggling: byte 0x0a in a chunk extension"],
    ["1\r\nab", "smuggling: byte 0x62 instead of the CRLF after a chunk"],
    ["1\r\na\n", "smuggling: byte 0x0a instead of the CRLF after a chunk"],
    ["1\r\na\rb", "smuggling: CR without LF after a chunk"],
    ["0\r\nX: y\n", "smuggling: LF without CR in the trailer section"],
    ["0\r\nX : y\r\n\r\n", "smuggling: white space in a field name"],
    ["0\r\nContent-Length: 3\r\n\r\n", "smuggling: field content-length in the trailer section"],
  ] as const
) {
  Deno.test(`${JSON.stringify(text)} is refused`, () => {
    assert.equal(decode(text).failure, failure);
    assert.equal(decode(text, 1).failure, failure);
    assert.equal(decode(text + "0\r\n\r\n").done, false);
  });
}

Deno.test("extensions may not outweigh the data", () => {
  const extension = ";" + "e".repeat(200);
  assert.match(decode(`1${extension}\r\nx\r\n`.repeat(100)).failure!, /extensions are too long/);
  const large = "x".repeat(1_000);
  assert.equal(
    decode(`3e8${extension}\r\n${large}\r\n`.repeat(100)).failure,
    null,
    "beside enough data they may",
  );
});

Deno.test("trailers have a bound", () => {
  const section = "X: " + "y".repeat(9_000) + "\r\n\r\n";
  assert.equal(decode("0\r\n" + section).failure, "malformed: trailer section is too large");
  assert.match(decode("0\r\n" + "X: y\r\n".repeat(33) + "\r\n").failure!, /more than 32 header fields/);
});

Deno.test("what the encoder writes the decoder reads", () => {
  let text = "";
  for (const part of ["one", "x".repeat(70_000)]) text += chunkStart(part.length) + part + CHUNK_END;
  const { data, trailers, done } = decode(text + lastChunk("a: b\r\n"), 4_096);
  assert.equal(data, "one" + "x".repeat(70_000));
  assert.deepEqual(trailers, [["a", "b"]]);
  assert.equal(done, true);
});
