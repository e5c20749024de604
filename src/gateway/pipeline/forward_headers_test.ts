import assert from "node:assert/strict";
import type { Target } from "../../core/target.ts";
import { fakeExchange } from "../../../tests/support/fake_exchange.ts";
import { forwardHeaders, isDropped } from "./forward_headers.ts";

Deno.test("a target learns the client from Aegis and from nobody else", () => {
  const headers = forwardHeaders(
    fakeExchange({
      authority: "shop.example.com",
      peerAddress: "192.0.2.7",
      headers: [
        ["host", "shop.example.com"],
        ["x-forwarded-for", "10.0.0.1"],
        ["x_forwarded_for", "10.0.0.2"],
        ["forwarded", "for=10.0.0.3"],
        ["x-aegis-oauth-user", "root"],
        ["x-ssl-client-verify", "SUCCESS"],
        ["cookie", "a=b"],
      ],
    }),
    null,
  );
  assert.deepEqual([...headers.entries()].filter(([name]) => name !== "x-request-id"), [
    ["host", "shop.example.com"],
    ["cookie", "a=b"],
    ["x-forwarded-for", "192.0.2.7"],
    ["x-forwarded-host", "shop.example.com"],
    ["x-forwarded-proto", "http"],
    ["x-real-ip", "192.0.2.7"],
    ["forwarded", 'for=192.0.2.7;host="shop.example.com";proto=http'],
  ]);
});

Deno.test("hop-by-hop fields and whatever Connection names stay behind", () => {
  const headers = forwardHeaders(
    fakeExchange({
      headers: [
        ["host", "a.test"],
        ["connection", "close, X-Secret"],
        ["x-secret", "1"],
        ["te", "trailers"],
        ["keep-alive", "5"],
        ["proxy-authorization", "x"],
        ["accept", "*/*"],
      ],
    }),
    null,
  );
  for (const name of ["connection", "x-secret", "te", "keep-alive", "proxy-authorization"]) {
    assert.ok(!headers.has(name), name);
  }
  assert.equal(headers.get("accept"), "*/*");
});

Deno.test("TE stays for a client of HTTP/2, which can only have said `trailers`", () => {
  const exchange = fakeExchange({ protocol: "HTTP/2", headers: [["host", "a.test"], ["te", "trailers"]] });
  assert.equal(forwardHeaders(exchange, null).get("te"), "trailers");
});

Deno.test("what a second Connection field names stays behind as well", () => {
  const headers = [["host", "a.test"], ["connection", "close"], ["x-a", "1"], ["connection", "X-A"]] as const;
  assert.ok(!forwardHeaders(fakeExchange({ headers }), null).has("x-a"));
});

Deno.test("an IPv6 client stands in brackets and quotes in Forwarded, and the target's own Host replaces the client's", () => {
  const target: Target = {
    id: "t",
    url: "http://10.0.0.9:8080",
    weight: 1,
    backup: false,
    role: "primary" as const,
    verify_tls: true,
    protocol: "http1",
  };
  const headers = forwardHeaders(fakeExchange({ authority: "a.test", peerAddress: "2001:db8::1" }), target);
  assert.equal(headers.get("forwarded"), 'for="[2001:db8::1]";host="a.test";proto=http');
  assert.equal(headers.get("host"), "10.0.0.9:8080");
});

Deno.test("aliases by underscore and other marks are dropped with their originals, other underscores pass", () => {
  for (
    const name of [
      "x_forwarded_for",
      "remote_user",
      "content_length",
      "x_aegis_ad_groups",
      "proxy_connection",
      "x.forwarded.for",
      "x-forwarded_for",
      "remote!user",
    ]
  ) {
    assert.ok(isDropped(name), name);
  }
  for (const name of ["x_custom", "accept", "x-csrf-token", "authorization", "pragma"]) {
    assert.ok(!isDropped(name), name);
  }
});

Deno.test("requests with the same fields share one list, unless client, name, scheme or target differ", () => {
  const first = fakeExchange({ authority: "a.test", peerAddress: "192.0.2.7" });
  const { headers } = first.request;
  const target: Target = {
    id: "t",
    url: "http://10.0.0.9:8080",
    weight: 1,
    backup: false,
    role: "primary" as const,
    verify_tls: true,
    protocol: "http1",
  };
  const shared = forwardHeaders(first, null);
  const like = (over: { client?: string; authority?: string; scheme?: "https" }) =>
    Object.assign(Object.create(first), {
      client: over.client ?? first.client,
      scheme: over.scheme ?? first.scheme,
      request: { ...first.request, headers, ...over },
    });
  assert.equal(forwardHeaders(like({}), null), shared);
  assert.equal(forwardHeaders(like({ client: "192.0.2.8" }), null).get("x-real-ip"), "192.0.2.8");
  assert.equal(forwardHeaders(like({ authority: "b.test" }), null).get("host"), "b.test");
  assert.equal(forwardHeaders(like({ scheme: "https" }), null).get("x-forwarded-proto"), "https");
  assert.equal(forwardHeaders(first, target).get("host"), "10.0.0.9:8080");
});
