import assert from "node:assert/strict";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { parseAddress } from "../../lib/ip.ts";
import { Tarpit, tarpitMs } from "../../shield/tarpit.ts";
import { HeaderList } from "../../core/header_list.ts";
import { createSharedAlarm, SharedAlarm } from "../shared_alarm.ts";
import { runPipeline } from "./pipeline.ts";

const HOSTILE = "192.0.2.66";

function hostileGateway(host: Parameters<typeof fakeHost>[0] = {}) {
  const gateway = fakeGateway(fakeSnapshot({ hosts: [fakeHost(host)] }));
  gateway.services.reputation.add(parseAddress(HOSTILE)!, -10, "waf");
  return gateway;
}

function ask(gateway: ReturnType<typeof fakeGateway>, peerAddress = HOSTILE): RecordedResponse {
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ peerAddress, response }), gateway.services);
  return response;
}

/** What is resolved goes on in a later turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("a hostile client waits, and then is served", async () => {
  const gateway = hostileGateway();
  const { clock, services, sent } = gateway;
  ask(gateway);
  assert.equal(services.tarpit.waiting, 1);
  clock.advance(4_999);
  services.tarpit.sweep();
  await turn();
  assert.equal(sent.length, 0);
  clock.advance(1);
  services.tarpit.sweep();
  await turn();
  assert.equal(sent.length, 1);
  assert.equal(services.tarpit.waiting, 0);
});

Deno.test("[SECURITY] clients that wait are no load that would have everybody challenged", async () => {
  const gateway = hostileGateway();
  const { clock, services, sent } = gateway;
  const alarm = new SharedAlarm(createSharedAlarm(1, 8), 1, 0, clock);
  const watched = { ...gateway, services: { ...services, alarm } };
  ask(watched);
  const left = ask(watched);
  assert.equal(alarm.inFlight(), 0);
  left.onAbort!("the client is gone");
  left.onDone!();
  assert.equal(alarm.inFlight(), 0);
  clock.advance(5_000);
  services.tarpit.sweep();
  await turn();
  assert.equal(alarm.inFlight(), 1);
  sent[0]!.sink.head(200, new HeaderList(), 0);
  sent[0]!.sink.end(null);
  assert.equal(alarm.inFlight(), 0);
});

Deno.test("others and white-listed clients do not wait", () => {
  const gateway = hostileGateway({ whitelist_cidrs: [HOSTILE] });
  ask(gateway);
  ask(gateway, "192.0.2.1");
  assert.equal(gateway.sent.length, 2);
});

Deno.test("a client that leaves while it waits leaves nothing behind", async () => {
  const gateway = hostileGateway();
  const response = ask(gateway);
  response.onAbort!("the client is gone");
  response.onDone!();
  assert.equal(gateway.services.tarpit.waiting, 0);
  gateway.clock.advance(10_000);
  gateway.services.tarpit.sweep();
  await turn();
  assert.equal(gateway.sent.length, 0);
  assert.equal(gateway.services.alarm.level(-1), "none");
});

Deno.test("a full tarpit holds nobody back", () => {
  const tarpit = new Tarpit({ monotonic: () => 0 }, 2);
  const waits = [1, 2, 3].map(() => tarpit.wait(1_000, () => {}));
  assert.deepEqual(waits.map((wait) => wait === null), [false, false, true]);
  waits[0]!.cancel();
  waits[0]!.cancel();
  assert.equal(tarpit.waiting, 1);
  waits[1]!.cancel();
});

Deno.test("the worse the reputation, the longer the wait, and five seconds are the longest", () => {
  assert.deepEqual([10, 0, -4].map(tarpitMs), [0, 0, 0]);
  assert.ok(tarpitMs(-5) > 500 && tarpitMs(-5) < tarpitMs(-7));
  assert.equal(tarpitMs(-10), 5_000);
  assert.equal(tarpitMs(-100), 5_000);
});
