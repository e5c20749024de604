/** Paths, kinds of hosts, header edits and transforms, through the whole pipeline. */
import assert from "node:assert/strict";
import { HeaderList } from "../../core/header_list.ts";
import type { Host } from "../../core/host.ts";
import type { Target } from "../../core/target.ts";
import type { HostPath } from "../../core/host_path.ts";
import type { Transform } from "../../core/transform.ts";
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
import { runPipeline } from "./pipeline.ts";

function gatewayOf(...hosts: Partial<Host>[]): FakeGateway {
  return fakeGateway(fakeSnapshot({ hosts: hosts.map((host) => fakeHost(host)) }));
}

function run(gateway: FakeGateway, parts: FakeExchangeParts = {}): RecordedResponse {
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ ...parts, response }), gateway.services);
  return response;
}

function target(id: string): Target {
  return { ...fakeHost().targets[0]!, id, url: `http://127.0.0.1:${id.length}000` };
}

function path(over: Partial<HostPath>): HostPath {
  return { targets: [], ...over };
}

/** What the target got of the last request. */
function sent(gateway: FakeGateway) {
  const { request } = gateway.sent.at(-1)!;
  return {
    target: request.target.id,
    path: request.path,
    headers: request.headers,
    timeouts: request.timeouts,
  };
}

/** The answer that a client gets for what the target answered. */
function answered(gateway: FakeGateway, status: number, fields: [string, string][] = []): void {
  gateway.sent.at(-1)!.sink.head(status, HeaderList.from(fields), 0);
  gateway.sent.at(-1)!.sink.end(null);
}

Deno.test("a path goes to its own targets with its own limits, everything else to the host's", () => {
  const gateway = gatewayOf({
    paths: [
      path({
        prefix: "/api",
        targets: [target("api")],
        timeouts: { response_head_ms: 7 },
        max_body_bytes: 4,
      }),
      path({ regex: "\\.php$", targets: [target("php")] }),
    ],
    max_body_bytes: 100,
  });
  for (
    const [rawPath, id] of [["/", "t1"], ["/apix", "t1"], ["/api", "api"], ["/x/%61.php", "php"], [
      "/x/../api/y",
      "api",
    ]] as const
  ) {
    run(gateway, { rawPath });
    assert.equal(sent(gateway).target, id, rawPath);
  }
  assert.deepEqual([sent(gateway).timeouts.response_head_ms, sent(gateway).timeouts.connect_ms], [7, 5_000]);
  const body = new Uint8Array(5);
  assert.equal(run(gateway, { rawPath: "/api/up", method: "POST", body }).status, 413);
  assert.equal(run(gateway, { rawPath: "/up", method: "POST", body }).status, 0);
});

Deno.test("a path may switch the firewall to another mode, and the host's rules stay for the rest", () => {
  const gateway = gatewayOf({
    waf: { ...fakeHost().waf, mode: "enforce" },
    paths: [path({ prefix: "/editor", waf: { mode: "off" } })],
  });
  assert.equal(run(gateway, { rawPath: "/", rawQuery: "q=evil" }).status, 403);
  run(gateway, { rawPath: "/editor/save", rawQuery: "q=evil" });
  assert.equal(gateway.sent.length, 1);
  assert.equal(gateway.records[0]!.hostId, "h1");
});

Deno.test("where paths decide, separators that servers read differently are refused; elsewhere they pass", () => {
  const doubtful = ["/a%2fb", "/a%2Fb", "/a%5cb", "/a;x=1/b", "/public;/..%2fadmin"];
  const strict = gatewayOf({ paths: [path({ prefix: "/admin", targets: [target("admin")] })] });
  for (const rawPath of doubtful) {
    assert.equal(run(strict, { rawPath }).status, 400, rawPath);
    assert.equal(strict.records.at(-1)!.reason, "path_escape");
  }
  assert.equal(strict.sent.length, 0);
  const plain = gatewayOf({});
  for (const rawPath of doubtful) run(plain, { rawPath });
  assert.equal(plain.sent.length, doubtful.length);
});

