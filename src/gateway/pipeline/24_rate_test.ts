import assert from "node:assert/strict";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import {
  type FakeGateway,
  fakeGateway,
  fakeHost,
  fakeSnapshot,
} from "../../../tests/support/fake_gateway.ts";
import { ManualClock } from "../../core/clock.ts";
import type { Host } from "../../core/host.ts";
import { createTargetCells, TargetCells } from "../shared_targets.ts";
import { runPipeline } from "./pipeline.ts";

function make(rate_limit: Host["rate_limit"], over: Partial<Host> = {}) {
  const clock = new ManualClock();
  const cells = new TargetCells(createTargetCells(1, 4), 1, 0, clock);
  const hosts = [fakeHost({ rate_limit, ...over }), fakeHost({ id: "h2", domains: ["b.test"], rate_limit })];
  return {
    clock,
    cells,
    gateway: fakeGateway(fakeSnapshot({ hosts, targetSlots: { t1: 0 } }), clock, cells),
  };
}

/** The answer where it was refused, null where it went to the target. */
function ask(gateway: FakeGateway, peerAddress: string, authority = "a.test"): RecordedResponse | null {
  const response = new RecordedResponse();
  const sent = gateway.sent.length;
  runPipeline(fakeExchange({ peerAddress, authority, response }), gateway.services);
  return gateway.sent.length > sent ? null : response;
}

Deno.test("a client over its burst is told 429, when to come again, and by what limit", () => {
  const { clock, gateway } = make({ requests_per_second: 2, burst: 3, per: "client" });
  for (let i = 0; i < 3; i++) assert.equal(ask(gateway, "192.0.2.1"), null);
  const refused = ask(gateway, "192.0.2.1")!;
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.equal(refused.headers.get("ratelimit"), '"host";r=0;t=1');
  assert.equal(refused.headers.get("ratelimit-policy"), '"host";q=3;w=2');
  assert.match(refused.body, /"error":"too many requests"/);
  assert.deepEqual([gateway.records[0]!.reason, gateway.records[0]!.action], ["rate", "blocked"]);
  assert.equal(ask(gateway, "192.0.2.2"), null, "another client has its own");
  assert.equal(ask(gateway, "192.0.2.1", "b.test"), null, "and so has another host");
  clock.advance(500);
  assert.equal(ask(gateway, "192.0.2.1"), null);
});

Deno.test("IPv6 clients are counted by their /64", () => {
  const { gateway } = make({ requests_per_second: 1, burst: 2, per: "client" });
  assert.equal(ask(gateway, "2001:db8::1"), null);
  assert.equal(ask(gateway, "2001:db8::ffff"), null);
  assert.equal(ask(gateway, "2001:db8::2")!.status, 429);
  assert.equal(ask(gateway, "2001:db8:0:1::1"), null);
});

Deno.test("a limit of the whole host counts all clients together", () => {
  const { gateway } = make({ requests_per_second: 1, burst: 2, per: "host" });
  assert.equal(ask(gateway, "192.0.2.1"), null);
  assert.equal(ask(gateway, "192.0.2.2"), null);
  assert.equal(ask(gateway, "192.0.2.3")!.status, 429);
});

Deno.test("the adaptive rate is the one in force, and the record says so", () => {
  const { clock, cells, gateway } = make({ requests_per_second: 100, burst: 1, per: "client" });
  cells.setRate(0, 10);
  assert.equal(ask(gateway, "192.0.2.1"), null);
  clock.advance(50);
  assert.equal(ask(gateway, "192.0.2.1")!.status, 429);
  assert.match(gateway.records[0]!.detail, /10 requests a second a client.*lowered from 100/);
  clock.advance(50);
  assert.equal(ask(gateway, "192.0.2.1"), null);
});

Deno.test("a path may have a limit of its own, or none", () => {
  const { gateway } = make({ requests_per_second: 1, burst: 2, per: "client" }, {
    paths: [
      { prefix: "/login", targets: [], rate_limit: { requests_per_second: 1, burst: 1, per: "client" } },
      { prefix: "/static", targets: [], rate_limit: null },
    ],
  });
  const at = (rawPath: string) => {
    const response = new RecordedResponse();
    const sent = gateway.sent.length;
    runPipeline(fakeExchange({ rawPath, response }), gateway.services);
    return gateway.sent.length > sent;
  };
  assert.deepEqual([at("/login"), at("/login")], [true, false]);
  assert.deepEqual([at("/"), at("/"), at("/")], [true, true, false]);
  for (let i = 0; i < 10; i++) assert.ok(at("/static/x.css"));
});

Deno.test("a white-listed client over the limit is only recorded", () => {
  const { gateway } = make({ requests_per_second: 1, burst: 1, per: "client" }, {
    whitelist_cidrs: ["192.0.2.0/24"],
  });
  for (let i = 0; i < 3; i++) assert.equal(ask(gateway, "192.0.2.1"), null);
});
