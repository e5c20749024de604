import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { BodyFailure } from "../../src/core/body.ts";
import type { Exchange } from "../../src/core/exchange.ts";
import { value } from "../support/raw_client.ts";
import { answerText, echo, fields, TestHandler } from "../support/raw_listener.ts";
import { until } from "../support/until.ts";
import { http1Transports } from "./listener_transports.ts";

/** How request bodies come in, and what happens to those that nobody reads: RFC 9112, 6 and 9.3; RFC 9110, 10.1.1. */

const MIB = 1_048_576;

/** Reads the whole body, then answers with its length. */
function count(exchange: Exchange): void {
  let bytes = 0;
  exchange.body.start({
    data: (chunk) => void (bytes += chunk.length),
    end: () => exchange.response.send(200, fields(["x-bytes", String(bytes)]), null),
    fail: (failure) => exchange.response.abort(failure.detail),
  });
}

for (const transport of http1Transports()) {
  const test = (name: string, body: () => Promise<void>) => Deno.test(`${transport.name}: ${name}`, body);

  test("a body with a length arrives as sent, and the next request after it", async () => {
    const handler = new TestHandler(echo);
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      for (const text of ["abc", "", "GET / HTTP/1.1\r\n\r\n"]) {
        await client.write(
          `PUT /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
        );
        const answer = await client.readResponse();
        assert.equal(answer.body.toString(), text);
      }
      client.close();
    });
    assert.deepEqual(handler.exchanges.map((each) => each.body.length), [3, 0, 18]);
    assert.equal(handler.refusals.length, 0);
  });

  test("a chunked body arrives without its framing", async () => {
    const handler = new TestHandler(echo);
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write(
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n" +
          '3;name=value;q="a;\\"b"\r\nabc\r\n0A;x\r\n0123456789\r\n0\r\n\r\n',
      );
      assert.equal((await client.readResponse()).body.toString(), "abc0123456789");
      client.close();
    });
    assert.equal(handler.exchanges[0]!.body.length, null);
  });

  test("100 Continue is sent when the body is wanted, and only then", async () => {
    const handler = new TestHandler(count);
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write(
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n",
      );
      assert.equal((await client.readResponse()).status, 100);
      await client.write("abc");
      const answer = await client.readResponse();
      assert.equal(value(answer.headers, "x-bytes"), "3");
      await client.write(
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
      );
      assert.equal((await client.readResponse()).status, 200, "needless once the body has come");
      client.close();
    });
  });

  test("an answer without 100 Continue ends the connection", async () => {
    const handler = new TestHandler(answerText("no"));
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write(
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
      );
      const answer = await client.readResponse();
      assert.equal(value(answer.headers, "connection"), "close");
      assert.equal(await client.ending(), "end");
      client.close();
    });
  });

  test("a small body that nobody reads is passed over", async () => {
    const handler = new TestHandler(answerText("early"));
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 20000\r\n\r\n`);
      assert.equal(value((await client.readResponse()).headers, "connection"), undefined);
      await client.write("x".repeat(20_000));
      await client.write(
        `POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
      );
      assert.equal((await client.readResponse()).status, 200);
      await client.write("GET /last HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assert.equal((await client.readResponse()).status, 200);
      client.close();
    });
    assert.equal(handler.exchanges.at(-1)!.request.rawPath, "/last");
  });

  test("a large body that nobody reads ends the connection after the answer, which arrives", async () => {
    const handler = new TestHandler(answerText("too much"));
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${8 * MIB}\r\n\r\n`);
      await client.write(Buffer.alloc(MIB));
      const answer = await client.readResponse();
      assert.equal(value(answer.headers, "connection"), "close");
      assert.equal(answer.body.toString(), "too much");
      client.close();
    });
    assert.equal(handler.exchanges.length, 1);
  });

  test("an endless chunked body that nobody reads ends the connection", async () => {
    const handler = new TestHandler(answerText("enough"));
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
      assert.equal((await client.readResponse()).body.toString(), "enough");
      const piece = "1000\r\n" + "x".repeat(4_096) + "\r\n";
      for (let i = 0; i < 20; i++) await client.write(piece);
      assert.equal(await client.ending(), "end");
      client.close();
    });
  });

  test("broken chunk framing fails the body, and the answer to it ends the connection", async () => {
    const failures: BodyFailure[] = [];
    const handler = new TestHandler((exchange) =>
      exchange.body.start({
        data: () => undefined,
        end: () => assert.fail("the body has no end"),
        fail: (failure) => {
          failures.push(failure);
          exchange.response.send(400, fields(), Buffer.from("bad"));
        },
      })
    );
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write(
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0x3\r\nabc\r\n0\r\n\r\n" +
          "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n",
      );
      const answer = await client.readResponse();
      assert.equal(answer.status, 400);
      assert.equal(value(answer.headers, "connection"), "close");
      assert.equal((await client.readToEnd()).length, 0);
      client.close();
    });
    assert.equal(failures.length, 1);
    assert.equal(failures[0]!.kind, "malformed");
    assert.match(failures[0]!.detail, /^smuggling: byte 0x78 in a chunk size$/);
    assert.equal(handler.exchanges.length, 1);
  });

  test("a body is told where the answer ended before it", async () => {
    const failures: BodyFailure[] = [];
    const handler = new TestHandler((exchange) => {
      exchange.body.start({
        data: () => answerText("early")(exchange),
        end: () => assert.equal(exchange.body.length, 0, "the first body is not complete"),
        fail: (failure) => void failures.push(failure),
      });
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\n12345");
      assert.equal((await client.readResponse()).body.toString(), "early");
      await client.write("67890GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      await until("the next request", () => handler.exchanges.length === 2);
      client.close();
    });
    assert.deepEqual(failures.map((each) => each.kind), ["gone"]);
  });

  test("an answer longer or shorter than its declared length breaks the connection", async () => {
    const done: string[] = [];
    const handler = new TestHandler(({ request, response }) => {
      response.onDone = () => void done.push(request.rawPath);
      response.head(200, fields(), 10);
      if (request.rawPath === "/long") response.write(Buffer.from("01234567890"));
      else response.write(Buffer.from("012"));
      response.end(null);
    });
    await transport.run(handler, {}, async (connect) => {
      for (const path of ["/long", "/short"]) {
        const client = await connect();
        await client.write(`GET ${path} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
        const received = await client.readToEnd();
        assert.ok(received.length < 40 + 10, `${received.length} bytes of ${path}`);
        client.close();
      }
    });
    assert.deepEqual(done, ["/long", "/short"]);
  });

  test("answers of pipelined requests come in order, one exchange at a time", async () => {
    const waiting: Exchange[] = [];
    const handler = new TestHandler((exchange) => void waiting.push(exchange));
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      let text = "";
      for (let i = 0; i < 5; i++) {
        text += `POST /${i} HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\n#${i}`;
      }
      await client.write(text);
      for (let i = 0; i < 5; i++) {
        await until(`request ${i}`, () => waiting.length > 0);
        assert.equal(waiting.length, 1);
        const exchange = waiting.pop()!;
        assert.equal(exchange.request.rawPath, `/${i}`);
        echo(exchange);
        assert.equal((await client.readResponse()).body.toString(), `#${i}`);
      }
      client.close();
    });
  });

  test("1,000 pipelined requests are answered to a client that reads afterwards", async () => {
    const handler = new TestHandler(answerText("x".repeat(1_000)));
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      const sending = client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n".repeat(1_000));
      for (let i = 0; i < 1_000; i++) assert.equal((await client.readResponse()).body.length, 1_000);
      await sending;
      client.close();
    });
    assert.equal(handler.exchanges.length, 1_000);
  });

  test("a head of nearly 64 KiB is served, a larger one gets 431", async () => {
    const handler = new TestHandler(answerText("ok"));
    await transport.run(handler, {}, async (connect) => {
      const start = "GET / HTTP/1.1\r\nHost: a.test\r\nX-Big: ";
      for (const [size, status] of [[65_536, 200], [65_537, 431]] as const) {
        const client = await connect();
        await client.write(start + "b".repeat(size - start.length - 4) + "\r\n\r\n");
        assert.equal((await client.readResponse()).status, status);
        client.close();
      }
    });
    assert.equal(handler.refusals[0]!.reason, "head_too_large");
  });
}
