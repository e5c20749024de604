import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { systemClock } from "../../src/core/clock.ts";
import { value } from "../support/raw_client.ts";
import { answerText, echo, fields, TestHandler } from "../support/raw_listener.ts";
import { http1Transports } from "./listener_transports.ts";

/** How answers are framed and how connections live on: RFC 9112, 6, 7 and 9. */

for (const transport of http1Transports()) {
  const test = (name: string, body: () => Promise<void>) => Deno.test(`${transport.name}: ${name}`, body);

  test("an answer with a known length carries it and the connection lives on", async () => {
    const handler = new TestHandler(answerText("hello"));
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      for (const path of ["/one", "/two?x=1"]) {
        await client.write(`GET ${path} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
        const answer = await client.readResponse();
        assert.equal(answer.status, 200);
        assert.equal(value(answer.headers, "content-length"), "5");
        assert.equal(value(answer.headers, "connection"), undefined);
        assert.equal(answer.body.toString(), "hello");
        const age = Math.abs(systemClock.now() - Date.parse(value(answer.headers, "date")!));
        assert.ok(age < 60_000, `a date of now, not ${age} ms away`);
      }
      client.close();
    });
    const [one, two] = handler.exchanges;
    assert.equal(one!.request.rawPath, "/one");
    assert.equal(one!.request.rawQuery, null);
    assert.equal(two!.request.rawPath, "/two");
    assert.equal(two!.request.rawQuery, "x=1");
    assert.equal(one!.connection, two!.connection);
    assert.equal(one!.connection.peerAddress, "127.0.0.1");
    assert.notEqual(one!.id, two!.id);
  });

  test("an answer without a known length is chunked", async () => {
    const handler = new TestHandler(({ response }) => {
      response.head(200, fields(), null);
      response.write(Buffer.from("one "));
      response.write(Buffer.from(""));
      response.write(Buffer.from("two"));
      response.end(null);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      const answer = await client.readResponse();
      assert.equal(value(answer.headers, "transfer-encoding"), "chunked");
      assert.equal(answer.body.toString(), "one two");
      await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assert.equal((await client.readResponse()).body.toString(), "one two");
      client.close();
    });
  });

  test("HTTP/1.0 gets a body that ends with the connection where its length is unknown", async () => {
    const handler = new TestHandler(({ response }) => {
      response.head(200, fields(), null);
      response.write(Buffer.from("old"));
      response.end(null);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n");
      const answer = await client.readResponse();
      assert.equal(value(answer.headers, "transfer-encoding"), undefined);
      assert.equal(value(answer.headers, "connection"), "close");
      assert.equal(answer.body.toString(), "old");
      assert.equal(await client.ending(), "end");
      client.close();
    });
    assert.equal(handler.exchanges[0]!.protocol, "HTTP/1.0");
  });

  test("HTTP/1.0 closes after the answer unless it asks to keep alive", async () => {
    await transport.run(new TestHandler(answerText("x")), {}, async (connect) => {
      const kept = await connect();
      for (let i = 0; i < 2; i++) {
        await kept.write("GET / HTTP/1.0\r\nHost: a.test\r\nConnection: Keep-Alive\r\n\r\n");
        assert.equal(value((await kept.readResponse()).headers, "connection"), "keep-alive");
      }
      kept.close();
      const closed = await connect();
      await closed.write("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
      assert.equal(value((await closed.readResponse()).headers, "connection"), "close");
      assert.equal(await closed.ending(), "end");
      closed.close();
    });
  });

  test("connection: close is answered and done", async () => {
    await transport.run(new TestHandler(answerText("bye")), {}, async (connect) => {
      const client = await connect();
      await client.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: foo, Close\r\n\r\n");
      const answer = await client.readResponse();
      assert.equal(value(answer.headers, "connection"), "close");
      assert.equal(answer.body.toString(), "bye");
      assert.equal(await client.ending(), "end");
      client.close();
    });
  });

  test("closeAfter ends the connection with the answer", async () => {
    const handler = new TestHandler((exchange) => {
      exchange.response.closeAfter();
      answerText("last")(exchange);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\nGET /never HTTP/1.1\r\nHost: a.test\r\n\r\n");
      const answer = await client.readResponse();
      assert.equal(value(answer.headers, "connection"), "close");
      assert.equal((await client.readToEnd()).length, 0);
      client.close();
    });
    assert.equal(handler.exchanges.length, 1);
  });

  test("HEAD gets the length and no body, however the answer is given", async () => {
    const handler = new TestHandler(({ request, response }) => {
      if (request.rawPath === "/send") return response.send(200, fields(), Buffer.from("four"));
      response.head(200, fields(), request.rawPath === "/known" ? 1_000 : null);
      response.write(Buffer.from("body"));
      response.end(null);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      for (const [path, length] of [["/known", "1000"], ["/unknown", undefined], ["/send", "4"]] as const) {
        await client.write(`HEAD ${path} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
        const answer = await client.readResponse("HEAD");
        assert.equal(value(answer.headers, "content-length"), length);
        assert.equal(value(answer.headers, "transfer-encoding"), undefined);
      }
      client.close();
    });
  });

  test("204 and 304 have no body, 204 no length either", async () => {
    const handler = new TestHandler(({ request, response }) => {
      const status = Number(request.rawPath.slice(1));
      response.head(status, fields(["etag", '"1"']), status === 304 ? 7 : 0);
      response.write(Buffer.from("ignored"));
      response.end(null);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      for (const [status, length] of [[204, undefined], [304, "7"]] as const) {
        await client.write(`GET /${status} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
        const answer = await client.readResponse();
        assert.equal(answer.status, status);
        assert.equal(value(answer.headers, "content-length"), length);
        assert.equal(value(answer.headers, "transfer-encoding"), undefined);
      }
      client.close();
    });
  });

  test("framing fields of the pipeline are not repeated", async () => {
    const handler = new TestHandler(({ response }) =>
      response.send(
        200,
        fields(["date", "D"], ["content-length", "999"], ["transfer-encoding", "chunked"], [
          "connection",
          "x",
        ], [
          "upgrade",
          "y",
        ]),
        Buffer.from("ok"),
      )
    );
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      const answer = await client.readResponse();
      assert.deepEqual(answer.headers, [["date", "D"], ["content-length", "2"]]);
      assert.equal(answer.body.toString(), "ok");
      client.close();
    });
  });

  test("trailers pass both ways", async () => {
    const handler = new TestHandler(echo);
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
      await client.write("5\r\nhello\r\n0\r\nGrpc-Status: 0\r\nX-Sum:  abc \r\n\r\n");
      const answer = await client.readResponse();
      assert.equal(answer.body.toString(), "hello");
      assert.deepEqual(answer.trailers, [["grpc-status", "0"], ["x-sum", "abc"]]);
      client.close();
    });
  });

  test("1xx answers go ahead of the final one, and not to HTTP/1.0", async () => {
    const handler = new TestHandler((exchange) => {
      exchange.response.informational(103, fields(["link", "</a.css>; rel=preload"]));
      answerText("done")(exchange);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      const hint = await client.readResponse();
      assert.equal(hint.status, 103);
      assert.deepEqual(hint.headers, [["link", "</a.css>; rel=preload"]]);
      assert.equal((await client.readResponse()).status, 200);
      await client.write("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
      assert.equal((await client.readResponse()).status, 200);
      client.close();
    });
  });

  test("what is said in one turn arrives in one piece", async () => {
    const handler = new TestHandler(({ response }) => {
      response.head(200, fields(["date", "D"]), null);
      response.write(Buffer.from("one"));
      response.write(Buffer.from("two"));
      response.end(fields(["x-t", "u"]));
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assert.equal(
        (await client.read())!.toString(),
        "HTTP/1.1 200 OK\r\ndate: D\r\ntransfer-encoding: chunked\r\n\r\n" +
          "3\r\none\r\n3\r\ntwo\r\n0\r\nx-t: u\r\n\r\n",
      );
      client.close();
    });
  });

  test("a head without a body yet is sent at once", async () => {
    const handler = new TestHandler(({ response }) => response.head(200, fields(), null));
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assert.equal((await client.readHead()).status, 200);
      handler.exchanges[0]!.response.write(Buffer.from("event"));
      assert.equal(await client.readThrough("event\r\n"), "5\r\nevent\r\n");
      handler.exchanges[0]!.response.end(null);
      assert.equal(await client.readThrough("\r\n\r\n"), "0\r\n\r\n");
      client.close();
    });
  });

  for (
    const [what, name, text] of [
      ["CR and LF in a value", "x-a", "b\r\nset-cookie: evil=1"],
      ["NUL in a value", "x-a", "b\0"],
      ["a char that latin1 cuts to LF", "x-a", "b\u010ac"],
      ["a blank in a name", "x a", "b"],
    ] as const
  ) {
    test(`an answer with ${what} becomes a plain 500`, async () => {
      const handler = new TestHandler(({ response }) =>
        response.send(200, fields([name, text]), Buffer.from("body"))
      );
      await transport.run(handler, {}, async (connect) => {
        const client = await connect();
        await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        const answer = await client.readResponse();
        assert.equal(answer.status, 500);
        assert.equal(value(answer.headers, "set-cookie"), undefined);
        assert.equal(await client.ending(), "end");
        client.close();
      });
      assert.equal(handler.exchanges[0]!.reason, "internal");
    });
  }
}
