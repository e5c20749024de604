/** Rules that read answers, through the whole pipeline. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { HeaderList } from "../../core/header_list.ts";
import type { HostWaf } from "../../core/host_waf.ts";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import {
  type FakeGateway,
  fakeGateway,
  fakeHost,
  fakeSnapshot,
} from "../../../tests/support/fake_gateway.ts";
import { MAX_ANSWER_BYTES } from "../../waf/answer_text.ts";
import { BUILTIN_RULE_FILES } from "../../waf/rule_files/builtin.ts";
import { loadRuleFiles } from "../../waf/rule_files/rule_file.ts";
import { runPipeline } from "./pipeline.ts";

const LEAK = "You have an error in your SQL syntax; check the manual that corresponds to your server";
const PAGE = "<p>All is well.</p>";
const RULES = loadRuleFiles(BUILTIN_RULE_FILES.filter(({ name }) => name === "data-leaks.yaml"))
  .map(({ rule }) => rule);

class ByteResponse extends RecordedResponse {
  readonly bytes: Uint8Array[] = [];
  over = false;

  override write(chunk: Uint8Array): boolean {
    this.bytes.push(chunk.slice());
    return true;
  }
  override end(): void {
    this.over = true;
    super.end();
  }
  get text(): string {
    return Buffer.concat(this.bytes).toString();
  }
}

function gatewayOf(waf: Partial<HostWaf>, rest: { whitelist_cidrs?: string[] } = {}): FakeGateway {
  const host = fakeHost();
  return fakeGateway(fakeSnapshot({
    rules: RULES,
    hosts: [{ ...host, waf: { ...host.waf, mode: "enforce", response_bodies: true, ...waf }, ...rest }],
  }));
}

function run(gateway: FakeGateway, accept = "br, gzip, zstd"): ByteResponse {
  const response = new ByteResponse();
  const headers: [string, string][] = [["host", "a.test"], ["accept-encoding", accept]];
  runPipeline(fakeExchange({ headers, response }), gateway.services);
  return response;
}

function head(...fields: [string, string][]): HeaderList {
  return HeaderList.from([["content-type", "text/html"], ...fields]);
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("by default a leak is written down and passes as it comes", () => {
  const gateway = gatewayOf({});
  const response = run(gateway);
  const { sink, request } = gateway.sent[0]!;
  assert.equal(request.headers.get("accept-encoding"), "gzip");
  sink.head(200, head(), null);
  sink.data(bytes(LEAK.slice(0, 20)));
  assert.equal(response.text, LEAK.slice(0, 20), "nothing waits");
  sink.data(bytes(LEAK.slice(20)));
  sink.end(null);
  assert.deepEqual([response.text, response.over], [LEAK, true]);
  const [record] = gateway.records;
  assert.deepEqual(record!.findings.map(({ ruleId, target }) => [ruleId, target]), [[
    "leak-101",
    "response-body",
  ]]);
  assert.equal(record!.action, "allowed");
  assert.equal(gateway.services.inspection.used, 0);
});

Deno.test("a rule that is set to block withholds the answer, compressed ones too", () => {
  for (const body of [bytes(LEAK), gzipSync(LEAK)]) {
    const gateway = gatewayOf({ rules: { "data-leaks": "block" } });
    const response = run(gateway);
    const { sink } = gateway.sent[0]!;
    sink.head(200, body.length === LEAK.length ? head() : head(["content-encoding", "gzip"]), body.length);
    sink.data(body);
    assert.equal(response.started, false);
    sink.end(null);
    assert.equal(response.status, 502);
    assert.ok(!response.text.includes("SQL"));
    assert.deepEqual([gateway.records[0]!.reason, gateway.records[0]!.action], ["response_rule", "blocked"]);
    assert.equal(gateway.services.inspection.used, 0);
  }
});

Deno.test("what rules find nothing in goes out whole, however long", () => {
  const gateway = gatewayOf({ rules: { "data-leaks": "block" } });
  const response = run(gateway);
  const { sink } = gateway.sent[0]!;
  const piece = bytes(PAGE.repeat(4_096));
  const pieces = Math.ceil(2 * MAX_ANSWER_BYTES / piece.length);
  sink.head(200, head(), null);
  for (let i = 0; i < pieces; i++) sink.data(piece);
  assert.ok(response.started, "beyond the bound nothing is held");
  sink.end(null);
  assert.equal(response.text, PAGE.repeat(4_096 * pieces));
  assert.equal(response.status, 200);
  assert.equal(gateway.services.inspection.used, 0);
});

Deno.test("a white-listed client gets the answer, and the log says what was found", () => {
  const gateway = gatewayOf({ rules: { "data-leaks": "block" } }, { whitelist_cidrs: ["0.0.0.0/0", "::/0"] });
  const response = run(gateway);
  const { sink } = gateway.sent[0]!;
  sink.head(200, head(), LEAK.length);
  sink.data(bytes(LEAK));
  sink.end(null);
  assert.deepEqual([response.text, response.status], [LEAK, 200]);
  assert.equal(gateway.records[0]!.action, "detected");
});

Deno.test("a target that dies while its answer is held is an error, and nothing stays held", () => {
  const gateway = gatewayOf({ rules: { "data-leaks": "block" } });
  const response = run(gateway);
  const { sink } = gateway.sent[0]!;
  sink.head(200, head(), null);
  sink.data(bytes(PAGE));
  sink.failed({ reason: "upstream_protocol", detail: "gone", sent: true });
  assert.equal(response.status, 502);
  assert.ok(!response.text.includes("well"));
  assert.equal(gateway.services.inspection.used, 0);
});

Deno.test("without the host's wish, and of what is no text, nothing is read", () => {
  const gateway = gatewayOf({ response_bodies: false });
  run(gateway);
  assert.equal(gateway.sent[0]!.request.headers.get("accept-encoding"), "br, gzip, zstd");
  const images = gatewayOf({ rules: { "data-leaks": "block" } });
  const response = run(images);
  images.sent[0]!.sink.head(200, HeaderList.from([["content-type", "image/png"]]), null);
  assert.ok(response.started);
});

Deno.test("[SECURITY] the finding of a leak does not hold the secret", () => {
  const secrets = [
    "4111 1111 1111 1111",
    "378282246310005",
    "AKIAIOSFODNN7EXAMPLE",
    "b3BlbnNzaC1rZXktdjEAAAA",
    "hunter2",
  ];
  const page = `-----BEGIN OPENSSH PRIVATE KEY-----\n${secrets[3]}\n</pre><td>${secrets[0]}</td>` +
    `{"card":"${secrets[1]}","password":"${secrets[4]}"} aws ${secrets[2]} at java.lang.String.valueOf`;
  const gateway = gatewayOf({});
  run(gateway);
  const { sink } = gateway.sent[0]!;
  sink.head(200, head(), null);
  sink.data(bytes(page));
  sink.end(null);
  const { findings } = gateway.records[0]!;
  assert.deepEqual(findings.map(({ ruleId }) => ruleId).sort(), ["leak-102", "leak-103"]);
  const told = JSON.stringify(findings).toLowerCase();
  for (const secret of secrets) assert.ok(!told.includes(secret.toLowerCase()), secret);
  assert.match(told, /begin openssh private key/);
  assert.match(told, /9999 9999 9999 9999/);
  assert.match(told, /java\.lang\.string\.valueof/);
});

Deno.test("[SECURITY] where leaks are withheld nobody reads a text piece by piece, and films are still sought in", () => {
  const ranged = (waf: Partial<HostWaf>, rawPath: string) => {
    const gateway = gatewayOf(waf);
    const response = new ByteResponse();
    const headers: [string, string][] = [["host", "a.test"], ["range", "bytes=0-9"], ["if-range", '"1"']];
    runPipeline(fakeExchange({ rawPath, headers, response }), gateway.services);
    const { sink, request } = gateway.sent[0]!;
    return { gateway, response, sink, asked: request.headers.get("range") ?? null };
  };
  const blocking = { rules: { "data-leaks": "block" as const } };
  assert.equal(ranged({}, "/report").asked, "bytes=0-9", "nothing is withheld there");
  assert.equal(ranged(blocking, "/report").asked, null);
  const film = ranged(blocking, "/trailer.mp4");
  assert.equal(film.asked, "bytes=0-9");
  film.sink.head(
    206,
    HeaderList.from([["content-type", "video/mp4"], ["content-range", "bytes 0-9/99"]]),
    10,
  );
  film.sink.data(bytes("0123456789"));
  film.sink.end(null);
  assert.deepEqual([film.response.status, film.response.text], [206, "0123456789"]);
  for (const type of ["text/html", "multipart/byteranges; boundary=x"]) {
    const text = ranged(blocking, "/leak.php/x.mp4");
    text.sink.head(206, HeaderList.from([["content-type", type], ["content-range", "bytes 0-9/99"]]), 10);
    assert.equal(text.response.status, 502, type);
    assert.equal(text.gateway.records[0]!.reason, "response_rule");
  }
});
