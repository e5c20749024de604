import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { RawClient } from "../../../tests/support/raw_client.ts";
import { answerText, TestHandler, withListener } from "../../../tests/support/raw_listener.ts";
import { PREFACE } from "./http2/frame.ts";

const GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

Deno.test("a listener with h2c takes HTTP/1.1 too, and a preface in pieces", async () => {
  await withListener(new TestHandler(answerText("ok")), { h2c: true }, async ({ port }) => {
    const old = await RawClient.clear(port);
    await old.write(GET);
    assert.equal((await old.readResponse()).body.toString(), "ok");
    old.close();
    const client = await RawClient.clear(port);
    for (const char of PREFACE) await client.write(char);
    // SETTINGS come first, of whatever length.
    assert.equal((await client.readExactly(9))[3], 4);
    client.close();
  });
});

Deno.test("what begins like a preface and is none is HTTP/1.1", async () => {
  const handler = new TestHandler(answerText("ok"));
  await withListener(handler, { h2c: true }, async ({ port }) => {
    const client = await RawClient.clear(port);
    await client.write("PRI");
    await client.write("NT / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    assert.equal((await client.readResponse()).status, 200);
    client.close();
  });
  assert.equal(handler.exchanges[0]!.request.method, "PRINT");
});

Deno.test("without h2c the preface is a bad request", async () => {
  await withListener(new TestHandler(answerText("ok")), {}, async ({ port }) => {
    const client = await RawClient.clear(port);
    await client.write(Buffer.from(PREFACE));
    assert.equal((await client.readResponse()).status, 400);
    client.close();
  });
});

Deno.test("half a preface is cut off when the head's time is over", async () => {
  const settings = { head_timeout_ms: 80 };
  await withListener(new TestHandler(answerText("ok")), { h2c: true, settings }, async ({ port }) => {
    const client = await RawClient.clear(port);
    await client.write("PRI * HTTP");
    assert.equal((await client.readToEnd()).length, 0);
    client.close();
  });
});