Deno.test("a redirect host leads elsewhere with path and query, or to one address", () => {
  const redirect = { url: "https://new.test/shop", keep_path: true, status: 308 } as const;
  const gateway = gatewayOf(
    { id: "r1", domains: ["old.test"], kind: "redirect", redirect, targets: [] },
    {
      id: "r2",
      domains: ["older.test"],
      kind: "redirect",
      redirect: { ...redirect, keep_path: false, status: 302 },
      targets: [],
    },
  );
  const kept = run(gateway, { authority: "old.test", rawPath: "//evil.test/../a", rawQuery: "b=c" });
  assert.deepEqual([kept.status, kept.headers.get("location")], [308, "https://new.test/shop/a?b=c"]);
  assert.equal(kept.headers.get("x-frame-options"), "SAMEORIGIN");
  const fixed = run(gateway, { authority: "older.test", rawPath: "/a", rawQuery: "b=c" });
  assert.deepEqual([fixed.status, fixed.headers.get("location")], [302, "https://new.test/shop"]);
  const whole = run(gateway, { authority: "old.test", method: "OPTIONS", rawPath: "*" });
  assert.equal(whole.headers.get("location"), "https://new.test/shop/");
});

Deno.test("a dead host answers 404, as page and as JSON, and bans come before it", () => {
  const host = { kind: "dead", targets: [], blacklist_cidrs: ["198.51.100.7"] } as const;
  const gateway = gatewayOf(host);
  const json = run(gateway);
  assert.deepEqual([json.status, JSON.parse(json.body).error], [404, "this site is not served here"]);
  const page = run(gateway, { headers: [["host", "a.test"], ["accept", "text/html"]] });
  assert.deepEqual([page.status, page.headers.get("content-type")], [404, "text/html; charset=utf-8"]);
  assert.equal(run(gateway, { peerAddress: "198.51.100.7" }).status, 403);
  assert.deepEqual(gateway.records.map(({ action, reason }) => [action, reason]), [
    ["allowed", "host_unknown"],
    ["allowed", "host_unknown"],
    ["blocked", "blacklist"],
  ]);
});

Deno.test("header edits: host before path; what is removed can be set anew; the client's own value never stays", () => {
  const edits = (set: Record<string, string>, remove: string[] = []) => ({
    set,
    add: { "x-more": "1" },
    remove,
  });
  const gateway = gatewayOf({
    request_headers: edits({ "x-user": "host", "x-ip": "${request.ip}" }, ["x-secret"]),
    paths: [path({ prefix: "/p", request_headers: edits({ "x-user": "path ${upstream.host}" }) })],
  });
  const headers = [["host", "a.test"], ["x-secret", "s"], ["x-user", "forged"]] as const;
  run(gateway, { headers });
  let got = sent(gateway).headers;
  assert.deepEqual([got.get("x-secret"), got.all("x-user"), got.get("x-ip")], [
    undefined,
    ["host"],
    "192.0.2.1",
  ]);
  run(gateway, { headers, rawPath: "/p" });
  got = sent(gateway).headers;
  assert.deepEqual([got.all("x-user"), got.all("x-more")], [["path 127.0.0.1:9"], ["1", "1"]]);
});

Deno.test("answers are edited behind the security headers, by status and content type", () => {
  const html = {
    join: "and",
    of: [
      { target: "response-headers:content-type", operator: "starts-with", value: "text/html" },
      { target: "response-status", operator: "equals", value: "200" },
    ],
  } as const;
  const gateway = gatewayOf({
    response_headers: { set: { "x-frame-options": "DENY" }, add: {}, remove: ["x-internal"] },
    transforms: [
      { action: "set-response-header", name: "x-html", value: "${upstream.host} ${request.id}", when: html },
      { action: "add-response-header", name: "link", value: "</a.css>; rel=preload", when: html },
    ],
  });
  const page = run(gateway);
  answered(gateway, 200, [["content-type", "text/html"], ["x-internal", "1"], ["link", "a"]]);
  assert.deepEqual(page.headers.all("x-frame-options"), ["DENY"]);
  assert.deepEqual([page.headers.has("x-internal"), page.headers.all("link").length], [false, 2]);
  assert.equal(page.headers.get("x-html"), "127.0.0.1:9 01ARZ3NDEKTSV4RRFFQ69G5FAV");
  const data = run(gateway);
  answered(gateway, 200, [["content-type", "application/json"]]);
  assert.equal(data.headers.has("x-html"), false);
});

function transformed(transforms: Transform[], parts: FakeExchangeParts = {}) {
  const gateway = gatewayOf({ transforms });
  const response = run(gateway, parts);
  return { gateway, response, sent: gateway.sent.length === 0 ? null : sent(gateway) };
}

