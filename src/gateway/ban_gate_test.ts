import assert from "node:assert/strict";
import { createCidrSet } from "../lib/cidr_set.ts";
import { parseCidr } from "../lib/ip.ts";
import { NetworkListBuilder } from "../lib/network_list.ts";
import type { Ban, GatewaySettings } from "../core/snapshot.ts";
import { type FakeGateway, fakeGateway, fakeHost, fakeSnapshot } from "../../tests/support/fake_gateway.ts";
import { fakeExchange, RecordedResponse } from "../../tests/support/fake_exchange.ts";
import { AcceptFilter } from "./accept_filter.ts";
import { runPipeline } from "./pipeline/pipeline.ts";
import { createSharedState, openSharedState } from "./shared_state.ts";

function ban(network: string, over: Partial<Ban> = {}): Ban {
  return { id: network, network, hostId: null, expiresAt: null, reason: "x", origin: "operator", ...over };
}

function banned(bans: readonly Ban[], settings: Partial<GatewaySettings> = {}): FakeGateway {
  return fakeGateway(fakeSnapshot({ hosts: [fakeHost()], bans }, settings));
}

function filterOf({ services, clock }: FakeGateway): AcceptFilter {
  const shared = openSharedState(createSharedState({ gateways: 1, clientsPerGateway: 64 }), 0, clock);
  return new AcceptFilter(shared.connections, services.bans);
}

function ask(gateway: FakeGateway, peerAddress: string, viaProxy = false): RecordedResponse {
  const response = new RecordedResponse();
  const exchange = fakeExchange({ peerAddress, response });
  exchange.viaProxy = viaProxy;
  runPipeline(exchange, gateway.services);
  return response;
}

Deno.test("a banned client reads why ten times a minute over all its connections, then is closed at accept", () => {
  const gateway = banned([ban("203.0.113.0/24")]);
  const filter = filterOf(gateway);
  let answers = 0;
  for (let i = 0; i < 20; i++) {
    if (!filter.admit("203.0.113.9", "http", gateway.snapshot)) continue;
    assert.equal(ask(gateway, "203.0.113.9").status, 403);
    filter.leave("203.0.113.9");
    answers++;
  }
  assert.equal(answers, 10);
  assert.ok(
    filter.admit("203.0.113.10", "http", gateway.snapshot),
    "another client of the network has its own",
  );
  assert.deepEqual(gateway.services.bans.hits.take(), [{ id: "203.0.113.0/24", answered: 10, dropped: 10 }]);
  gateway.clock.advance(60_000);
  assert.ok(filter.admit("203.0.113.9", "http", gateway.snapshot));
  assert.ok(!filter.admit("203.0.113.9", "http", gateway.snapshot));
});

Deno.test("on one connection the tenth answer is the last, and what comes after it is closed unanswered", () => {
  const gateway = banned([ban("203.0.113.9")]);
  assert.ok(filterOf(gateway).admit("203.0.113.9", "http", gateway.snapshot));
  const answers = Array.from({ length: 12 }, () => ask(gateway, "203.0.113.9"));
  assert.deepEqual(answers.map(({ status }) => status), [...Array(10).fill(403), 0, 0]);
  assert.deepEqual(answers.map(({ closes }) => closes), [...Array(9).fill(false), true, true, true]);
  assert.ok(answers[10]!.aborted !== null);
  assert.ok(!filterOf(gateway).admit("203.0.113.9", "http", gateway.snapshot));
});

Deno.test("the answer `close` is none at all, at accept and on a connection that was there before", () => {
  const gateway = banned([ban("2001:db8:0:1::/64")], { ban_answer: "close" });
  assert.ok(!filterOf(gateway).admit("2001:db8:0:1::7", "https", gateway.snapshot));
  assert.ok(filterOf(gateway).admit("2001:db8:0:2::7", "https", gateway.snapshot));
  const answer = ask(gateway, "2001:db8:0:1::7");
  assert.deepEqual([answer.status, answer.closes, answer.aborted !== null], [0, true, true]);
});

Deno.test("[SECURITY] a proxy's connection outlives what its clients did: they are answered, and it is not closed", () => {
  for (const ban_answer of ["403", "close"] as const) {
    const gateway = banned([ban("203.0.113.9")], { ban_answer });
    for (let i = 0; i < 15; i++) {
      const answer = ask(gateway, "203.0.113.9", true);
      assert.deepEqual([answer.status, answer.closes, answer.aborted], [403, false, null]);
    }
  }
});

Deno.test("who is on any white list enters, of a host too, and streams are closed to the banned at once", () => {
  const gateway = fakeGateway(
    fakeSnapshot({
      hosts: [fakeHost({ whitelist_cidrs: ["203.0.113.9"] })],
      bans: [ban("203.0.113.0/24")],
    }, { ban_answer: "close" }),
  );
  const filter = filterOf(gateway);
  assert.ok(filter.admit("203.0.113.9", "http", gateway.snapshot));
  assert.ok(!filter.admit("203.0.113.8", "http", gateway.snapshot));
  assert.ok(!filter.admit("203.0.113.8", "stream", gateway.snapshot));
});

Deno.test("a subscribed list keeps its networks out, counts under its name, and a white list stands over it", () => {
  const gateway = banned([], { whitelist_cidrs: ["198.51.100.7"] });
  const list = new NetworkListBuilder();
  for (const network of ["198.51.100.0/24", "2001:db8::/48"]) list.add(parseCidr(network)!);
  const { bans } = gateway.services;
  bans.useLists({
    kind: "address-lists",
    set: createCidrSet([list.build()]),
    lists: [{ id: "drop", name: "Spamhaus DROP" }],
  });
  assert.equal(ask(gateway, "2001:db8::99").status, 403);
  assert.match(gateway.records.at(-1)!.detail, /^Spamhaus DROP: on a subscribed list/);
  assert.equal(ask(gateway, "198.51.100.8").status, 403);
  ask(gateway, "198.51.100.7");
  assert.equal(gateway.records.length, 2, "the white-listed one waits for its target");
  assert.deepEqual(bans.hits.take(), [{ id: "drop", answered: 2, dropped: 0 }]);
  bans.useLists({ kind: "address-lists", set: null, lists: [] });
  ask(gateway, "198.51.100.8");
  assert.equal(gateway.sent.length, 2);
});
