import assert from "node:assert/strict";
import { HeaderList } from "../../core/header_list.ts";
import { HOST_DEFAULTS } from "../../core/host.ts";
import type { GatewaySettings } from "../../core/snapshot.ts";
import { parseAddress } from "../../lib/ip.ts";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import {
  type FakeGateway,
  fakeGateway,
  fakeHost,
  fakeSnapshot,
} from "../../../tests/support/fake_gateway.ts";
import { noteRefusalConduct } from "./conduct.ts";
import { runPipeline } from "./pipeline.ts";

const WINDOW_MS = 10_000;

function make(settings: Partial<GatewaySettings> = {}): FakeGateway {
  // A bad name alone would be asked for a proof before it is limited.
  const challenge = { ...HOST_DEFAULTS.challenge, mode: "off" } as const;
  const hosts = [fakeHost({ challenge }), fakeHost({ id: "h2", domains: ["b.test"], challenge })];
  return fakeGateway(fakeSnapshot({ hosts }, { l7_rate_limit: 2, l7_burst_limit: 4, ...settings }));
}

interface Asked {
  readonly peerAddress?: string;
  readonly authority?: string;
  readonly rawPath?: string;
  readonly headers?: readonly (readonly [string, string])[];
}

/** The answer where it was refused, null where it went to the target. */
function ask(gateway: FakeGateway, asked: Asked = {}): RecordedResponse | null {
  const response = new RecordedResponse();
  const sent = gateway.sent.length;
  runPipeline(fakeExchange({ ...asked, response }), gateway.services);
  return gateway.sent.length > sent ? null : response;
}

/** How many of `times` requests pass at once. */
function passing(gateway: FakeGateway, times: number, asked: Asked = {}): number {
  let passed = 0;
  for (let i = 0; i < times; i++) if (ask(gateway, asked) === null) passed++;
  return passed;
}

Deno.test("a client has one bucket over all hosts, and is told when to come again", () => {
  const gateway = make();
  assert.equal(passing(gateway, 2), 2);
  assert.equal(passing(gateway, 3, { authority: "b.test" }), 2);
  const refused = ask(gateway)!;
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.equal(refused.headers.get("ratelimit"), '"shield";r=0;t=1');
  assert.equal(refused.headers.get("ratelimit-policy"), '"shield";q=4;w=2');
  assert.deepEqual([gateway.records.at(-1)!.reason, gateway.records.at(-1)!.action], ["rate", "blocked"]);
  assert.equal(passing(gateway, 9, { peerAddress: "192.0.2.2" }), 4);
  gateway.clock.advance(1_000);
  assert.equal(passing(gateway, 9), 2);
});

Deno.test("[SECURITY] who is asked for a proof draws from its bucket too, once a request", () => {
  const challenge = { ...HOST_DEFAULTS.challenge, mode: "always" } as const;
  const settings = { l7_rate_limit: 2, l7_burst_limit: 4 };
  const gateway = fakeGateway(
    fakeSnapshot({ hosts: [fakeHost({ challenge })], hostSlots: { h1: 0 } }, settings),
  );
  const statuses = Array.from({ length: 6 }, () => ask(gateway)!.status);
  assert.deepEqual(statuses, [503, 503, 503, 503, 429, 429]);
});

Deno.test("a rate of 0 limits nobody", () => {
  assert.equal(passing(make({ l7_rate_limit: 0 }), 50), 50);
});

Deno.test("reputation scales the rate", () => {
  for (const [points, expected] of [[10, 40], [0, 20], [-4, 16]] as const) {
    const gateway = make({ l7_rate_limit: 20, l7_burst_limit: 1 });
    if (points !== 0) gateway.services.reputation.add(parseAddress("192.0.2.1")!, points, "behaviour");
    let passed = 0;
    for (let ms = 0; ms < 1_000; ms++) {
      if (ask(gateway) === null) passed++;
      gateway.clock.advance(1);
    }
    assert.ok(Math.abs(passed - expected) <= 1, `${passed} passed at ${points}`);
  }
});

Deno.test("a client that goes on through three windows is banned for a minute, and its reputation says why", () => {
  const gateway = make();
  for (let window = 0; window < 3; window++) {
    assert.equal(gateway.banWishes.length, 0);
    passing(gateway, 40);
    gateway.clock.advance(WINDOW_MS);
  }
  assert.equal(gateway.banWishes.length, 1);
  const { client, hostId, seconds, origin } = gateway.banWishes[0]!;
  assert.deepEqual([client, hostId, seconds, origin], ["192.0.2.1", null, 60, "shield"]);
  assert.ok(gateway.services.reputation.of(parseAddress("192.0.2.1")!) <= -0.4);
});

Deno.test("a client that slows down when it is told to is not banned", () => {
  const gateway = make();
  for (let window = 0; window < 6; window++) {
    if (window % 3 !== 2) passing(gateway, 40);
    gateway.clock.advance(WINDOW_MS);
  }
  assert.equal(gateway.banWishes.length, 0);
});

