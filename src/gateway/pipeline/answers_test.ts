/** Compression and error pages, through the whole pipeline. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { DEFAULT_COMPRESSION } from "../../core/compression.ts";
import { DEFAULT_ERROR_PAGES } from "../../core/error_pages.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Host } from "../../core/host.ts";
import {
  fakeExchange,
  type FakeExchangeParts,
  RecordedResponse,
} from "../../../tests/support/fake_exchange.ts";
import {
  type FakeGateway,
  fakeGateway,
  fakeHost,
  fakeSnapshot,
} from "../../../tests/support/fake_gateway.ts";
import { until } from "../../../tests/support/until.ts";
import { runPipeline } from "./pipeline.ts";

/** Keeps the bytes, and says when the answer is over. */
class ByteResponse extends RecordedResponse {
  readonly bytes: Uint8Array[] = [];
  over = false;
  lengthSent: number | null | undefined;

  override head(status: number, headers: HeaderList, length?: number | null): void {
    super.head(status, headers);
    this.lengthSent = length;
  }
  override write(chunk: Uint8Array): boolean {
    this.bytes.push(chunk.slice());
    return true;
  }
  override end(): void {
    this.over = true;
    super.end();
  }
}

function gatewayOf(host: Partial<Host>): FakeGateway {
  return fakeGateway(fakeSnapshot({ hosts: [fakeHost(host)] }));
}

function run(gateway: FakeGateway, parts: FakeExchangeParts = {}): ByteResponse {
  const response = new ByteResponse();
  const headers = parts.headers ?? [["host", "a.test"], ["accept-encoding", "gzip"], ["accept", "text/html"]];
  runPipeline(fakeExchange({ ...parts, headers, response }), gateway.services);
  return response;
}

const COMPRESSING = { compression: { ...DEFAULT_COMPRESSION, enabled: true } };
const PAGE = new TextEncoder().encode("<p>A line that comes again.</p>\n".repeat(200));

function html(): HeaderList {
  return HeaderList.from([["content-type", "text/html"], ["etag", '"1"']]);
}

Deno.test("an answer is compressed as it streams, and its end is the client's end", async () => {
  const gateway = gatewayOf(COMPRESSING);
  const response = run(gateway);
  const { sink } = gateway.sent[0]!;
  sink.head(200, html(), PAGE.length);
  sink.data(PAGE);
  sink.end(null);
  await until("the answer ends", () => response.over || null);
  assert.deepEqual([response.lengthSent, response.headers.get("content-encoding")], [null, "gzip"]);
  assert.equal(response.headers.get("etag"), 'W/"1"');
  assert.ok(Buffer.concat(response.bytes).length < PAGE.length / 5);
  assert.deepEqual(new Uint8Array(gunzipSync(Buffer.concat(response.bytes))), PAGE);
  assert.equal(gateway.services.encoders.running, 0);
  assert.equal(gateway.records.length, 1);
});

Deno.test("HEAD has the fields of GET and no coder; without compression nothing changes", () => {
  const gateway = gatewayOf(COMPRESSING);
  const head = run(gateway, { method: "HEAD" });
  gateway.sent[0]!.sink.head(200, html(), PAGE.length);
  assert.deepEqual([head.lengthSent, head.headers.get("content-encoding")], [null, "gzip"]);
  assert.equal(gateway.services.encoders.running, 0);
  const plain = gatewayOf({});
  const untouched = run(plain);
  plain.sent[0]!.sink.head(200, html(), PAGE.length);
  assert.deepEqual([untouched.lengthSent, untouched.headers.has("vary")], [PAGE.length, false]);
});

Deno.test("a target that dies, or a client that leaves, frees the coder and ends nothing cleanly", () => {
  const gateway = gatewayOf(COMPRESSING);
  const died = run(gateway);
  gateway.sent[0]!.sink.head(200, html(), PAGE.length);
  gateway.sent[0]!.sink.data(PAGE);
  assert.equal(gateway.services.encoders.running, 1);
  gateway.sent[0]!.sink.failed({ reason: "upstream_protocol", detail: "closed", sent: true });
  assert.match(died.aborted!, /closed/);
  assert.equal(gateway.services.encoders.running, 0);
  const left = run(gateway);
  gateway.sent[1]!.sink.head(200, html(), PAGE.length);
  left.onAbort!("client gone");
  left.onDone!();
  assert.deepEqual([gateway.services.encoders.running, gateway.sent[1]!.aborted, left.over], [
    0,
    true,
    false,
  ]);
});

Deno.test("where no coder is left an answer goes out as it is", () => {
  const gateway = gatewayOf(COMPRESSING);
  while (gateway.services.encoders.take());
  const response = run(gateway);
  gateway.sent[0]!.sink.head(200, html(), PAGE.length);
  assert.deepEqual([response.lengthSent, response.headers.has("content-encoding")], [PAGE.length, false]);
});

const PAGES = {
  error_pages: {
    ...DEFAULT_ERROR_PAGES,
    intercept: true,
    pages: {
      "503": { html: "<b>{{STATUS_CODE}} ${{message}} {{INCIDENT_ID}}</b>", css: "", javascript: "" },
    },
  },
};

Deno.test("the application's own 503 becomes the host's page: its fields stay, what described its body goes", () => {
  const gateway = gatewayOf(PAGES);
  const answer = [
    ["content-type", "text/plain"],
    ["content-encoding", "br"],
    ["etag", '"1"'],
    ["last-modified", "Sat, 01 Jan 2000 00:00:00 GMT"],
    ["content-range", "bytes 0-1/2"],
    ["retry-after", "7"],
    ["set-cookie", "a=b"],
  ] as const;
  const response = run(gateway);
  const { sink } = gateway.sent[0]!;
  sink.head(503, HeaderList.from(answer), 20);
  sink.data(PAGE);
  const text = Buffer.concat(response.bytes).toString();
  assert.match(text, /<b>503 service unavailable 01ARZ3NDEKTSV4RRFFQ69G5FAV<\/b>/);
  for (const name of ["content-encoding", "etag", "last-modified", "content-range"]) {
    assert.equal(response.headers.has(name), false, name);
  }
  const kept = ["retry-after", "set-cookie", "content-type", "server", "x-frame-options"];
  assert.deepEqual(kept.map((name) => response.headers.get(name)), [
    "7",
    "a=b",
    "text/html; charset=utf-8",
    "aegis",
    "SAMEORIGIN",
  ]);
  assert.equal(gateway.sent[0]!.aborted, true);
  assert.deepEqual([gateway.records[0]!.status, gateway.records[0]!.reason], [503, null]);
  const program = run(gateway, { headers: [["host", "a.test"], ["accept", "application/json"]] });
  gateway.sent[1]!.sink.head(503, HeaderList.from(answer), 20);
  assert.equal(program.headers.get("content-type"), "text/plain");
});

Deno.test("Aegis's own failures have the host's page and its security headers", () => {
  const gateway = gatewayOf({ ...PAGES, targets: [], server_header: "" });
  const response = run(gateway);
  assert.equal(response.status, 503);
  assert.match(Buffer.concat(response.bytes).toString(), /<b>503 service unavailable/);
  assert.match(
    response.headers.get("content-security-policy")!,
    /^default-src 'none'; style-src 'unsafe-inline'/,
  );
  assert.deepEqual([response.headers.get("x-frame-options"), response.headers.has("server")], [
    "DENY",
    false,
  ]);
});
