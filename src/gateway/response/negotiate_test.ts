import assert from "node:assert/strict";
import { DEFAULT_COMPRESSION } from "../../core/compression.ts";
import { HeaderList } from "../../core/header_list.ts";
import { compressionRules, negotiate } from "./negotiate.ts";

const RULES = compressionRules({ ...DEFAULT_COMPRESSION, enabled: true })!;

type Fields = Record<string, string>;

function decide(fields: Fields, over: { status?: number; length?: number | null; request?: Fields } = {}) {
  const headers = HeaderList.from(Object.entries({ "content-type": "text/html", ...fields }));
  const request = HeaderList.from(Object.entries({ "accept-encoding": "gzip", ...over.request }));
  const { status = 200, length = 5_000 } = over;
  const encoding = negotiate(RULES, request, status, headers, length);
  return { encoding, headers };
}

Deno.test("a text is compressed: Vary, a weak ETag, no ranges", () => {
  const { encoding, headers } = decide({ etag: '"7"', "accept-ranges": "bytes", vary: "Origin" });
  assert.equal(encoding, "gzip");
  assert.deepEqual([...headers.entries()], [
    ["content-type", "text/html"],
    ["etag", 'W/"7"'],
    ["vary", "Origin, Accept-Encoding"],
    ["content-encoding", "gzip"],
  ]);
});

for (
  const type of [
    "text/css; charset=utf-8",
    "application/json",
    "Application/Problem+JSON",
    "image/svg+xml",
    "application/javascript;x=1",
  ]
) {
  Deno.test(`${type} is text`, () => assert.equal(decide({ "content-type": type }).encoding, "gzip"));
}

for (
  const [what, fields] of [
    ["an image", { "content-type": "image/png" }],
    ["an event stream", { "content-type": "text/event-stream; charset=utf-8" }],
    ["gRPC", { "content-type": "application/grpc" }],
    ["no type", { "content-type": "" }],
    ["what is compressed already", { "content-encoding": "br" }],
    ["no-transform", { "cache-control": "public, no-transform" }],
    ["a part of something", { "content-range": "bytes 0-99/100" }],
    ["what has a digest of its bytes", { "repr-digest": "sha-256=:x:" }],
  ] as const
) {
  Deno.test(`${what} stays as it is, without Vary`, () => {
    const { encoding, headers } = decide(fields);
    assert.deepEqual([encoding, headers.has("vary")], [null, false]);
  });
}

Deno.test("statuses without a body, parts, and short answers stay as they are", () => {
  for (const status of [103, 204, 205, 206]) assert.equal(decide({}, { status }).encoding, null, `${status}`);
  assert.equal(decide({}, { length: 1_023 }).encoding, null);
  assert.equal(decide({}, { length: 1_024 }).encoding, "gzip");
  assert.equal(decide({}, { length: null }).encoding, "gzip");
  assert.equal(decide({}, { status: 404 }).encoding, "gzip");
});

Deno.test("an answer that another client would get compressed says so, and is left alone for who wants it so", () => {
  for (const request of [{ "accept-encoding": "identity" }, { "cache-control": "no-transform" }]) {
    const { encoding, headers } = decide({ etag: '"7"' }, { request });
    assert.deepEqual([encoding, headers.get("vary"), headers.get("etag")], [null, "Accept-Encoding", '"7"']);
  }
  assert.equal(decide({ vary: "*" }).headers.get("vary"), "*");
  assert.equal(decide({ vary: "accept-encoding" }).headers.get("vary"), "accept-encoding");
});

Deno.test("of codings that a client likes as much, short answers get gzip and long ones zstd", () => {
  const request = { "accept-encoding": "gzip, br, zstd" };
  for (const [length, encoding] of [[2_000, "gzip"], [8_192, "zstd"], [null, "zstd"]] as const) {
    assert.equal(decide({}, { length, request }).encoding, encoding);
  }
  assert.equal(
    decide({}, { length: 2_000, request: { "accept-encoding": "gzip;q=0.1, br" } }).encoding,
    "br",
  );
  assert.equal(compressionRules(DEFAULT_COMPRESSION), null);
});

Deno.test("a 304 names the ETag that the client has", () => {
  const etag = (sent: string) =>
    decide({ etag: '"7"' }, { status: 304, request: { "if-none-match": sent } }).headers.get("etag");
  assert.equal(etag('"6", W/"7"'), 'W/"7"');
  assert.equal(etag('"7"'), '"7"');
});
