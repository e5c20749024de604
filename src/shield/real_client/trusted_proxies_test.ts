import assert from "node:assert/strict";
import { HeaderList } from "../../core/header_list.ts";
import type { ProxyHeader, TrustedProxy } from "../../core/trusted_proxy.ts";
import { formatAddress, parseAddress } from "../../lib/ip.ts";
import { nodeAddress } from "./node_address.ts";
import { schemeOf, TrustedProxies } from "./trusted_proxies.ts";

const PEER = "10.0.0.1";

/** Who is the client where 10.0.0.0/24 and 2001:db8:1::/48 are trusted and 10.0.0.1 sent these fields. */
function client(header: ProxyHeader, ...values: string[]): string {
  const entries: TrustedProxy[] = ["10.0.0.0/24", "2001:db8:1::/48"].map((network) => ({ network, header }));
  const headers = HeaderList.from(values.map((value) => [header, value]));
  return formatAddress(new TrustedProxies(entries).clientOf(parseAddress(PEER)!, header, headers));
}

Deno.test("X-Forwarded-For is walked from the right past trusted hops", () => {
  const cases: readonly [string[], string][] = [
    [["192.0.2.7"], "192.0.2.7"],
    [["198.51.100.1, 192.0.2.7"], "192.0.2.7"],
    [["198.51.100.1, 192.0.2.7, 10.0.0.9, 2001:db8:1::5"], "192.0.2.7"],
    [["198.51.100.1", "192.0.2.7"], "192.0.2.7"],
    [["192.0.2.7", "10.0.0.9"], "192.0.2.7"],
    [["10.0.0.3, 10.0.0.2"], "10.0.0.3"],
    [["192.0.2.7,,  ,10.0.0.9,"], "192.0.2.7"],
    [[], PEER],
    [[""], PEER],
  ];
  for (const [values, expected] of cases) {
    assert.equal(client("x-forwarded-for", ...values), expected, values.join(" | "));
  }
});

Deno.test("what cannot be read ends the walk at the last hop that is known", () => {
  const garbage = [
    "unknown",
    "_hidden",
    "evil",
    "127.1",
    "010.0.0.1",
    "1.2.3.4.5",
    "::1::",
    "' or 1=1",
    "<b>",
  ];
  for (const each of garbage) {
    assert.equal(client("x-forwarded-for", each), PEER, each);
    assert.equal(client("x-forwarded-for", `192.0.2.7, ${each}`), PEER, each);
    assert.equal(client("x-forwarded-for", `192.0.2.7, ${each}, 10.0.0.9`), "10.0.0.9", each);
    assert.equal(client("x-forwarded-for", `${each}, 192.0.2.7`), "192.0.2.7", each);
  }
});

Deno.test("a list of any length costs no more than its end", () => {
  assert.equal(client("x-forwarded-for", `${"1.2.3.4, ".repeat(7_000)}192.0.2.7`), "192.0.2.7");
  const trusted = Array.from({ length: 100 }, (_, i) => `10.0.0.${i}`).join(",");
  assert.equal(client("x-forwarded-for", `192.0.2.7,${trusted}`), "10.0.0.68");
  assert.equal(client("x-forwarded-for", ",".repeat(60_000)), PEER);
  assert.equal(client("x-forwarded-for", "9".repeat(60_000)), PEER);
});

Deno.test("a header that is set once is believed once", () => {
  for (const header of ["cf-connecting-ip", "x-real-ip", "true-client-ip", "fastly-client-ip"] as const) {
    assert.equal(client(header, "2001:db8::7"), "2001:db8::7");
    assert.equal(client(header, "192.0.2.7", "198.51.100.1"), PEER);
    assert.equal(client(header, "192.0.2.7, 198.51.100.1"), PEER);
    assert.equal(client(header), PEER);
  }
});

Deno.test("Forwarded is read as RFC 7239 says, and nothing that a client put before it changes that", () => {
  const cases: readonly [string[], string][] = [
    [["for=192.0.2.7"], "192.0.2.7"],
    [['For="[2001:db8::7]:4711";proto=https;by=10.0.0.1'], "2001:db8::7"],
    [["proto=https; for = 192.0.2.7:80"], "192.0.2.7"],
    [['for=198.51.100.1, for=192.0.2.7;host="a,b", for=10.0.0.4'], "192.0.2.7"],
    [['for="198.51.100.1, for=192.0.2.7'], "192.0.2.7"],
    [["for=192.0.2.7", "for=10.0.0.4"], "192.0.2.7"],
    [["for=192.0.2.7;for=198.51.100.1"], PEER],
    [["for=unknown"], PEER],
    [["for=_gazonk, for=10.0.0.4"], "10.0.0.4"],
    [["proto=https"], PEER],
    [["for"], PEER],
  ];
  for (const [values, expected] of cases) {
    assert.equal(client("forwarded", ...values), expected, values.join(" | "));
  }
});