for (
  const [what, transform, from, to] of [
    ["a literal beginning", { from: "/old", to: "/new" }, "/old/x", "/new/x"],
    ["a literal beginning as a whole", { from: "/old", to: "/new" }, "/old", "/new"],
    ["no half segment", { from: "/old", to: "/new" }, "/older", "/older"],
    ["a beginning taken away", { from: "/app", to: "/" }, "/app/x", "/x"],
    ["a beginning put before", { from: "/", to: "/app" }, "/x", "/app/x"],
    ["a pattern with groups", { regex: "^/(\\w+)/(\\d+)$", to: "/$2/$1" }, "/item/7", "/7/item"],
    ["a variable", { regex: "^.*$", to: "/${request.method}$$1" }, "/item", "/GET$1"],
    ["a query's mark", { regex: "x$", to: "${request.host}" }, "/x", "/a.test"],
  ] as const
) {
  Deno.test(`rewrite-path: ${what}`, () => {
    const { sent } = transformed([{ action: "rewrite-path", ...transform }], {
      rawPath: from,
      rawQuery: "q=1",
    });
    assert.equal(sent?.path, `${to}?q=1`);
  });
}

Deno.test("a rewritten path that climbs, or puts a separator together, is refused", () => {
  const climbs: Transform = { action: "rewrite-path", regex: "^/(.*)$", to: "/a/../../$1" };
  assert.equal(transformed([climbs], { rawPath: "/x" }).response.status, 400);
  const joins: Transform = { action: "rewrite-path", regex: "^/(.*)-(.*)$", to: "/$1$2" };
  const { response, gateway } = transformed([joins], { rawPath: "/..%2-fetc" });
  assert.deepEqual([response.status, gateway.records[0]!.reason], [400, "path_escape"]);
});

Deno.test("queries are set and removed by the name the application reads, others keep their bytes", () => {
  const set: Transform = { action: "set-query", name: "who", value: "${request.ip} &" };
  const remove: Transform = { action: "remove-query", name: "debug" };
  for (
    const [before, after] of [
      [null, "/?who=192.0.2.1+%26"],
      ["a=%2b&who=x&b&who=y", "/?a=%2b&who=192.0.2.1+%26&b"],
      ["%64ebug=1&a", "/?a&who=192.0.2.1+%26"],
    ] as const
  ) {
    assert.equal(transformed([remove, set], { rawQuery: before }).sent?.path, after);
  }
  assert.equal(transformed([remove], { rawQuery: "debug=1" }).sent?.path, "/");
});

Deno.test("transforms run in order, each under its condition, and conditions see the request as it came", () => {
  const on = (target: string, value: string) =>
    ({ join: "or", of: [{ target, operator: "equals", value }] }) as const;
  const { sent } = transformed([
    { action: "rewrite-path", from: "/", to: "/first" },
    { action: "set-request-header", name: "x-a", value: "1", when: on("path", "/first/x") },
    { action: "set-request-header", name: "x-b", value: "2", when: on("path", "/x") },
    { action: "set-request-header", name: "x-c", value: "3", when: on("args:k", "v w") },
    { action: "set-request-header", name: "x-d", value: "4", when: on("cookies:c", "1") },
    { action: "rewrite-host", to: "inside.test:81" },
  ], { rawPath: "/x", rawQuery: "k=v+w", headers: [["host", "a.test"], ["cookie", "c=1"]] });
  assert.equal(sent?.path, "/first/x?k=v+w");
  assert.deepEqual(["x-a", "x-b", "x-c", "x-d", "host"].map((name) => sent?.headers.get(name)), [
    undefined,
    "2",
    "3",
    "4",
    "inside.test:81",
  ]);
});

Deno.test("a redirect ends the request, keeps the query, and never leads where it is not written to", () => {
  const redirect = (to: string): Transform => ({ action: "redirect", to, status: 307, keep_query: true });
  const { response, gateway } = transformed([redirect("https://new.test${request.path}")], {
    rawPath: "/a",
    rawQuery: "b",
  });
  assert.deepEqual([response.status, response.headers.get("location")], [307, "https://new.test/a?b"]);
  assert.equal(gateway.sent.length, 0);
  const open = transformed([redirect("/${request.path}")], { rawPath: "/evil.test" });
  assert.equal(open.sent?.path, "/evil.test");
});

Deno.test("a value that could not stand in a header is left out, with the client's own, and the log says so", () => {
  const gateway = gatewayOf({
    transforms: [{ action: "set-request-header", name: "x-user", value: "${request.ip}" }],
  });
  const exchange = fakeExchange({
    headers: [["host", "a.test"], ["x-user", "forged"]],
    peerAddress: "bad\r\nx: y",
  });
  runPipeline(exchange, gateway.services);
  assert.equal(sent(gateway).headers.has("x-user"), false);
  assert.equal(exchange.detail, "not a header value, left out: x-user");
});
