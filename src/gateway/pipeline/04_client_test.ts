import assert from "node:assert/strict";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import type { Exchange } from "../../core/exchange.ts";
import type { Host } from "../../core/host.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { ProxyHeader } from "../../core/trusted_proxy.ts";
import { runPipeline } from "./pipeline.ts";

const PROXY = "10.0.0.1";
const STRANGER = "203.0.113.9";
type Fields = readonly (readonly [string, string])[];

function trusting(header: ProxyHeader, host: Partial<Host> = {}, over: Partial<Snapshot> = {}) {
  return fakeGateway(
    fakeSnapshot({ hosts: [fakeHost(host)], proxies: [{ network: "10.0.0.0/24", header }], ...over }),
  );
}

/** What the target is told, or the refusal, of a request with these fields. */
function ask(
  gateway: ReturnType<typeof fakeGateway>,
  peerAddress: string,
  fields: Fields,
  protocol: Exchange["protocol"] = "HTTP/1.1",
) {
  const response = new RecordedResponse();
  const exchange = fakeExchange({
    peerAddress,
    protocol,
    response,
    headers: [["host", "a.test"], ...fields],
  });
  const before = gateway.sent.length;
  runPipeline(exchange, gateway.services);
  const sent = gateway.sent.slice(before)[0]?.request.headers;
  return { exchange, response, sent };
}

/** Every way in which an address can be claimed. */
const CLAIMS: Fields = [
  ["x-forwarded-for", "127.0.0.1, 192.0.2.66"],
  ["x-forwarded-for", "192.0.2.67"],
  ["x_forwarded_for", "192.0.2.68"],
  ["x.forwarded.for", "192.0.2.69"],
  ["forwarded", "for=192.0.2.70;proto=https"],
  ["forwarded-for", "192.0.2.71"],
  ["x-forwarded", "for=192.0.2.71"],
  ["x-real-ip", "192.0.2.72"],
  ["x_real_ip", "192.0.2.72"],
  ["cf-connecting-ip", "192.0.2.73"],
  ["true-client-ip", "192.0.2.74"],
  ["fastly-client-ip", "192.0.2.75"],
  ["x-client-ip", "192.0.2.76"],
  ["x-cluster-client-ip", "192.0.2.77"],
  ["x-originating-ip", "192.0.2.78"],
  ["x-remote-addr", "192.0.2.79"],
  ["x-forwarded-proto", "https"],
  ["x-forwarded-host", "admin.test"],
  ["x-forwarded-port", "443"],
  ["x-forwarded-prefix", "/admin"],
  ["x-forwarded-user", "root"],
  ["x-forwarded-client-cert", "subject=root"],
  ["x-original-url", "/admin"],
  ["x-rewrite-url", "/admin"],
  ["remote-user", "root"],
  ["x-ssl-client-verify", "SUCCESS"],
  ["x-aegis-oauth-user", "root"],
  ["x-aegis-ad-groups", "admins"],
  ["x_aegis_oauth_user", "root"],
];

Deno.test("[SECURITY] a peer that is not trusted is the client, whatever it claims, and targets hear none of it", () => {
  for (const protocol of ["HTTP/1.1", "HTTP/2"] as const) {
    const { exchange, sent } = ask(trusting("x-forwarded-for"), STRANGER, CLAIMS, protocol);
    assert.equal(exchange.client, STRANGER);
    assert.equal(exchange.scheme, "http");
    assert.deepEqual([...sent!.entries()], [
      ["host", "a.test"],
      ["x-forwarded-for", STRANGER],
      ["x-forwarded-host", "a.test"],
      ["x-forwarded-proto", "http"],
      ["x-real-ip", STRANGER],
      ["forwarded", `for=${STRANGER};host="a.test";proto=http`],
    ]);
  }
});