Deno.test("a hop is read with port, brackets and zone, and an IPv4-mapped address is its IPv4 one", () => {
  const cases: readonly [string, string | null][] = [
    ["192.0.2.7:4711", "192.0.2.7"],
    ["[2001:db8::7]", "2001:db8::7"],
    ["[2001:db8::7]:4711", "2001:db8::7"],
    ["[2001:db8::7]:_port", "2001:db8::7"],
    ["2001:DB8::7", "2001:db8::7"],
    ["fe80::1%eth0", "fe80::1"],
    ["[fe80::1%25eth0]:80", "fe80::1"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["[::ffff:c000:207]:80", "192.0.2.7"],
    ["192.0.2.7:", null],
    ["192.0.2.7:port", null],
    ["192.0.2.7%eth0", null],
    ["[192.0.2.7]", null],
    ["[2001:db8::7", null],
    ["[2001:db8::7]x", null],
    ["%eth0", null],
    ["", null],
  ];
  for (const [text, expected] of cases) {
    const words = nodeAddress(text);
    assert.equal(words && formatAddress(words), expected, text);
  }
});

Deno.test("the scheme is what the nearest proxy says, in X-Forwarded-Proto or in its Forwarded", () => {
  const said = (header: ProxyHeader, ...pairs: [string, string][]) =>
    schemeOf(header, HeaderList.from(pairs));
  assert.equal(said("x-forwarded-for", ["x-forwarded-proto", "https"]), "https");
  assert.equal(said("cf-connecting-ip", ["x-forwarded-proto", "HTTP"]), "http");
  assert.equal(said("x-forwarded-for", ["x-forwarded-proto", "https, http"]), "http");
  assert.equal(said("x-forwarded-for", ["x-forwarded-proto", "gopher"]), null);
  assert.equal(said("x-forwarded-for", ["forwarded", "proto=https"]), null);
  assert.equal(said("forwarded", ["forwarded", "proto=https"], ["x-forwarded-proto", "http"]), "https");
  assert.equal(said("forwarded", ["x-forwarded-proto", "https"]), null);
  assert.equal(said("x-forwarded-for"), null);
});

Deno.test("fields that are known name the same sender, but to another list or for another peer they are read anew", () => {
  const trusted: TrustedProxy[] = [{ network: "10.0.0.0/24", header: "x-forwarded-for" }];
  const proxies = new TrustedProxies(trusted);
  const headers = HeaderList.from([["x-forwarded-for", "192.0.2.7, 10.0.0.9"], [
    "x-forwarded-proto",
    "https",
  ]]);
  const senderOf = (by: TrustedProxies, peer: string) => by.senderOf(peer, parseAddress(peer)!, headers);
  const sender = senderOf(proxies, PEER)!;
  assert.deepEqual([sender.text, formatAddress(sender.words), sender.scheme], [
    "192.0.2.7",
    "192.0.2.7",
    "https",
  ]);
  assert.equal(senderOf(proxies, PEER), sender);
  assert.equal(senderOf(proxies, "192.0.2.1"), null);
  assert.notEqual(senderOf(proxies, "10.0.0.2"), sender);
  const narrower = new TrustedProxies([{ network: PEER, header: "x-forwarded-for" }]);
  assert.equal(senderOf(narrower, PEER)!.text, "10.0.0.9");
});

Deno.test("the entry of the narrowest network names the header", () => {
  const proxies = new TrustedProxies([
    { network: "10.0.0.0/8", header: "x-forwarded-for" },
    { network: "10.1.0.0/16", header: "x-real-ip" },
  ]);
  const headerOf = (text: string) => proxies.headerOf(text, parseAddress(text)!);
  for (let turn = 0; turn < 2; turn++) {
    assert.equal(headerOf("10.1.2.3"), "x-real-ip");
    assert.equal(headerOf("::ffff:10.2.2.3"), "x-forwarded-for");
    assert.equal(headerOf("192.0.2.1"), null);
  }
});

Deno.test("more peers than are remembered change no answer", () => {
  const proxies = new TrustedProxies([{ network: "10.0.0.0/8", header: "forwarded" }]);
  for (let i = 0; i < 10_000; i++) {
    const text = `${i % 2 === 0 ? 10 : 11}.0.${i >> 8}.${i & 255}`;
    assert.equal(proxies.headerOf(text, parseAddress(text)!), i % 2 === 0 ? "forwarded" : null);
  }
});
