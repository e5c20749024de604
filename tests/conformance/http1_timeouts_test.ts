import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Exchange } from "../../src/core/exchange.ts";
import type { BodyFailure } from "../../src/core/body.ts";
import { answerText, fields, TestHandler } from "../support/raw_listener.ts";
import { until } from "../support/until.ts";
import { http1Transports } from "./listener_transports.ts";

/** Every time-out of the listener, with limits small enough to wait for (spec 01, HTTP validation). */

const GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

for (const transport of http1Transports()) {
  const test = (name: string, body: () => Promise<void>) => Deno.test(`${transport.name}: ${name}`, body);

  test("a head that is not complete in time ends the connection and is told", async () => {
    const handler = new TestHandler(answerText("never"));
    await transport.run(handler, { settings: { head_timeout_ms: 80 } }, async (connect) => {
      const client = await connect();
      await client.write("GET / HTTP/1.1\r\nHost: a");
      assert.equal((await client.readToEnd()).length, 0);
      client.close();
    });
    assert.deepEqual(handler.refusals.map((each) => each.reason), ["timeout_client"]);
    assert.equal(handler.exchanges.length, 0);
  });

  test("dripping bytes do not extend the time for the head", async () => {
    const handler = new TestHandler(answerText("never"));
    await transport.run(handler, { settings: { head_timeout_ms: 80 } }, async (connect) => {
      const client = await connect();
      let open = true;
      const ended = client.readToEnd().then(() => open = false);
      for (const char of (GET.slice(0, -4) + "\r\nX: ").padEnd(5_000, "y")) {
        await client.write(char).catch(() => open = false);
        if (!open) break;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await ended;
      client.close();
    });
    assert.deepEqual(handler.refusals.map((each) => each.reason), ["timeout_client"]);
  });

  test("an idle connection is closed without a word", async () => {
    const handler = new TestHandler(answerText("x"));
    await transport.run(handler, { settings: { idle_timeout_ms: 80 } }, async (connect) => {
      const fresh = await connect();
      await fresh.write(GET);
      await fresh.readResponse();
      assert.equal((await fresh.readToEnd()).length, 0, "after an exchange");
      fresh.close();
    });
    assert.equal(handler.refusals.length, 0);
  });

  test("an idle time-out does not hit a running exchange", async () => {
    const handler = new TestHandler(() => undefined);
    await transport.run(
      handler,
      { settings: { idle_timeout_ms: 40, head_timeout_ms: 40 } },
      async (connect) => {
        const client = await connect();
        await client.write(GET);
        await until("the exchange", () => handler.exchanges.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 150));
        answerText("late")(handler.exchanges[0]!);
        assert.equal((await client.readResponse()).body.toString(), "late");
        client.close();
      },
    );
  });

  for (
    const [what, settings] of [
      ["makes no progress", { body_timeout_ms: 80 }],
      ["is slower than the floor", { min_body_rate_after_ms: 80, min_body_rate: 10_000 }],
    ] as const
  ) {
    test(`a body that ${what} ends the exchange`, async () => {
      const failures: BodyFailure[] = [];
      const aborts: string[] = [];
      const handler = new TestHandler(({ body, response }) => {
        response.onAbort = (detail) => void aborts.push(detail);
        body.start({
          data: () => undefined,
          end: () => assert.fail("no end"),
          fail: (failure) => void failures.push(failure),
        });
      });
      await transport.run(handler, { settings }, async (connect) => {
        const client = await connect();
        await client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000\r\n\r\n12345");
        assert.equal((await client.readToEnd()).length, 0);
        client.close();
      });
      assert.deepEqual(failures.map((each) => each.kind), ["timeout"]);
      assert.equal(aborts.length, 1);
    });
  }

  test("a body that the handler holds back is not the client's fault", async () => {
    const settings = { body_timeout_ms: 40, min_body_rate_after_ms: 40, min_body_rate: 10_000 };
    let pauses = 0;
    const handler = new TestHandler((exchange) => {
      const { body } = exchange;
      body.start({
        data: () => {
          pauses++;
          body.pause();
          setTimeout(() => body.resume(), 200);
        },
        end: () => answerText("all")(exchange),
        fail: (failure) => assert.fail(failure.detail),
      });
    });
    await transport.run(handler, { settings }, async (connect) => {
      const client = await connect();
      await client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 8\r\n\r\n1234");
      await until("the first half", () => pauses === 1);
      await client.write("5678");
      assert.equal((await client.readResponse()).body.toString(), "all");
      client.close();
    });
  });

  test("a client that takes nothing of its answer is cut off", async () => {
    const aborts: string[] = [];
    const piece = Buffer.alloc(65_536);
    const handler = new TestHandler(({ response }) => {
      response.onAbort = (detail) => void aborts.push(detail);
      response.onDrain = () => {
        while (response.write(piece));
      };
      response.head(200, fields(), null);
      response.onDrain();
    });
    await transport.run(handler, { settings: { write_timeout_ms: 150 } }, async (connect) => {
      const client = await connect();
      await client.write(GET);
      await until("onAbort", () => aborts.length === 1);
      assert.match(aborts[0]!, /taken nothing/);
      client.close();
    });
    const [{ reason, detail, action }] = handler.exchanges as [Exchange];
    assert.deepEqual([reason, action], ["timeout_client", "allowed"]);
    assert.match(detail, /taken nothing/);
  });
}
