import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { BodyFailure } from "../../src/core/body.ts";
import { value } from "../support/raw_client.ts";
import { answerText, echo, fields, TestHandler } from "../support/raw_listener.ts";
import { until } from "../support/until.ts";
import type { ClientExchange, Conformer } from "./conformance_client.ts";
import { http1Conformers } from "./http1_client.ts";
import { http2Conformers } from "./http2_client.ts";

/** What an exchange does whatever codec made it. A further codec adds its conformers here. */
const CONFORMERS: readonly Conformer[] = [...http1Conformers(), ...http2Conformers()];

const MIB = 1_048_576;
const GET = { method: "GET", path: "/" };

async function readAll(exchange: ClientExchange): Promise<string> {
  const parts: Buffer[] = [];
  for (let part = await exchange.read(); part !== null; part = await exchange.read()) parts.push(part);
  return Buffer.concat(parts).toString("latin1");
}

for (const conformer of CONFORMERS) {
  const test = (name: string, body: () => Promise<void>) => Deno.test(`${conformer.name}: ${name}`, body);

  test("the handler sees the request as it was sent", async () => {
    const handler = new TestHandler(answerText("ok"));
    await conformer.run(handler, {}, async (connect, listener) => {
      const client = await connect();
      const exchange = await client.request({
        method: "DELETE",
        path: "/a%2Fb/../c?x=1?y=%zz",
        headers: [["x-one", "1"], ["cookie", "a=b; c=d"], ["x-one", "2"]],
      });
      assert.equal((await exchange.head()).status, 200);
      assert.equal(await readAll(exchange), "ok");
      const [{ request, connection, body, id }] = handler.exchanges as [typeof handler.exchanges[0]];
      assert.equal(request.method, "DELETE");
      assert.equal(request.authority, "a.test");
      assert.equal(request.rawPath, "/a%2Fb/../c");
      assert.equal(request.rawQuery, "x=1?y=%zz");
      assert.deepEqual(request.headers.all("x-one"), ["1", "2"]);
      assert.equal(request.headers.get("cookie"), "a=b; c=d");
      assert.equal(request.headers.get("host"), "a.test");
      assert.equal(request.upgrade, null);
      assert.equal(body.length, 0);
      assert.equal(connection.peerAddress, "127.0.0.1");
      assert.equal(connection.localPort, listener.port);
      assert.equal(request.scheme, connection.tls === null ? "http" : "https");
      assert.match(id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
      client.close();
    });
  });

  test("exchanges follow one another on a connection", async () => {
    await conformer.run(new TestHandler(echo), {}, async (connect) => {
      const client = await connect();
      for (const text of ["one", "", "three"]) {
        const exchange = await client.request({ method: "PUT", path: "/", length: text.length });
        if (text !== "") await exchange.write(text);
        await exchange.end();
        assert.equal((await exchange.head()).status, 200);
        assert.equal(await readAll(exchange), text);
      }
      client.close();
    });
  });

  test("a body flows both ways while it is still being sent, trailers behind it", async () => {
    await conformer.run(new TestHandler(echo), {}, async (connect) => {
      const client = await connect();
      const exchange = await client.request({ method: "POST", path: "/", length: null });
      assert.equal((await exchange.head()).status, 200);
      for (const word of ["one", "two", "three"]) {
        await exchange.write(word);
        assert.equal((await exchange.read())!.toString(), word);
      }
      await exchange.end([["grpc-status", "0"], ["x-sum", "abc"]]);
      assert.equal(await exchange.read(), null);
      assert.deepEqual(exchange.trailers, [["grpc-status", "0"], ["x-sum", "abc"]]);
      client.close();
    });
  });

  test("64 MiB pass through with bounded memory", async () => {
    const handler = new TestHandler(echo);
    let most = 0;
    await conformer.run(handler, {}, async (connect) => {
      const client = await connect();
      const total = 64 * MIB;
      const exchange = await client.request({ method: "POST", path: "/", length: total });
      const sending = (async () => {
        const piece = Buffer.alloc(MIB);
        for (let i = 0; i < 64; i++) await exchange.write(piece.fill(i));
        await exchange.end();
      })();
      assert.equal(value((await exchange.head()).headers, "content-length"), String(total));
      let read = 0;
      for (let part = await exchange.read(); part !== null; part = await exchange.read()) {
        for (let at = 0; at < part.length; at += 4_096) assert.equal(part[at], Math.floor((read + at) / MIB));
        read += part.length;
        most = Math.max(most, handler.exchanges[0]!.response.bodyBytes - read);
      }
      assert.equal(read, total);
      await sending;
      client.close();
    });
    // What the writer was given and the client has not read: kernel buffers and one read, not the body.
    assert.ok(most < 24 * MIB, `${most} bytes between writer and client`);
  });

  test("nothing is read ahead of a handler that pauses", async () => {
    let received = 0;
    const handler = new TestHandler((exchange) => {
      if (exchange.body.length === 0) return answerText("barrier")(exchange);
      exchange.body.start({
        data: (chunk) => {
          received += chunk.length;
          exchange.body.pause();
        },
        end: () => exchange.response.send(200, fields(), null),
        fail: () => undefined,
      });
    });
    await conformer.run(handler, {}, async (connect) => {
      const client = await connect();
      const total = 16 * MIB;
      const exchange = await client.request({ method: "POST", path: "/", length: total });
      const sending = exchange.write(Buffer.alloc(total)).then(() => exchange.end());
      await until("the first bytes", () => received > 0);
      const seen = received;
      const other = await connect();
      for (let i = 0; i < 20; i++) {
        const barrier = await other.request(GET);
        await barrier.head();
        await readAll(barrier);
      }
      other.close();
      assert.equal(received, seen, "twenty exchanges later");
      const { body } = handler.exchanges[0]!;
      while (received < total) {
        body.resume();
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      await sending;
      assert.equal((await exchange.head()).status, 200);
      client.close();
    });
  });

  test("interim answers go ahead of the final one", async () => {
    const handler = new TestHandler((exchange) => {
      exchange.response.informational(103, fields(["link", "</a.css>; rel=preload"]));
      answerText("done")(exchange);
    });
    await conformer.run(handler, {}, async (connect) => {
      const client = await connect();
      const exchange = await client.request(GET);
      const hint = await exchange.head();
      assert.equal(hint.status, 103);
      assert.equal(value(hint.headers, "link"), "</a.css>; rel=preload");
      assert.equal((await exchange.head()).status, 200);
      assert.equal(await readAll(exchange), "done");
      client.close();
    });
  });

  test("HEAD, 204 and 304 have no body, whatever is written", async () => {
    const handler = new TestHandler(({ request, response }) => {
      response.head(Number(request.rawPath.slice(1)), fields(["etag", '"1"']), 7);
      response.write(Buffer.from("ignored"));
      response.end(null);
    });
    await conformer.run(handler, {}, async (connect) => {
      const client = await connect();
      for (
        const [method, status, length] of [
          ["HEAD", 200, "7"],
          ["GET", 204, undefined],
          ["GET", 304, "7"],
          ["HEAD", 404, "7"],
        ] as const
      ) {
        const exchange = await client.request({ method, path: `/${status}` });
        const head = await exchange.head();
        assert.equal(head.status, status);
        assert.equal(value(head.headers, "content-length"), length);
        assert.equal(value(head.headers, "etag"), '"1"');
        assert.equal(await exchange.read(), null);
      }
      client.close();
    });
    assert.ok(handler.exchanges.every((each) => each.response.bodyBytes === 0));
  });

  test("headers of 60 KiB are served, those over the limit get 431", async () => {
    const handler = new TestHandler(answerText("ok"));
    await conformer.run(handler, {}, async (connect) => {
      for (const [size, status] of [[60_000, 200], [70_000, 431]] as const) {
        const client = await connect();
        const exchange = await client.request({ ...GET, headers: [["x-big", "b".repeat(size)]] });
        assert.equal((await exchange.head()).status, status);
        client.close();
      }
    });
    assert.deepEqual(handler.refusals.map((each) => each.reason), ["head_too_large"]);
    assert.equal(handler.exchanges.length, 1);
  });

  test("a client that leaves before the answer aborts the exchange", async () => {
    const aborts: string[] = [];
    let done = 0;
    const handler = new TestHandler(({ response }) => {
      response.onAbort = (detail) => void aborts.push(detail);
      response.onDone = () => void done++;
    });
    await conformer.run(handler, {}, async (connect) => {
      const exchange = await (await connect()).request(GET);
      await until("the exchange", () => handler.exchanges.length === 1);
      exchange.leave();
      await until("onAbort", () => aborts.length === 1);
    });
    assert.equal(done, 1);
  });

  test("a client that leaves within its body fails the body and aborts the answer", async () => {
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
    await conformer.run(handler, {}, async (connect) => {
      const exchange = await (await connect()).request({ method: "POST", path: "/", length: 10 });
      await exchange.write("12345");
      await until("the exchange", () => handler.exchanges.length === 1);
      exchange.leave();
      await until("onAbort", () => aborts.length === 1);
    });
    assert.deepEqual(failures.map((each) => each.kind), ["gone"]);
  });

  test("a client that leaves within an endless answer aborts it", async () => {
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
    await conformer.run(handler, {}, async (connect) => {
      const exchange = await (await connect()).request(GET);
      await exchange.head();
      for (let read = 0; read < 1_000_000;) read += (await exchange.read())!.length;
      exchange.leave();
      await until("onAbort", () => aborts.length === 1);
    });
  });

  test("an answer that its target broke off never looks complete", async () => {
    let done = 0;
    const handler = new TestHandler(({ request, response }) => {
      response.onDone = () => void done++;
      if (request.rawPath === "/nothing") return response.abort("target is gone");
      response.head(200, fields(), request.rawPath === "/length" ? 100 : null);
      response.write(Buffer.from("half"));
      queueMicrotask(() => response.abort("target is gone"));
    });
    await conformer.run(handler, {}, async (connect) => {
      for (const path of ["/unknown", "/length", "/nothing"]) {
        const client = await connect();
        const exchange = await client.request({ ...GET, path });
        await assert.rejects(async () => {
          await exchange.head();
          await readAll(exchange);
        }, path);
        client.close();
      }
    });
    assert.equal(done, 3);
  });

  test("a body that is not read does not hold the answer back", async () => {
    await conformer.run(new TestHandler(answerText("no thanks")), {}, async (connect) => {
      const client = await connect();
      const exchange = await client.request({ method: "POST", path: "/", length: 4 * MIB });
      await exchange.write(Buffer.alloc(1_000));
      assert.equal((await exchange.head()).status, 200);
      assert.equal(await readAll(exchange), "no thanks");
      client.close();
    });
  });
}
