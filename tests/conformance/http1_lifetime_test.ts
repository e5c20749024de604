import assert from "node:assert/strict";
import { HeaderList } from "../../src/core/header_list.ts";
import { Buffer } from "node:buffer";
import type { Exchange, Tunnel } from "../../src/core/exchange.ts";
import { DEFAULT_SERVER_SETTINGS } from "../../src/core/snapshot.ts";
import { value } from "../support/raw_client.ts";
import { answerText, echo, fields, TestHandler } from "../support/raw_listener.ts";
import { until } from "../support/until.ts";
import { http1Transports } from "./listener_transports.ts";

/** How connections end: clients that leave, handlers that give up, upgrades, drain, limits at accept. */

const GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

/** A handler that answers nothing, and what it is told. */
function silent(): { handler: TestHandler; aborts: string[]; done: number[] } {
  const aborts: string[] = [];
  const done: number[] = [];
  const handler = new TestHandler((exchange) => {
    exchange.response.onAbort = (detail) => void aborts.push(detail);
    exchange.response.onDone = () => void done.push(1);
  });
  return { handler, aborts, done };
}

for (const transport of http1Transports()) {
  const test = (name: string, body: () => Promise<void>) => Deno.test(`${transport.name}: ${name}`, body);

  test("a client that has only half-closed gets its answers", async () => {
    const waiting: Exchange[] = [];
    const handler = new TestHandler((exchange) => void waiting.push(exchange));
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write(GET + GET);
      await client.closeWrite();
      for (let i = 1; i <= 2; i++) {
        await until(`exchange ${i}`, () => handler.exchanges.length === i);
        answerText(`answer ${i}`)(waiting[i - 1]!);
        assert.equal((await client.readResponse()).body.toString(), `answer ${i}`);
      }
      assert.equal(await client.ending(), "end");
      client.close();
    });
  });

  test("a client that has half-closed gets a long answer to its end", async () => {
    const handler = new TestHandler(({ response }) => {
      response.head(200, fields(), null);
      let left = 8;
      const timer = setInterval(() => {
        response.write(Buffer.from("tick"));
        if (--left > 0) return;
        clearInterval(timer);
        response.end(null);
      }, 250);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write(GET);
      await client.closeWrite();
      assert.equal((await client.readResponse()).body.toString(), "tick".repeat(8));
      client.close();
    });
  });

  test("an aborted answer never looks complete", async () => {
    let done = 0;
    const handler = new TestHandler(({ request, response }) => {
      response.onDone = () => void done++;
      if (request.rawPath === "/nothing") return response.abort("target is gone");
      response.head(200, fields(), request.rawPath === "/length" ? 100 : null);
      response.write(Buffer.from("half"));
      queueMicrotask(() => response.abort("target is gone"));
    });
    await transport.run(handler, {}, async (connect) => {
      for (
        const [path, version] of [["/chunked", "1.1"], ["/length", "1.1"], ["/close", "1.0"], [
          "/nothing",
          "1.1",
        ]]
      ) {
        const client = await connect();
        await client.write(`GET ${path} HTTP/${version}\r\nHost: a.test\r\n\r\n`);
        const received = (await client.readToEnd()).toString("latin1");
        assert.ok(!received.includes("\r\n0\r\n"), path);
        // Only the connection's end could tell a complete answer here: it must be an error, or nothing came at all.
        if (path === "/close" && transport.name === "clear") {
          assert.ok(received === "" || await client.ending() === "error", path);
        }
        client.close();
      }
    });
    assert.equal(done, 4);
  });

  test("an upgrade carries bytes both ways, what came with it first", async () => {
    const handler = new TestHandler(({ request, response }) => {
      assert.equal(request.upgrade, "websocket");
      const tunnel = response.tunnel(fields(["sec-websocket-accept", "xyz"]));
      tunnel.incoming.start({
        data: (chunk) => {
          if (!tunnel.write(chunk)) tunnel.incoming.pause();
        },
        end: () => tunnel.end(),
        fail: () => tunnel.destroy(),
      });
      tunnel.onDrain = () => tunnel.incoming.resume();
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await connect();
      await client.write(
        "GET /ws HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\nearly",
      );
      const head = await client.readHead();
      assert.equal(head.status, 101);
      assert.equal(value(head.headers, "upgrade"), "websocket");
      assert.equal(value(head.headers, "connection"), "upgrade");
      assert.equal(value(head.headers, "sec-websocket-accept"), "xyz");
      assert.equal((await client.readExactly(5)).toString(), "early");
      const big = Buffer.alloc(3_000_000, "ab");
      const sending = client.write(big);
      assert.ok((await client.readExactly(big.length)).equals(big));
      await sending;
      await client.closeWrite();
      assert.equal(await client.ending(), "end");
      client.close();
    });
  });

  test("a tunnel can be ended and destroyed from our side", async () => {
    const tunnels: Tunnel[] = [];
    const ends: string[] = [];
    const handler = new TestHandler(({ response }) => {
      response.onDone = () => void ends.push("done");
      const tunnel = response.tunnel(fields());
      tunnel.incoming.start({
        data: () => undefined,
        end: () => void ends.push("end"),
        fail: () => void ends.push("fail"),
      });
      tunnels.push(tunnel);
    });
    await transport.run(handler, {}, async (connect) => {
      const upgrade = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
      const first = await connect();
      await first.write(upgrade);
      await first.readHead();
      tunnels[0]!.write(Buffer.from("bye"));
      tunnels[0]!.end();
      assert.equal((await first.readToEnd()).toString(), "bye");
      first.close();
      await until("the tunnel's end", () => ends.includes("done"));
      assert.equal(ends.filter((each) => each === "end" || each === "fail").length, 1);
      const second = await connect();
      await second.write(upgrade);
      await second.readHead();
      tunnels[1]!.destroy();
      await second.readToEnd();
      second.close();
      await until("the second tunnel's end", () => ends.filter((each) => each === "done").length === 2);
    });
  });

  test("an upgrade that is not taken up is an ordinary exchange", async () => {
    await transport.run(new TestHandler(answerText("plain")), {}, async (connect) => {
      const client = await connect();
      await client.write(
        "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
      );
      assert.equal((await client.readResponse()).body.toString(), "plain");
      await client.write(GET);
      assert.equal((await client.readResponse()).body.toString(), "plain");
      client.close();
    });
  });

  test("h2c, an upgrade with a body and one without Connection are not upgrades", async () => {
    const handler = new TestHandler(echo);
    await transport.run(handler, {}, async (connect) => {
      for (
        const more of [
          "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
          "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx",
          "Upgrade: websocket\r\n\r\n",
        ]
      ) {
        const client = await connect();
        await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n" + more);
        assert.equal((await client.readResponse()).status, 200);
        client.close();
      }
    });
    assert.deepEqual(handler.exchanges.map((each) => each.request.upgrade), [null, null, null]);
  });

  test("drain answers what runs, closes what is idle and takes nothing new", async () => {
    const { handler } = silent();
    await transport.run(handler, {}, async (connect, listener) => {
      const idle = await connect();
      await idle.write(GET);
      await until("the first exchange", () => handler.exchanges.length === 1);
      answerText("one")(handler.exchanges[0]!);
      await idle.readResponse();
      const busy = await connect();
      await busy.write(GET);
      await until("the second exchange", () => handler.exchanges.length === 2);
      const drained = listener.drain(5_000);
      assert.equal((await idle.readToEnd()).length, 0);
      idle.close();
      await assert.rejects(connect());
      answerText("two")(handler.exchanges[1]!);
      const answer = await busy.readResponse();
      assert.equal(value(answer.headers, "connection"), "close");
      assert.equal(await busy.ending(), "end");
      busy.close();
      await drained;
      assert.equal(listener.connections, 0);
    });
    assert.equal(handler.disconnectedCount, handler.connectedCount);
  });

  test("drain destroys what is not done at its deadline", async () => {
    const { handler, aborts } = silent();
    await transport.run(handler, {}, async (connect, listener) => {
      const client = await connect();
      await client.write(GET);
      await until("the exchange", () => handler.exchanges.length === 1);
      await listener.drain(50);
      assert.equal(aborts.length, 1);
      client.close();
    });
  });

  test("drain ends event streams early, and lets other answers finish", async () => {
    const { handler } = silent();
    await transport.run(handler, {}, async (connect, listener) => {
      const [stream, download] = [await connect(), await connect()];
      await stream.write(GET);
      await until("the first exchange", () => handler.exchanges.length === 1);
      await download.write(GET);
      await until("the second exchange", () => handler.exchanges.length === 2);
      handler.exchanges[0]!.response.head(
        200,
        HeaderList.from([["content-type", "text/event-stream"]]),
        null,
      );
      handler.exchanges[1]!.response.head(200, HeaderList.from([["content-type", "text/plain"]]), null);
      const drained = listener.drain(5_000, 20);
      await stream.ending();
      assert.equal(listener.connections, 1);
      handler.exchanges[1]!.response.end(null);
      assert.equal(await download.ending(), "end");
      for (const client of [stream, download]) client.close();
      await drained;
    });
  });

  test("connections over the limit are closed at accept", async () => {
    const handler = new TestHandler(answerText("x"));
    await transport.run(handler, { settings: { max_connections: 1 } }, async (connect, listener) => {
      const first = await connect();
      await first.write(GET);
      await first.readResponse();
      const refused = connect().then(async (second) => {
        await second.write(GET).catch(() => undefined);
        assert.equal((await second.readToEnd()).length, 0);
        second.close();
      }, () => undefined);
      await refused;
      assert.equal(listener.connections, 1);
      first.close();
      await until("the first connection's end", () => listener.connections === 0);
      listener.updateSettings({ ...DEFAULT_SERVER_SETTINGS, max_connections: 2 });
      const third = await connect();
      await third.write(GET);
      assert.equal((await third.readResponse()).status, 200);
      third.close();
    });
    assert.equal(handler.connectedCount, 2);
  });

  test("a peer that the accept filter refuses is closed at once", async () => {
    const handler = new TestHandler(answerText("x"));
    handler.accepts = false;
    await transport.run(handler, {}, async (connect) => {
      const client = await connect().catch(() => null);
      if (client === null) return;
      await client.write(GET).catch(() => undefined);
      assert.equal((await client.readToEnd()).length, 0);
      client.close();
    });
    assert.equal(handler.exchanges.length, 0);
    assert.equal(handler.disconnectedCount, 0);
  });
}
