import { deepEqual, equal, notEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DEFAULT_SERVER_SETTINGS } from "../../../core/snapshot.ts";
import { ByteQueue } from "../../../lib/byte_queue.ts";
import { HeadReader } from "./head_reader.ts";
import type { ParsedRequest, RefusedRequest } from "./request_parser.ts";

const FIELDS = "Host: a.test\r\nCookie: a=1\r\n\r\n";

/** A connection's reader, to which a test sends one head after the other. */
class Bench {
  readonly reader = new HeadReader();
  readonly queue = new ByteQueue();
  settings = DEFAULT_SERVER_SETTINGS;

  send(text: string): ParsedRequest | RefusedRequest | null {
    this.queue.append(Buffer.from(text, "latin1"));
    return this.reader.read(this.queue, this.settings, "http");
  }

  accepted(text: string): ParsedRequest {
    const read = this.send(text);
    if (read === null || "reason" in read) throw new Error(`not accepted: ${read?.detail}`);
    return read;
  }
}

Deno.test("fields that come again to the byte are read once, the request line each time", () => {
  const bench = new Bench();
  const first = bench.accepted("GET /one?a=1 HTTP/1.1\r\n" + FIELDS);
  const second = bench.accepted("POST /two HTTP/1.1\r\n" + FIELDS);
  equal(second.head.headers, first.head.headers);
  deepEqual([second.head.method, second.head.rawPath, second.head.rawQuery], ["POST", "/two", null]);
  equal(second.head.authority, "a.test");
  equal(bench.queue.length, 0);
});

Deno.test("a head that comes again to the byte is the same request, also after another line", () => {
  const bench = new Bench();
  const one = bench.accepted("GET /one HTTP/1.1\r\n" + FIELDS);
  equal(bench.accepted("GET /one HTTP/1.1\r\n" + FIELDS), one);
  const two = bench.accepted("GET /two HTTP/1.1\r\n" + FIELDS);
  equal(two.head.rawPath, "/two");
  equal(bench.accepted("GET /two HTTP/1.1\r\n" + FIELDS), two);
  deepEqual(bench.accepted("GET /one HTTP/1.1\r\n" + FIELDS), one);
  equal(bench.queue.length, 0);
});

Deno.test("a known head in pieces is read as an unknown one", () => {
  const bench = new Bench();
  const one = bench.accepted("GET /one HTTP/1.1\r\n" + FIELDS);
  equal(bench.send("GET /one HTTP/1.1\r\n" + FIELDS.slice(0, 5)), null);
  deepEqual(bench.accepted(FIELDS.slice(5)), one);
});

Deno.test("one byte more, less or other in the fields makes them other fields", () => {
  for (
    const other of [
      "Host: a.test\r\nCookie: a=2\r\n\r\n",
      "Host: a.test\r\nCookie: a=1\r\nX: y\r\n\r\n",
      "Host: a.test\r\n\r\n",
      "host: a.test\r\nCookie: a=1\r\n\r\n",
    ]
  ) {
    const bench = new Bench();
    const first = bench.accepted("GET / HTTP/1.1\r\n" + FIELDS);
    const second = bench.accepted("GET / HTTP/1.1\r\n" + other);
    notEqual(second.head.headers, first.head.headers);
    deepEqual(second, new Bench().accepted("GET / HTTP/1.1\r\n" + other));
  }
});

Deno.test("known fields behind a bad request line are refused as unknown ones", () => {
  for (
    const line of [
      "GET / HTTP/1.2\r\n",
      "GET  / HTTP/1.1\r\n",
      "GET /\n HTTP/1.1\r\n",
      "GET /#a HTTP/1.1\r\n",
      "\r\n",
    ]
  ) {
    const bench = new Bench();
    bench.accepted("GET / HTTP/1.1\r\n" + FIELDS);
    const unknown = new Bench().send(line + FIELDS);
    equal(unknown !== null && "reason" in unknown, true, line);
    deepEqual(bench.send(line + FIELDS), unknown, line);
  }
});

Deno.test("another version, other limits and a head in pieces are read anew", () => {
  const bench = new Bench();
  equal(bench.accepted("GET / HTTP/1.1\r\n" + FIELDS).keepAlive, true);
  equal(bench.accepted("GET / HTTP/1.0\r\n" + FIELDS).keepAlive, false);
  equal(bench.send("GET / HTTP/1.0\r\n" + FIELDS.slice(0, -1)), null);
  equal(bench.accepted("\n").head.rawPath, "/");
  bench.settings = { ...DEFAULT_SERVER_SETTINGS, max_header_fields: 1 };
  const refused = bench.send("GET / HTTP/1.0\r\n" + FIELDS);
  equal(refused !== null && "reason" in refused && refused.reason, "head_too_large");
});

Deno.test("pipelined requests with the same fields are two requests", () => {
  const bench = new Bench();
  bench.accepted("GET /0 HTTP/1.1\r\n" + FIELDS);
  equal(bench.accepted(`GET /1 HTTP/1.1\r\n${FIELDS}GET /2 HTTP/1.1\r\n${FIELDS}`).head.rawPath, "/1");
  equal(bench.accepted("").head.rawPath, "/2");
});

Deno.test("a connection that is idle forgets the fields", () => {
  const bench = new Bench();
  const first = bench.accepted("GET / HTTP/1.1\r\n" + FIELDS);
  bench.reader.idle(10_000);
  notEqual(bench.accepted("GET / HTTP/1.1\r\n" + FIELDS).head.headers, first.head.headers);
});

Deno.test("bytes that are only lent are a request where they are the last head to the byte, and else nothing", () => {
  const bench = new Bench();
  const text = "GET /one HTTP/1.1\r\n" + FIELDS;
  const lend = (bytes: string) => bench.reader.repeated(Buffer.from(bytes, "latin1"), bench.settings);
  equal(lend(text), null, "no head is known");
  const one = bench.accepted(text);
  equal(lend(text), one);
  for (
    const other of [
      text + "x",
      text.slice(0, -1),
      text.replace("/one", "/two"),
      text.replace("a=1", "a=2"),
      "",
    ]
  ) {
    equal(lend(other), null, JSON.stringify(other));
  }
  equal(lend(text), one, "what was no repetition has changed nothing");
  bench.settings = { ...bench.settings };
  equal(lend(text), null, "it was accepted by other settings");
});

Deno.test("[SECURITY] bytes are never lent behind a head that has begun, whose rest they would be", () => {
  const bench = new Bench();
  const text = "GET /one HTTP/1.1\r\n" + FIELDS;
  bench.accepted(text);
  for (const begun of ["GET /two HTTP/1.1\r\nX: ", "\r\n"]) {
    bench.send(begun);
    equal(bench.reader.repeated(Buffer.from(text, "latin1"), bench.settings), null);
    bench.accepted(text.slice(0));
  }
});
