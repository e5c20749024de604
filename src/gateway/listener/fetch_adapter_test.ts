import assert from "node:assert/strict";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Exchange } from "../../core/exchange.ts";
import type { Logger } from "../../core/ports.ts";
import { RawClient, value } from "../../../tests/support/raw_client.ts";
import { withListener } from "../../../tests/support/raw_listener.ts";
import { until } from "../../../tests/support/until.ts";
import { FetchAdapter, type FetchHandler } from "./fetch_adapter.ts";

class Lines implements Logger {
  readonly lines: string[] = [];
  debug(message: string): void {
    this.lines.push(message);
  }
  info(message: string): void {
    this.lines.push(message);
  }
  warn(message: string): void {
    this.lines.push(message);
  }
  error(message: string, fields?: Record<string, unknown>): void {
    this.lines.push(`${message}: ${fields?.["error"]}`);
  }
}

async function serve(
  fetch: FetchHandler,
  test: (client: RawClient, log: string[], port: number) => Promise<void>,
): Promise<void> {
  const logger = new Lines();
  await withListener(new FetchAdapter({ fetch, maxBodyBytes: 1_000, logger }), {}, async ({ port }) => {
    const client = await RawClient.clear(port);
    try {
      await test(client, logger.lines, port);
    } finally {
      client.close();
    }
  });
}

Deno.test("a Hono application serves through the adapter", async () => {
  const app = new Hono<{ Bindings: { exchange: Exchange } }>();
  app.get("/hello/:name", (c) => {
    c.header("set-cookie", "a=1", { append: true });
    c.header("set-cookie", "b=2", { append: true });
    return c.text(
      `hello ${c.req.param("name")} ${c.req.query("x")} from ${c.env.exchange.connection.peerAddress}`,
    );
  });
  app.post("/sum", async (c) => c.json({ got: await c.req.json() }, 201));
  await serve((request, info) => app.fetch(request, info), async (client) => {
    await client.write("GET /hello/ann%20b?x=%31 HTTP/1.1\r\nHost: a.test\r\n\r\n");
    const hello = await client.readResponse();
    assert.equal(hello.body.toString(), "hello ann b 1 from 127.0.0.1");
    assert.equal(hello.headers.filter(([name]) => name === "set-cookie").length, 2);
    assert.match(value(hello.headers, "x-request-id")!, /^[0-9A-Z]{26}$/);
    await client.write('POST /sum HTTP/1.1\r\nHost: a.test\r\nContent-Length: 8\r\n\r\n{"a": 1}');
    const sum = await client.readResponse();
    assert.equal(sum.status, 201);
    assert.deepEqual(JSON.parse(sum.body.toString()), { got: { a: 1 } });
  });
});

Deno.test("server-sent events leave as they are made, and the stream hears of a client that leaves", async () => {
  let next = () => {};
  let aborted = 0;
  const app = new Hono();
  app.get("/events", (c) =>
    streamSSE(c, async (stream) => {
      stream.onAbort(() => void aborted++);
      for (let i = 1; !stream.aborted; i++) {
        await stream.writeSSE({ data: `event ${i}` });
        await new Promise<void>((resolve) => next = resolve);
      }
    }));
  await serve((request) => app.fetch(request), async (client) => {
    await client.write("GET /events HTTP/1.1\r\nHost: a.test\r\n\r\n");
    await client.readHead();
    await client.readThrough("event 1");
    next();
    await client.readThrough("event 2");
    client.close();
    await until("the stream's end", () => aborted === 1);
    next();
  });
});

Deno.test("an endless answer waits for its reader", async () => {
  let made = 0;
  const fetch: FetchHandler = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          made += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
      }),
    );
  await serve(fetch, async (client) => {
    await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    await client.readExactly(1_000_000);
    let last = -1;
    await until("the source to wait", () => {
      const waits = made === last;
      last = made;
      return waits;
    });
    assert.ok(made < 24_000_000, `${made} bytes made for a reader of 1,000,000`);
  });
});

Deno.test("a body over the limit gets 413, declared or not", async () => {
  const fetch: FetchHandler = async (request) => new Response((await request.text()).length.toString());
  await serve(fetch, async (_client, log, port) => {
    for (
      const framing of [
        "Content-Length: 1001\r\n\r\n",
        `Transfer-Encoding: chunked\r\n\r\n7d0\r\n${"x".repeat(2_000)}`,
      ]
    ) {
      const client = await RawClient.clear(port);
      await client.write(`POST / HTTP/1.1\r\nHost: a.test\r\n${framing}`);
      const answer = await client.readResponse();
      assert.equal(answer.status, 413);
      assert.equal(value(answer.headers, "connection"), "close");
      client.close();
    }
    const client = await RawClient.clear(port);
    await client.write(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000\r\n\r\n${"x".repeat(1_000)}`);
    assert.equal((await client.readResponse()).body.toString(), "1000");
    client.close();
    assert.deepEqual(log, []);
  });
});

Deno.test("a handler that throws becomes a 500 and one line in the log", async () => {
  const fetch: FetchHandler = () => Promise.reject(new Error("secret detail"));
  await serve(fetch, async (client, log) => {
    await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    const answer = await client.readResponse();
    assert.equal(answer.status, 500);
    assert.equal(JSON.parse(answer.body.toString()).error, "internal error");
    assert.deepEqual(log, ["answer failed: Error: secret detail"]);
  });
});

Deno.test("an answer whose source fails never looks complete", async () => {
  const fetch: FetchHandler = () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("half"));
        },
        pull(controller) {
          controller.error(new Error("source failed"));
        },
      }),
    );
  await serve(fetch, async (client, log) => {
    await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    assert.ok(!(await client.readToEnd()).toString().includes("0\r\n\r\n"));
    await until("the log", () => log.length === 1);
    assert.equal(log[0], "answer failed: Error: source failed");
  });
});

Deno.test("TRACE and addresses that are none get a fixed answer", async () => {
  await serve(() => new Response("never"), async (client) => {
    await client.write("TRACE / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    assert.equal((await client.readResponse()).status, 405);
    await client.write("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n");
    assert.equal((await client.readResponse()).status, 400);
  });
});
