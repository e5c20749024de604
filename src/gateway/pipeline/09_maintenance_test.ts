import assert from "node:assert/strict";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot, WORD_RULE } from "../../../tests/support/fake_gateway.ts";
import { ManualClock } from "../../core/clock.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { runPipeline } from "./pipeline.ts";

const HOUR = 3_600_000;

function make(over: (now: number) => Partial<Snapshot>) {
  const clock = new ManualClock();
  return fakeGateway(fakeSnapshot(over(clock.now())), clock);
}

function ask(
  gateway: ReturnType<typeof fakeGateway>,
  rawQuery = "",
  peerAddress = "192.0.2.1",
): RecordedResponse {
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ rawQuery, peerAddress, response }), gateway.services);
  return response;
}

Deno.test("a host in maintenance answers 503 and when to come again, but for exempt addresses, until it is over", () => {
  const gateway = make((now) => ({
    hosts: [fakeHost({ maintenance: { exempt_cidrs: ["198.51.100.0/24"] } })],
    switches: [{ kind: "maintenance", hostId: "h1", until: now + HOUR / 2 }],
  }));
  const answer = ask(gateway);
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("retry-after"), "1800");
  assert.match(answer.body, /back soon/i);
  assert.equal(gateway.records[0]!.reason, "maintenance");
  assert.equal(gateway.sent.length, 0);
  ask(gateway, "", "198.51.100.9");
  assert.equal(gateway.sent.length, 1);
  gateway.clock.advance(HOUR / 2);
  ask(gateway);
  assert.equal(gateway.sent.length, 2, "it ends by itself");
});

Deno.test("another host's maintenance is not this one's", () => {
  const gateway = make((now) => ({ switches: [{ kind: "maintenance", hostId: "h2", until: now + HOUR }] }));
  ask(gateway);
  assert.equal(gateway.sent.length, 1);
});

Deno.test("a paused firewall lets pass until the pause is over", () => {
  const gateway = make((now) => ({
    rules: [WORD_RULE],
    hosts: [fakeHost({ waf: { ...fakeHost().waf, mode: "enforce" } })],
    switches: [{ kind: "waf_pause", hostId: "h1", until: now + 900_000 }],
  }));
  ask(gateway, "q=evil");
  assert.equal(gateway.sent.length, 1);
  gateway.clock.advance(900_000);
  assert.equal(ask(gateway, "q=evil").status, 403);
});

Deno.test("the firewall's toggle holds for every host", () => {
  const hosts = [fakeHost({ waf: { ...fakeHost().waf, mode: "enforce" } })];
  const toggles = { waf: false, geoip: true, challenge: true, anomaly: true, stats: false };
  const gateway = fakeGateway(fakeSnapshot({ hosts }, { toggles }));
  ask(gateway, "q=evil");
  assert.equal(gateway.sent.length, 1);
});
