import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { HeadScanner } from "./head_scanner.ts";

const LIMITS = { max_header_bytes: 60, max_request_line_bytes: 30 };

/** The scanner's last word on `text`, which arrives in pieces of `size` behind three other bytes. */
function scan(text: string, size: number): number | string {
  const bytes = Buffer.from("XXX" + text, "latin1");
  const scanner = new HeadScanner();
  for (let end = 3 + size;; end += size) {
    const result = scanner.scan(bytes, 3, Math.min(end, bytes.length), LIMITS);
    if (typeof result !== "number") return `${result.reason}: ${result.detail}`;
    if (result !== 0) return result - 3;
    if (end >= bytes.length) return 0;
  }
}

for (
  const [what, text, verdict] of [
    ["a whole head ends after its empty line", "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest", 27],
    ["a head without fields", "GET / HTTP/1.1\r\n\r\n", 18],
    ["a head that is not complete", "GET / HTTP/1.1\r\nHost: a\r\n\r", 0],
    ["nothing", "", 0],
    [
      "a bare LF after the request line",
      "GET / HTTP/1.1\nHost: a\r\n\r\n",
      "smuggling: LF without CR in the head",
    ],
    [
      "a bare LF after a field",
      "GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n",
      "smuggling: LF without CR in the head",
    ],
    ["a bare LF as empty line", "GET / HTTP/1.1\r\n\n", "smuggling: LF without CR in the head"],
    ["an empty request line", "\r\nGET / HTTP/1.1\r\n\r\n", "malformed: empty request line"],
    ["a request line at its limit", `${"x".repeat(30)}\r\n\r\n`, 34],
    [
      "a request line over its limit",
      `${"x".repeat(31)}\r\n\r\n`,
      "uri_too_long: request line over 30 bytes",
    ],
    ["a request line without an end", "x".repeat(40), "uri_too_long: request line over 30 bytes"],
    ["a head at its limit", `GET\r\nA: ${"x".repeat(48)}\r\n\r\n`, 60],
    ["a head over its limit", `GET\r\nA: ${"x".repeat(49)}\r\n\r\n`, "head_too_large: head over 60 bytes"],
    ["a head without an end", `GET\r\nA: ${"x".repeat(60)}`, "head_too_large: head over 60 bytes"],
  ] as const
) {
  Deno.test(`${what}, in pieces of every size`, () => {
    for (let size = 1; size <= text.length + 1; size++) {
      assert.equal(scan(text, size), verdict, `size ${size}`);
    }
  });
}
