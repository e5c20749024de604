import assert from "node:assert/strict";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import {
  type FakeGateway,
  fakeGateway,
  fakeHost,
  fakeSnapshot,
} from "../../../tests/support/fake_gateway.ts";
import { ManualClock } from "../../core/clock.ts";
import { HeaderList } from "../../core/header_list.ts";
import { HOST_DEFAULTS } from "../../core/host.ts";
import type { UpstreamSink } from "../../core/ports.ts";
import { NO_TICKET } from "../balancer/breakers.ts";
import { createTargetCells, TargetCells } from "../shared_targets.ts";
import { runPipeline } from "./pipeline.ts";

const BREAKER = HOST_DEFAULTS.circuit_breaker;
const OTHERS_STAY = { reason: "upstream_protocol", detail: "garbage", sent: true } as const;

/** One host with a target of slot 0, and another healthy one of slot 1 that is only a backup. */
function make() {
  const clock = new ManualClock();
  const cells = new TargetCells(createTargetCells(1, 4), 1, 0, clock);
  const first = fakeHost().targets[0]!;
  const targets = [first, { ...first, id: "t2", url: "http://127.0.0.1:10", backup: true }];
  const snapshot = fakeSnapshot({ hosts: [fakeHost({ targets })], targetSlots: { t1: 0, t2: 1 } });
  const gateway = fakeGateway(snapshot, clock, cells);
  return { clock, cells, gateway };
}

function run(gateway: FakeGateway, rawPath = "/"): { response: RecordedResponse; sink: UpstreamSink } {
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ rawPath, response }), gateway.services);
  return { response, sink: gateway.sent.at(-1)!.sink };
}

function head(sink: UpstreamSink, status: number, type = "text/plain"): void {
  sink.head(status, HeaderList.from([["content-type", type]]), null);
}

type Ending = (run: { response: RecordedResponse; sink: UpstreamSink }) => void;

const ENDINGS: Readonly<Record<string, Ending>> = {
  "a whole answer": ({ sink }) => {
    head(sink, 200);
    sink.end(null);
  },
  "5xx": ({ sink }) => {
    head(sink, 503);
    sink.end(null);
  },
  "no answer": ({ sink }) => sink.failed(OTHERS_STAY),
  "half an answer": ({ sink }) => {
    head(sink, 200);
    sink.failed(OTHERS_STAY);
  },
  "a refused connection, and another target takes over": ({ sink }) =>
    sink.failed({ ...OTHERS_STAY, reason: "upstream_connect", sent: false }),
  "no room for the request": ({ sink }) => sink.failed({ ...OTHERS_STAY, reason: "overload" }),
  "a client that sends no more": ({ sink }) => sink.failed({ ...OTHERS_STAY, reason: "timeout_client" }),
  "a client that leaves before the answer": ({ response }) => {
    response.onAbort!("gone");
    response.onDone!();
  },
  "a client that leaves in the middle": ({ response, sink }) => {
    head(sink, 200);
    response.onAbort!("gone");
    response.onDone!();
  },
};

for (const [name, end] of Object.entries(ENDINGS)) {
  Deno.test(`${name} leaves neither load nor a half-open slot behind`, () => {
    const { clock, cells, gateway } = make();
    for (let i = 0; i < 5; i++) cells.failed(0, NO_TICKET, 0, BREAKER);
    for (let round = 0; round < 10; round++) {
      clock.advance(31_000);
      const running = run(gateway, `/${round}`);
      assert.equal(cells.active(0) + cells.active(1), 1);
      end(running);
      // Where another target took over, that one answers too.
      if (cells.active(1) > 0) ENDINGS["a whole answer"]!({ ...running, sink: gateway.sent.at(-1)!.sink });
      assert.deepEqual([cells.active(0), cells.active(1)], [0, 0]);
    }
    clock.advance(31_000);
    const free = Array.from({ length: 3 }, () => cells.admit(0, BREAKER));
    assert.ok(cells.read(0).breaker === "closed" || free.every((ticket) => ticket >= 0), `${free}`);
  });
}

Deno.test("failures of traffic open the breaker, and what the client does is none", () => {
  for (
    const [name, opens] of [
      ["5xx", true],
      ["no answer", true],
      ["half an answer", true],
      ["no room for the request", false],
      ["a client that sends no more", false],
      ["a client that leaves before the answer", false],
      ["a client that leaves in the middle", false],
    ] as const
  ) {
    const { cells, gateway } = make();
    for (let i = 0; i < 5; i++) ENDINGS[name]!(run(gateway, `/${i}`));
    assert.equal(cells.read(0).breaker, opens ? "open" : "closed", name);
  }
});

Deno.test("the latency window takes the time to the head, without event streams", () => {
  const { clock, cells, gateway } = make();
  const page = run(gateway);
  clock.advance(100);
  head(page.sink, 200);
  clock.advance(900);
  page.sink.end(null);
  const stream = run(gateway);
  clock.advance(5_000);
  head(stream.sink, 200, "text/event-stream; charset=utf-8");
  const found = cells.latencies(0, 0);
  assert.equal(found.length, 1);
  assert.ok(Math.abs(found[0]! - 100) < 0.5, `${found[0]} ms`);
  assert.equal(cells.tally(0).requests, 2, "an event stream counts from its head on");
});

Deno.test("an exchange whose stage throws after its target was chosen gives the slot back", () => {
  const { clock, cells, gateway } = make();
  for (let i = 0; i < 5; i++) cells.failed(0, NO_TICKET, 0, BREAKER);
  clock.advance(30_000);
  const transport = {
    send() {
      throw new Error("cannot");
    },
  };
  for (let i = 0; i < 5; i++) {
    const response = new RecordedResponse();
    runPipeline(fakeExchange({ response }), { ...gateway.services, transport });
    assert.equal(response.status, 500);
  }
  assert.equal(cells.active(0), 0);
  assert.ok(cells.admit(0, BREAKER) >= 0);
});
