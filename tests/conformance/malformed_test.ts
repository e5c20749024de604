import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Exchange } from "../../src/core/exchange.ts";
import { isReason, type Reason, REASONS } from "../../src/core/reason.ts";
import { RawClient, value } from "../support/raw_client.ts";
import { fields, TestHandler, withListener } from "../support/raw_listener.ts";
import { NodeOracle } from "./node_oracle.ts";
import { feed, nodeReading, ourReading } from "./readings.ts";
import { WIRE_CASES } from "./malformed.ts";

/** Answers with what was served; a broken body gets the answer of its reason, as the pipeline gives it. */
function report(exchange: Exchange): void {
  const { body, request, response } = exchange;
  const query = request.rawQuery === null ? "" : `?${request.rawQuery}`;
  const parts: Uint8Array[] = [];
  body.start({
    data: (chunk) => void parts.push(chunk.slice()),
    end: () => {
      const text = `${request.method} ${request.rawPath}${query} ${Buffer.concat(parts).toString("latin1")}`;
      const seen = Buffer.from(text, "latin1").toString("base64");
      // The longest body of the corpus fits into a field.
      response.send(200, fields(["x-seen", seen]), null);
    },
    fail: (failure) => {
      if (failure.kind !== "malformed") return response.abort(failure.detail);
      const reason = failure.detail.split(":", 1)[0]!;
      assert.ok(isReason(reason), failure.detail);
      response.closeAfter();
      response.send(REASONS[reason].status, fields(["x-reason", reason]), null);
    },
  });
}

Deno.test("the corpus has a case of every class, each with a name of its own", () => {
  assert.ok(WIRE_CASES.length >= 120, `${WIRE_CASES.length} cases`);
  assert.equal(new Set(WIRE_CASES.map((each) => each.name)).size, WIRE_CASES.length);
});

Deno.test("each malformed request has its fixed answer", async (t) => {
  for (const wire of WIRE_CASES) {
    await t.step(wire.name, async () => {
      const handler = new TestHandler(report);
      await withListener(handler, {}, async (listener) => {
        const reading = await feed(listener.port, wire.bytes, ourReading);
        assert.deepEqual(reading.served, wire.served);
        const status = wire.refused === null ? null : REASONS[wire.refused].status;
        assert.equal(reading.refusedStatus, status);
      });
      if (wire.refused !== null && handler.refusals.length > 0) {
        assert.deepEqual(handler.refusals.map((each): Reason => each.reason), [wire.refused]);
        assert.notEqual(handler.refusals[0]!.detail, "");
      }
    });
  }
});

Deno.test("Node's parser serves the same requests, or the difference is listed", async (t) => {
  const oracle = await NodeOracle.start();
  try {
    for (const wire of WIRE_CASES) {
      await t.step(wire.name, async () => {
        const { served } = await feed(oracle.port, wire.bytes, nodeReading);
        const shared = Math.min(served.length, wire.served.length);
        assert.deepEqual(served.slice(0, shared), wire.served.slice(0, shared), "served by both");
        const difference = served.length > wire.served.length
          ? "laxer"
          : served.length < wire.served.length
          ? "stricter"
          : "same";
        assert.equal(difference, wire.node);
      });
    }
  } finally {
    await oracle.stop();
  }
});

Deno.test("the answer to a malformed request is the fixed JSON with the request's id", async () => {
  const handler = new TestHandler(report);
  await withListener(handler, {}, async (listener) => {
    const client = await RawClient.clear(listener.port);
    await client.write("GET /a?b HTTP/1.1\r\nHost: a.test\r\nX : y\r\n\r\n");
    const answer = await client.readResponse();
    const id = value(answer.headers, "x-request-id")!;
    assert.match(id, /^[0-9A-Z]{26}$/);
    assert.deepEqual(JSON.parse(answer.body.toString()), { error: "bad request", request_id: id });
    assert.equal(value(answer.headers, "connection"), "close");
    assert.equal(value(answer.headers, "server"), "aegis");
    assert.equal(await client.ending(), "end");
    client.close();
    const [refusal] = handler.refusals;
    assert.equal(refusal!.requestId, id);
    assert.equal(refusal!.method, "GET");
    assert.equal(refusal!.target, "/a?b");
    assert.equal(refusal!.host, "a.test");
  });
});