Deno.test("[SECURITY] a trusted proxy is believed in its one header; the rest of what it passes on is dropped", () => {
  const expected: readonly [ProxyHeader, string][] = [
    ["x-forwarded-for", "192.0.2.67"],
    ["forwarded", "192.0.2.70"],
    ["x-real-ip", "192.0.2.72"],
    ["cf-connecting-ip", "192.0.2.73"],
    ["true-client-ip", "192.0.2.74"],
    ["fastly-client-ip", "192.0.2.75"],
  ];
  for (const protocol of ["HTTP/1.1", "HTTP/2"] as const) {
    for (const [header, client] of expected) {
      const { exchange, sent } = ask(trusting(header), PROXY, CLAIMS, protocol);
      assert.equal(exchange.client, client, header);
      assert.deepEqual([...sent!.entries()], [
        ["host", "a.test"],
        ["x-forwarded-for", client],
        ["x-forwarded-host", "a.test"],
        ["x-forwarded-proto", "https"],
        ["x-real-ip", client],
        ["forwarded", `for=${client};host="a.test";proto=https`],
      ], header);
    }
  }
});

Deno.test("[SECURITY] Connection takes no forwarding header away, neither what is read nor what is set", () => {
  const fields: Fields = [
    ["connection", "close, X-Forwarded-For, X-Forwarded-Proto, X-Real-IP, Forwarded, X-Forwarded-Host"],
    ["x-forwarded-for", "192.0.2.67"],
    ["x-forwarded-proto", "https"],
  ];
  const { exchange, sent } = ask(trusting("x-forwarded-for"), PROXY, fields);
  assert.equal(exchange.client, "192.0.2.67");
  assert.equal(sent!.get("x-forwarded-for"), "192.0.2.67");
  assert.equal(sent!.get("x-forwarded-proto"), "https");
  assert.equal(sent!.get("x-real-ip"), "192.0.2.67");
});

Deno.test("bans and white lists are of the real client, not of the proxy that it comes through", () => {
  const ban = { id: "b", hostId: null, expiresAt: null, reason: "test", origin: "operator" as const };
  const gateway = trusting("x-forwarded-for", {}, { bans: [{ ...ban, network: "192.0.2.66" }] });
  assert.equal(ask(gateway, PROXY, [["x-forwarded-for", "192.0.2.66"]]).response.status, 403);
  assert.equal(ask(gateway, PROXY, [["x-forwarded-for", "192.0.2.67"]]).response.status, 0);
  // The client's own word before that of its proxy.
  assert.equal(ask(gateway, PROXY, [["x-forwarded-for", "192.0.2.1, 192.0.2.66"]]).response.status, 403);
  assert.equal(ask(gateway, STRANGER, [["x-forwarded-for", "192.0.2.66"]]).response.status, 0);
});

Deno.test("a trusted proxy that ends TLS is not sent to HTTPS again, and its clients' answers say HSTS", () => {
  const gateway = trusting("x-forwarded-for", {
    force_https: true,
    hsts: { enabled: true, max_age: 60, include_subdomains: false, preload: false },
  });
  const https = ask(gateway, PROXY, [["x-forwarded-for", "192.0.2.7"], ["x-forwarded-proto", "https"]]);
  assert.equal(https.sent?.get("x-forwarded-proto"), "https");
  const http = ask(gateway, PROXY, [["x-forwarded-for", "192.0.2.7"], ["x-forwarded-proto", "http"]]);
  assert.equal(http.response.status, 301);
  assert.equal(http.response.headers.get("location"), "https://a.test/");
  const stranger = ask(gateway, STRANGER, [["x-forwarded-proto", "https"]]);
  assert.equal(stranger.response.status, 301);
  assert.equal(stranger.response.headers.get("location"), "https://a.test:8443/");
});

Deno.test("an IPv4-mapped peer is its IPv4 one", () => {
  const { exchange } = ask(trusting("x-forwarded-for"), "::ffff:10.0.0.1", [[
    "x-forwarded-for",
    "::ffff:192.0.2.7",
  ]]);
  assert.equal(exchange.client, "192.0.2.7");
});
