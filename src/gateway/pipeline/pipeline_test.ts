import assert from "node:assert/strict";
import { HeaderList } from "../../core/header_list.ts";
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
  WORD_RULE,
} from "../../../tests/support/fake_gateway.ts";
import { runPipeline, STAGES } from "./pipeline.ts";

function run(gateway: FakeGateway, parts: FakeExchangeParts): RecordedResponse {
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ ...parts, response }), gateway.services);
  return response;
}

/** What is decided after a body was held is decided a few turns later. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

function answerOf(gateway: FakeGateway, status: number, body: string): void {
  const { sink } = gateway.sent.at(-1)!;
  const bytes = new TextEncoder().encode(body);
  sink.head(
    status,
    HeaderList.from([["server", "nginx"], ["x-powered-by", "PHP"], ["content-type", "text/plain"]]),
    bytes.length,
  );
  sink.data(bytes);
  sink.end(null);
}

const enforcing = fakeHost({
  waf: { mode: "enforce", paranoia: null, threshold: null, rules: {}, learned: "off" },
});

Deno.test("the stages run in the order of their numbers", () => {
  const numbers = STAGES.map((stage) => Number(stage.name.slice(0, 2)));
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
});

Deno.test("a request passes to the target, and the answer back with the host's headers instead of the target's", () => {
  const gateway = fakeGateway();
  const response = run(gateway, { rawPath: "/a/../b", rawQuery: "x=1" });
  assert.equal(gateway.sent[0]!.request.path, "/b?x=1");
  answerOf(gateway, 200, "hello");
  assert.deepEqual([response.status, response.body], [200, "hello"]);
  assert.deepEqual(response.headers.all("server"), ["aegis"]);
  assert.equal(response.headers.has("x-powered-by"), false);
  assert.equal(response.headers.get("x-frame-options"), "SAMEORIGIN");
  const record = gateway.records[0]!;
  assert.deepEqual([record.action, record.reason, record.status, record.hostId, record.targetId], [
    "allowed",
    null,
    200,
    "h1",
    "t1",
  ]);
});

Deno.test("names are found exactly before by wildcard, the longest wildcard first, and no other host answers", () => {
  const hosts = ["*.test", "*.b.test", "x.b.test"].map((domain, i) =>
    fakeHost({ id: `h${i}`, domains: [domain] })
  );
  const gateway = fakeGateway(fakeSnapshot({ hosts }));
  for (
    const [authority, id] of [["x.b.test:8080", "h2"], ["y.b.test.", "h1"], ["z.test", "h0"], [
      "test",
      "",
    ]] as const
  ) {
    const response = run(gateway, { authority });
    if (id === "") assert.equal(response.status, 421);
    else answerOf(gateway, 200, "");
    assert.equal(gateway.records.at(-1)!.hostId, id, authority);
  }
});

Deno.test("a path that climbs above its root is refused before any target is asked", () => {
  const gateway = fakeGateway();
  for (const rawPath of ["/../etc/passwd", "/a/%2e%2e/%2e%2e/x", "/%252e%252e/x"]) {
    assert.equal(run(gateway, { rawPath }).status, 400, rawPath);
    assert.equal(gateway.records.at(-1)!.reason, "path_escape");
  }
  assert.equal(gateway.sent.length, 0);
});

Deno.test("plain HTTP goes to HTTPS: 301 for GET, 308 for what has a method to keep", () => {
  const gateway = fakeGateway(fakeSnapshot({ hosts: [fakeHost({ force_https: true })] }));
  for (const [method, status] of [["GET", 301], ["HEAD", 301], ["POST", 308]] as const) {
    const response = run(gateway, { method, rawPath: "/x", rawQuery: "y=1", authority: "a.test:8080" });
    assert.deepEqual([response.status, response.headers.get("location")], [
      status,
      "https://a.test:8443/x?y=1",
    ]);
  }
});

Deno.test("a rule refuses with the public text and the request id, and the record holds the reason", async () => {
  const gateway = fakeGateway(fakeSnapshot({ hosts: [enforcing] }));
  const json = run(gateway, { rawQuery: "q=EVIL" });
  assert.deepEqual([json.status, JSON.parse(json.body)], [403, {
    error: "request blocked",
    request_id: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  }]);
  const page = run(gateway, { rawQuery: "q=evil", headers: [["host", "a.test"], ["accept", "text/html"]] });
  assert.match(page.body, /01ARZ3NDEKTSV4RRFFQ69G5FAV/);
  assert.match(page.headers.get("content-security-policy")!, /default-src 'none'/);
  assert.doesNotMatch(page.body, /test-001|word evil/i);
  const record = gateway.records[0]!;
  assert.deepEqual([record.action, record.reason, record.detail, record.findings[0]?.ruleId], [
    "blocked",
    "waf",
    "test-001",
    "test-001",
  ]);
  await settled();
  assert.equal(gateway.sent.length, 0);
});

Deno.test("a body is judged before the target sees any of it, and flows on unchanged where it passes", async () => {
  const gateway = fakeGateway(fakeSnapshot({ hosts: [enforcing] }));
  const form = (text: string): FakeExchangeParts => ({
    method: "POST",
    headers: [["host", "a.test"], ["content-type", "application/x-www-form-urlencoded"]],
    body: new TextEncoder().encode(text),
  });
  const bad = run(gateway, form("q=evil"));
  await settled();
  assert.deepEqual([bad.status, gateway.sent.length], [403, 0]);
  run(gateway, form("q=good"));
  await settled();
  let got = "";
  gateway.sent[0]!.request.body!.start({
    data: (chunk) => void (got += new TextDecoder().decode(chunk)),
    end: () => void (got += "|end"),
    fail: (failure) => assert.fail(failure.detail),
  });
  assert.equal(got, "q=good|end");
  assert.equal(gateway.services.inspection.used, 0);
});

Deno.test("where no memory is left for inspection a body is not let through unseen", async () => {
  const gateway = fakeGateway(fakeSnapshot({ hosts: [enforcing] }));
  assert.ok(gateway.services.inspection.take(9_990, 10_000));
  const response = run(gateway, { method: "POST", body: new Uint8Array(500).fill(65) });
  await settled();
  assert.deepEqual([response.status, gateway.records[0]!.reason, gateway.sent.length], [503, "overload", 0]);
});

Deno.test("detection lets pass and writes down", () => {
  const host = fakeHost({
    waf: { mode: "detect", paranoia: null, threshold: null, rules: {}, learned: "off" },
  });
  const gateway = fakeGateway(fakeSnapshot({ hosts: [host] }));
  const response = run(gateway, { rawQuery: "q=evil" });
  answerOf(gateway, 200, "ok");
  assert.deepEqual([response.status, gateway.records[0]!.action, gateway.records[0]!.findings.length], [
    200,
    "detected",
    1,
  ]);
});

Deno.test("a finding that only notes something is no detection, and is written down all the same", () => {
  const host = fakeHost({
    waf: { mode: "detect", paranoia: null, threshold: null, rules: {}, learned: "off" },
  });
  const rules = [{ ...WORD_RULE, action: "log" as const }];
  const gateway = fakeGateway(fakeSnapshot({ hosts: [host], rules }));
  run(gateway, { rawQuery: "q=evil" });
  answerOf(gateway, 200, "ok");
  const { action, findings } = gateway.records[0]!;
  assert.deepEqual([action, findings.map(({ ruleId }) => ruleId)], ["allowed", ["test-001"]]);
});

Deno.test("a white-listed client is only recorded, whatever would have refused it", () => {
  const bans = [{
    id: "b",
    network: "192.0.2.1",
    hostId: null,
    expiresAt: null,
    reason: "x",
    origin: "operator",
  }] as const;
  const host = fakeHost({ ...enforcing, whitelist_cidrs: ["192.0.2.0/24"], allowed_methods: ["POST"] });
  const gateway = fakeGateway(fakeSnapshot({ hosts: [host], bans }));
  const response = run(gateway, { rawQuery: "q=evil" });
  answerOf(gateway, 200, "ok");
  const record = gateway.records[0]!;
  assert.deepEqual([response.status, record.action, record.reason], [200, "detected", "ban"]);
  assert.match(record.detail, /^white-listed; 192\.0\.2\.1/);
});

Deno.test("bans and black lists name their reason, and end by themselves", () => {
  const ban = {
    id: "b",
    network: "192.0.2.0/24",
    hostId: "h1",
    expiresAt: 1_700_000_001_000,
    reason: "x",
    origin: "operator",
  } as const;
  const host = fakeHost({ blacklist_cidrs: ["198.51.100.7"] });
  const gateway = fakeGateway(fakeSnapshot({ hosts: [host], bans: [ban] }));
  run(gateway, {});
  assert.equal(gateway.records.at(-1)!.reason, "ip_timeout");
  run(gateway, { peerAddress: "198.51.100.7" });
  assert.equal(gateway.records.at(-1)!.reason, "blacklist");
  gateway.clock.advance(1_000);
  run(gateway, {});
  assert.equal(gateway.sent.length, 1);
});

Deno.test("a method that the host does not allow is answered with those it does", () => {
  const gateway = fakeGateway(fakeSnapshot({ hosts: [fakeHost({ allowed_methods: ["GET", "HEAD"] })] }));
  const response = run(gateway, { method: "DELETE" });
  assert.deepEqual([response.status, response.headers.get("allow")], [405, "GET, HEAD"]);
});

Deno.test("a body over the host's limit is refused by its declared length", () => {
  const gateway = fakeGateway(fakeSnapshot({ hosts: [fakeHost({ max_body_bytes: 4 })] }));
  const response = run(gateway, { method: "POST", body: new Uint8Array(5) });
  assert.deepEqual([response.status, response.closes, gateway.sent.length], [413, true, 0]);
});

Deno.test("a target that was never reached is replaced by another for what is idempotent, and only then", () => {
  const targets = ["t1", "t2"].map((id) => ({
    id,
    url: `http://127.0.0.1:${id.slice(1)}`,
    weight: 1,
    backup: false,
    role: "primary" as const,
    verify_tls: true,
    protocol: "http1" as const,
  }));
  const snapshot = fakeSnapshot({ hosts: [fakeHost({ targets })] });
  const refused = { reason: "upstream_connect", detail: "connection refused", sent: false } as const;
  const retried = fakeGateway(snapshot);
  run(retried, {});
  retried.sent[0]!.sink.failed(refused);
  assert.equal(retried.sent.length, 2);
  assert.notEqual(retried.sent[0]!.request.target.id, retried.sent[1]!.request.target.id);
  for (const [method, sent] of [["POST", false], ["GET", true]] as const) {
    const gateway = fakeGateway(snapshot);
    const response = run(gateway, { method });
    gateway.sent[0]!.sink.failed({ ...refused, sent });
    assert.deepEqual([response.status, gateway.sent.length], [502, 1]);
    assert.equal(gateway.records[0]!.action, "allowed");
  }
});

Deno.test("a target that dies in the middle of its answer never ends it cleanly", () => {
  const gateway = fakeGateway();
  const response = run(gateway, {});
  gateway.sent[0]!.sink.head(200, new HeaderList(), 10);
  gateway.sent[0]!.sink.failed({ reason: "upstream_protocol", detail: "closed", sent: true });
  assert.match(response.aborted!, /closed/);
  assert.equal(gateway.records[0]!.reason, "upstream_protocol");
});

Deno.test("a client that leaves stops what runs at the target", () => {
  const gateway = fakeGateway();
  const response = run(gateway, {});
  response.onAbort!("client gone");
  assert.equal(gateway.sent[0]!.aborted, true);
});

Deno.test("a stage that throws ends the request as an internal error, and says so to the operator alone", () => {
  const gateway = fakeGateway();
  const services = {
    ...gateway.services,
    snapshot: {
      ...gateway.snapshot,
      findHost: () => {
        throw new Error("boom");
      },
    },
  };
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ response }), services);
  assert.deepEqual([response.status, JSON.parse(response.body).error], [500, "internal error"]);
  assert.deepEqual(gateway.errors, ["a stage failed: Error: boom"]);
});
