import assert from "node:assert/strict";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { RefusalPace } from "../refusal_pace.ts";
import { createSharedAlarm, SharedAlarm } from "../shared_alarm.ts";
import { runPipeline } from "./pipeline.ts";

const BANNED = "192.0.2.66";
const WHITE = "192.0.2.7";

/** A gateway that serves others, and has carried out all refusals of this moment but `left`. */
function make(left: number) {
  const host = fakeHost({ blacklist_cidrs: [BANNED, WHITE], whitelist_cidrs: [WHITE] });
  const made = fakeGateway(fakeSnapshot({ hosts: [host] }));
  const refusalPace = new RefusalPace({ clock: made.clock, perBeat: 3 });
  const alarm = new SharedAlarm(createSharedAlarm(1, 8), 1, 0, made.clock);
  refusalPace.look(1);
  for (let i = left; i < 3; i++) refusalPace.mayGo();
  const services = { ...made.services, refusalPace, alarm };
  const ask = (peerAddress: string) => {
    const response = new RecordedResponse();
    runPipeline(fakeExchange({ peerAddress, response }), services);
    return response;
  };
  return { ...made, alarm, refusalPace, ask };
}

/** Asks as the banned client; resolves to the answer once it is there. */
function answered(ask: (peer: string) => RecordedResponse): Promise<RecordedResponse> {
  return new Promise((resolve) => {
    const response = ask(BANNED);
    const { onDone } = response;
    response.onDone = () => (onDone?.(), resolve(response));
  });
}

Deno.test("in a flood of refusals those beyond the pace are answered a beat later, and others at once", async () => {
  const { ask, alarm, refusalPace, sent } = make(1);
  assert.equal(ask(BANNED).status, 403);
  const late = answered(ask);
  assert.equal(refusalPace.waiting, 1);
  assert.equal(alarm.inFlight(), 0, "what waits is no load that would have everybody challenged");
  ask("192.0.2.1");
  assert.equal(sent.length, 1, "a request that is served passes them");
  assert.equal((await late).status, 403);
  assert.equal(refusalPace.waiting, 0);
});

Deno.test("a white-listed client, of whom a refusal is only recorded, does not wait for the refused", () => {
  const { ask, sent, refusalPace } = make(0);
  ask(WHITE);
  assert.equal(sent.length, 1);
  assert.equal(refusalPace.waiting, 0);
});

Deno.test("a client that leaves while its refusal waits gets none, and is recorded once", async () => {
  const { ask, alarm, records } = make(0);
  const gone = ask(BANNED);
  gone.onAbort!("the client is gone");
  gone.onDone!();
  const next = await answered(ask);
  assert.equal(next.status, 403);
  assert.equal(gone.status, 0);
  assert.deepEqual(records.map((record) => record.status), [0, 403]);
  assert.equal(alarm.inFlight(), 0);
});