Deno.test("the worst reputation is banned for an hour, and not again when it comes back", () => {
  const gateway = make();
  const client = parseAddress("192.0.2.1")!;
  gateway.services.reputation.add(client, -9, "waf");
  ask(gateway);
  assert.equal(gateway.banWishes.length, 0);
  gateway.services.reputation.add(client, -9, "waf");
  ask(gateway);
  assert.equal(gateway.banWishes.length, 1);
  assert.deepEqual([gateway.banWishes[0]!.seconds, gateway.banWishes[0]!.origin], [3_600, "shield"]);
  gateway.clock.advance(3_600_000);
  ask(gateway);
  assert.equal(gateway.banWishes.length, 1);
});

Deno.test("white-listed clients are refused nothing, banned for nothing, and lose nothing", () => {
  const gateway = make({ whitelist_cidrs: ["192.0.2.1/32"] });
  for (let window = 0; window < 4; window++) {
    assert.equal(passing(gateway, 40), 40);
    gateway.clock.advance(WINDOW_MS);
  }
  assert.equal(gateway.banWishes.length, 0);
  assert.equal(gateway.services.reputation.of(parseAddress("192.0.2.1")!), 0);
});

Deno.test("a clock that is set neither frees who is limited nor holds who is not", () => {
  for (const jump of [-86_400_000, 86_400_000]) {
    const gateway = make();
    passing(gateway, 9);
    gateway.clock.set(gateway.clock.now() + jump);
    assert.equal(passing(gateway, 9), 0);
    assert.equal(passing(gateway, 9, { peerAddress: "192.0.2.2" }), 4);
    gateway.clock.advance(2_000);
    assert.equal(passing(gateway, 9), 4);
  }
});

Deno.test("a refusal by rules speaks against a client", () => {
  const gateway = fakeGateway(fakeSnapshot({
    hosts: [fakeHost({ waf: { ...fakeHost().waf, mode: "enforce" } })],
  }));
  const client = parseAddress("192.0.2.1")!;
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ rawQuery: "q=evil", response }), gateway.services);
  assert.equal(response.status, 403);
  assert.equal(Math.round(gateway.services.reputation.of(client)), -1);
});

Deno.test("paths of Aegis itself are limited a client, whatever the shield is set to", () => {
  const gateway = make({ l7_rate_limit: 0 });
  const statuses = Array.from({ length: 30 }, () => ask(gateway, { rawPath: "/_aegis/none" })!.status);
  assert.equal(statuses.filter((status) => status === 429).length, 10);
  assert.equal(ask(gateway, { rawPath: "/_aegis/none", peerAddress: "192.0.2.2" })!.status, 404);
  gateway.clock.advance(1_000);
  assert.equal(ask(gateway, { rawPath: "/_aegis/none" })!.status, 404);
});

Deno.test("behind a trusted proxy a client's requests under way are capped, a page's hundred pictures not", () => {
  const gateway = fakeGateway(fakeSnapshot(
    { proxies: [{ network: "10.0.0.0/24", header: "x-forwarded-for" }] },
    { l4_conn_limit: 20 },
  ));
  const from = (client: string) =>
    ask(gateway, { peerAddress: "10.0.0.1", headers: [["host", "a.test"], ["x-forwarded-for", client]] });
  for (let i = 0; i < 160; i++) assert.equal(from("192.0.2.1"), null);
  const refused = from("192.0.2.1")!;
  assert.deepEqual([refused.status, gateway.records.at(-1)!.reason], [429, "connections"]);
  assert.equal(from("192.0.2.2"), null);
  const { sink } = gateway.sent[0]!;
  sink.head(200, new HeaderList(), 0);
  sink.end(null);
  assert.equal(from("192.0.2.1"), null, "one that is over has made room");
});

Deno.test("broken framing speaks against who sent it, unless that is a trusted proxy", () => {
  const gateway = fakeGateway(fakeSnapshot({
    proxies: [{ network: "10.0.0.0/24", header: "x-forwarded-for" }],
  }));
  const { reputation } = gateway.services;
  for (const peerAddress of ["192.0.2.1", "10.0.0.1"]) {
    const { connection } = fakeExchange({ peerAddress });
    noteRefusalConduct(
      { connection, reason: "smuggling", detail: "", requestId: "", method: "GET", host: "", target: "/" },
      gateway.snapshot,
      gateway.services,
    );
  }
  assert.equal(reputation.of(parseAddress("192.0.2.1")!), -1);
  assert.equal(reputation.of(parseAddress("10.0.0.1")!), 0);
});

Deno.test("a proxy that names no client is neither capped by its own connections nor blamed for what came through it", () => {
  const gateway = fakeGateway(fakeSnapshot(
    {
      proxies: [{ network: "10.0.0.0/24", header: "x-forwarded-for" }],
      hosts: [fakeHost({ waf: { ...fakeHost().waf, mode: "enforce" } })],
    },
    { l4_conn_limit: 2 },
  ));
  const proxy = parseAddress("10.0.0.1")!;
  for (let i = 0; i < 5; i++) gateway.services.connections.enter(proxy);
  assert.equal(ask(gateway, { peerAddress: "10.0.0.1" }), null, "its own health check");
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ peerAddress: "10.0.0.1", rawQuery: "q=evil", response }), gateway.services);
  assert.equal(response.status, 403);
  assert.equal(gateway.services.reputation.of(proxy), 0);
});
