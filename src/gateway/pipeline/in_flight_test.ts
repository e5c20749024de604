import assert from "node:assert/strict";
import {
  fakeExchange,
  type FakeExchangeParts,
  RecordedResponse,
} from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { HeaderList } from "../../core/header_list.ts";
import { createSharedAlarm, SharedAlarm } from "../shared_alarm.ts";
import { runPipeline } from "./pipeline.ts";

/** A gateway whose counts a test can read. */
function make() {
  const made = fakeGateway(fakeSnapshot({ hosts: [fakeHost()], hostSlots: { h1: 2 } }));
  const alarm = new SharedAlarm(createSharedAlarm(1, 8), 1, 0, made.clock);
  const services = { ...made.services, alarm };
  return {
    alarm,
    sent: made.sent,
    ask(authority = "a.test", parts: FakeExchangeParts = {}) {
      const response = new RecordedResponse();
      runPipeline(fakeExchange({ authority, response, ...parts }), services);
      return response;
    },
  };
}

Deno.test("a request is in flight until its answer is over, and counts for its host", () => {
  const { alarm, sent, ask } = make();
  ask();
  assert.deepEqual([alarm.inFlight(), alarm.requests(null), alarm.requests(2)], [1, 1, 1]);
  sent[0]!.sink.head(200, HeaderList.from([["content-type", "text/html"]]), 0);
  assert.equal(alarm.inFlight(), 1);
  sent[0]!.sink.end(null);
  assert.equal(alarm.inFlight(), 0);
});

Deno.test("an event stream is no load, however long it lasts", () => {
  const { alarm, sent, ask } = make();
  ask();
  sent[0]!.sink.head(200, HeaderList.from([["content-type", "text/event-stream"]]), null);
  assert.equal(alarm.inFlight(), 0);
  sent[0]!.sink.end(null);
  assert.equal(alarm.inFlight(), 0, "and it is not taken off twice");
});

Deno.test("[SECURITY] while a request waits for its client it is no load: slow uploads and downloads", () => {
  const { alarm, sent, ask } = make();
  ask("a.test", { method: "POST", body: new Uint8Array(20), pieceBytes: 10 });
  const { body } = sent[0]!.request;
  let bytes = 0;
  body!.start({
    data(chunk) {
      bytes += chunk.length;
      assert.equal(alarm.inFlight(), 0);
      if (bytes < 20) body!.pause();
    },
    end: () => {},
    fail: () => {},
  });
  assert.deepEqual([bytes, alarm.inFlight()], [10, 0]);
  body!.resume();
  assert.deepEqual([bytes, alarm.inFlight()], [20, 1], "now the target works at it");
  sent[0]!.sink.head(200, new HeaderList(), 3);
  sent[0]!.sink.end(null);

  class SlowReader extends RecordedResponse {
    override write(chunk: Uint8Array): boolean {
      super.write(chunk);
      return false;
    }
  }
  const response = new SlowReader();
  ask("a.test", { response });
  sent[1]!.sink.head(200, new HeaderList(), 3);
  assert.equal(alarm.inFlight(), 1);
  sent[1]!.sink.data(new Uint8Array(3));
  assert.equal(alarm.inFlight(), 0);
  response.onDrain!();
  assert.equal(alarm.inFlight(), 1);
  sent[1]!.sink.end(null);
  assert.equal(alarm.inFlight(), 0);
});

Deno.test("refused, failed and left requests are in flight no longer; those for nobody count for all alone", () => {
  const { alarm, sent, ask } = make();
  assert.equal(ask("nobody.test").status, 421);
  assert.deepEqual([alarm.inFlight(), alarm.requests(null), alarm.requests(2)], [0, 1, 0]);
  ask();
  sent[0]!.sink.failed({ reason: "upstream_timeout", detail: "late", sent: true });
  const left = ask();
  left.onAbort!("gone");
  left.onDone!();
  assert.deepEqual([alarm.inFlight(), alarm.requests(2)], [0, 2]);
});
