import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Exchange, Tunnel } from "../../src/core/exchange.ts";
import { ErrorCode, Flag, FrameType } from "../../src/gateway/listener/http2/frame.ts";
import { GET_FIELDS, H2Client, type Pairs, uint32 } from "../support/h2_client.ts";
import { value } from "../support/raw_client.ts";
import { answerText, fields, TestHandler } from "../support/raw_listener.ts";
import { until } from "../support/until.ts";
import { http2Transports } from "./listener_transports.ts";

/** Streams beside one another, tunnels, priorities, and how streams and connections end. */

const WEBSOCKET: Pairs = [
  [":method", "CONNECT"],
  [":protocol", "WebSocket"],
  ...GET_FIELDS.slice(1),
  ["sec-websocket-version", "13"],
];

function echoTunnel(exchange: Exchange): void {
  const tunnel = exchange.response.tunnel(
    fields(["sec-websocket-accept", "xyz"], ["sec-websocket-protocol", "chat"]),
  );
  tunnel.incoming.start({
    data: (chunk) => {
      if (!tunnel.write(chunk)) tunnel.incoming.pause();
    },
    end: () => tunnel.end(),
    fail: () => tunnel.destroy(),
  });
  tunnel.onDrain = () => tunnel.incoming.resume();
}

for (const transport of http2Transports()) {
  const test = (name: string, body: () => Promise<void>) =>
    Deno.test(`HTTP/2 ${transport.name}: ${name}`, body);

  test("streams are answered in whatever order their answers come", async () => {
    const waiting: Exchange[] = [];
    await transport.run(new TestHandler((exchange) => void waiting.push(exchange)), {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const first = await client.get("/1");
      const second = await client.get("/2");
      await until("both exchanges", () => waiting.length === 2);
      answerText("two")(waiting[1]!);
      assert.equal((await client.answer(second)).body, "two");
      answerText("one")(waiting[0]!);
      assert.equal((await client.answer(first)).body, "one");
      client.close();
    });
  });

  test("a stream that is taken back aborts its exchange, and the others go on", async () => {
    const waiting: Exchange[] = [];
    const aborts: string[] = [];
    const handler = new TestHandler((exchange) => {
      exchange.response.onAbort = (detail) => void aborts.push(detail);
      waiting.push(exchange);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const first = await client.get();
      const second = await client.get();
      await client.send(FrameType.rstStream, 0, first, uint32(ErrorCode.cancel));
      await until("onAbort", () => aborts.length === 1);
      assert.match(aborts[0]!, /CANCEL/);
      answerText("still here")(waiting[1]!);
      assert.equal((await client.answer(second)).body, "still here");
      client.close();
    });
  });

  test("an answer that is given up is a reset with INTERNAL_ERROR", async () => {
    const handler = new TestHandler(({ response }) => {
      response.head(200, fields(), null);
      response.write(Buffer.from("half"));
      response.abort("target is gone");
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      assert.equal(await client.resetOf(await client.get()), ErrorCode.internalError);
      client.close();
    });
  });

  test("content waits for the stream's and the connection's window", async () => {
    let writable = true;
    const handler = new TestHandler(({ response }) => {
      response.head(200, fields(), 20);
      writable = response.write(Buffer.from("0123456789".repeat(2)));
      response.onDrain = () => {
        writable = true;
        response.end(null);
      };
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect(), [[0x4, 3]]);
      const id = await client.get();
      assert.equal((await client.frameOf(FrameType.data)).payload.toString(), "012");
      assert.equal(writable, false);
      await client.send(FrameType.windowUpdate, 0, id, uint32(5));
      assert.equal((await client.frameOf(FrameType.data)).payload.toString(), "34567");
      // RFC 9113, 6.9.2: SETTINGS move the windows of open streams too.
      await client.send(FrameType.settings, 0, 0, Buffer.of(0, 4, 0, 0, 0, 100));
      assert.equal((await client.frameOf(FrameType.data)).payload.toString(), "890123456789");
      const last = await client.frameOf(FrameType.data);
      assert.equal(last.flags & Flag.endStream, Flag.endStream);
      client.close();
    });
  });

  test("the urgent answer goes first, of equals the older, incremental ones in turns", async () => {
    const piece = Buffer.alloc(65_535 + 40_000);
    const handler = new TestHandler(({ response, request }) => {
      if (request.rawPath === "/fill") return response.send(200, fields(), piece.subarray(0, 65_535));
      response.send(200, fields(), piece.subarray(0, 20_000));
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect(), [[0x4, 1_000_000]]);
      const fill = await client.get("/fill");
      await client.answer(fill);
      // The connection's window is used up: what comes now waits, and is sent by priority.
      const lazy = await client.get("/", [["priority", "u=6"]]);
      const turns = [
        await client.get("/", [["priority", "u=4, i"]]),
        await client.get("/", [["priority", "u=4, i"]]),
      ];
      const later = await client.get("/", [["priority", "u=6"]]);
      const urgent = await client.get("/", [["priority", "u=7"]]);
      const update = Buffer.concat([uint32(urgent), Buffer.from("u=0")]);
      await client.send(FrameType.priorityUpdate, 0, 0, update);
      await until("all exchanges", () => handler.exchanges.length === 6);
      await client.send(FrameType.windowUpdate, 0, 0, uint32(1_000_000));
      const order: number[] = [];
      for (let ended = 0; ended < 5;) {
        const frame = await client.frameOf(FrameType.data);
        order.push(frame.id);
        if ((frame.flags & Flag.endStream) !== 0) ended++;
      }
      assert.deepEqual(order, [
        urgent,
        urgent,
        turns[0],
        turns[1],
        turns[0],
        turns[1],
        lazy,
        lazy,
        later,
        later,
      ]);
      client.close();
    });
  });

  test("an Extended CONNECT is an upgrade, and carries bytes both ways", async () => {
    const handler = new TestHandler(echoTunnel);
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const id = client.newId();
      await client.headers(id, WEBSOCKET, false);
      await client.send(FrameType.data, 0, id, Buffer.from("hello"));
      const head = client.fields(await client.frameOf(FrameType.headers, id));
      assert.deepEqual(head, [[":status", "200"], ["sec-websocket-protocol", "chat"]]);
      assert.equal((await client.frameOf(FrameType.data, id)).payload.toString(), "hello");
      await client.send(FrameType.data, Flag.endStream, id, Buffer.from("bye"));
      assert.equal((await client.frameOf(FrameType.data, id)).payload.toString(), "bye");
      assert.equal((await client.frameOf(FrameType.data, id)).flags & Flag.endStream, Flag.endStream);
      client.close();
    });
    const { request, body } = handler.exchanges[0]!;
    assert.equal(request.method, "GET");
    assert.equal(request.upgrade, "websocket");
    assert.equal(body.length, 0);
    assert.match(request.headers.get("sec-websocket-key") ?? "", /^[A-Za-z0-9+/]{22}==$/);
  });

  test("a tunnel that is destroyed is a reset, and is over once", async () => {
    const tunnels: Tunnel[] = [];
    const told: string[] = [];
    const handler = new TestHandler(({ response }) => {
      response.onDone = () => void told.push("done");
      const tunnel = response.tunnel(fields());
      tunnel.incoming.start({
        data: () => undefined,
        end: () => void told.push("end"),
        fail: () => void told.push("fail"),
      });
      tunnels.push(tunnel);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const id = client.newId();
      await client.headers(id, WEBSOCKET, false);
      await client.frameOf(FrameType.headers);
      tunnels[0]!.destroy();
      assert.equal(await client.resetOf(id), ErrorCode.cancel);
      const second = client.newId();
      await client.headers(second, WEBSOCKET, false);
      await client.frameOf(FrameType.headers);
      await client.send(FrameType.rstStream, 0, second, uint32(ErrorCode.cancel));
      await until("the end of the second", () => told.length === 4);
      client.close();
    });
    assert.deepEqual(told, ["fail", "done", "fail", "done"]);
  });

  test("an upgrade that is not taken up is an ordinary answer", async () => {
    await transport.run(new TestHandler(answerText("plain")), {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const id = client.newId();
      await client.headers(id, WEBSOCKET, false);
      assert.equal((await client.answer(id)).body, "plain");
      assert.equal(await client.resetOf(id), ErrorCode.noError);
      client.close();
    });
  });

  test("100 Continue is sent when somebody wants the body", async () => {
    const waiting: Exchange[] = [];
    await transport.run(new TestHandler((exchange) => void waiting.push(exchange)), {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const id = client.newId();
      await client.headers(
        id,
        [[":method", "POST"], ...GET_FIELDS.slice(1), ["expect", "100-continue"]],
        false,
      );
      await until("the exchange", () => waiting.length === 1);
      waiting[0]!.body.start({
        data: () => undefined,
        end: () => answerText("done")(waiting[0]!),
        fail: () => assert.fail("no failure"),
      });
      assert.deepEqual(client.fields(await client.frameOf(FrameType.headers, id)), [[":status", "100"]]);
      await client.send(FrameType.data, Flag.endStream, id, Buffer.from("x"));
      assert.equal((await client.answer(id)).body, "done");
      client.close();
    });
  });

  test("closeAfter is a GOAWAY; what runs is answered, and the connection ends", async () => {
    const waiting: Exchange[] = [];
    const handler = new TestHandler((exchange) => {
      if (exchange.request.rawPath === "/wait") return void waiting.push(exchange);
      exchange.response.closeAfter();
      answerText("last")(exchange);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const wait = await client.get("/wait");
      const last = await client.get();
      assert.equal(await client.goaway(), ErrorCode.noError);
      assert.equal((await client.answer(last)).body, "last");
      // Beyond the id that GOAWAY names nothing is looked at.
      await client.get();
      answerText("answered")(waiting[0]!);
      assert.equal((await client.answer(wait)).body, "answered");
      assert.equal(await client.raw.ending(), "end");
      client.close();
    });
    assert.equal(handler.exchanges.length, 2);
  });

  test("drain takes what is on its way, answers it and ends; an idle connection ends at once", async () => {
    const waiting: Exchange[] = [];
    const handler = new TestHandler((exchange) => void waiting.push(exchange));
    await transport.run(handler, {}, async (connect, listener) => {
      const idle = await H2Client.begin(await connect());
      // Its SETTINGS are read once they are acknowledged.
      while (true) {
        const frame = await idle.anyFrame();
        if (frame.type === FrameType.settings && (frame.flags & Flag.ack) !== 0) break;
      }
      const client = await H2Client.begin(await connect());
      const first = await client.get();
      await until("the exchange", () => waiting.length === 1);
      const drained = listener.drain(5_000);
      assert.equal(await idle.goaway(), ErrorCode.noError);
      assert.equal(await idle.raw.ending(), "end");
      idle.close();
      const goaway = await client.frameOf(FrameType.goaway);
      assert.equal(goaway.payload.readUInt32BE(0), 0x7fffffff);
      const second = await client.get();
      const final = await client.frameOf(FrameType.goaway);
      await until(
        "the second exchange",
        () => waiting.length === 2 || final.payload.readUInt32BE(0) === first,
      );
      for (const exchange of waiting) answerText("drained")(exchange);
      assert.equal((await client.answer(first)).body, "drained");
      if (final.payload.readUInt32BE(0) === second) {
        assert.equal((await client.answer(second)).body, "drained");
      }
      assert.equal(await client.raw.ending(), "end");
      client.close();
      await drained;
      assert.equal(listener.connections, 0);
    });
  });

  test("a client that sends GOAWAY gets its answers", async () => {
    const waiting: Exchange[] = [];
    await transport.run(new TestHandler((exchange) => void waiting.push(exchange)), {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const id = await client.get();
      await client.send(FrameType.goaway, 0, 0, uint32(0, 0));
      await until("the exchange", () => waiting.length === 1);
      assert.equal(await client.goaway(), ErrorCode.noError);
      answerText("yes")(waiting[0]!);
      assert.equal((await client.answer(id)).body, "yes");
      assert.equal(await client.raw.ending(), "end");
      client.close();
    });
  });

  test("a client that ends its side is gone: what was said reaches it, what runs is aborted at once", async () => {
    const aborts: string[] = [];
    const handler = new TestHandler((exchange) => {
      exchange.response.onAbort = (detail) => void aborts.push(detail);
      if (exchange.request.rawPath === "/short") answerText("said")(exchange);
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      await client.get("/short");
      await client.get("/wait");
      await until("both exchanges", () => handler.exchanges.length === 2);
      await client.raw.closeWrite();
      assert.match((await client.raw.readToEnd()).toString("latin1"), /said/);
      assert.equal(await client.raw.ending(), "end");
      client.close();
    });
    assert.deepEqual(aborts, ["client closed the connection"]);
  });

  test("an answer with fields that cannot be written becomes a plain 500", async () => {
    const handler = new TestHandler(({ response }) =>
      response.send(200, fields(["x-bad", "a\r\nb: c"]), null)
    );
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const answer = await client.answer(await client.get());
      assert.equal(answer.status, 500);
      assert.equal(value(answer.headers, "x-bad"), undefined);
      client.close();
    });
    assert.equal(handler.exchanges[0]!.reason, "internal");
  });

  test("fields of the connection do not go out, upper-case names go out in lower case", async () => {
    const handler = new TestHandler(({ response }) => {
      const list = fields(["connection", "close"], ["keep-alive", "x"], ["transfer-encoding", "chunked"]);
      list.append("X-One", " 1 ");
      response.send(200, list, Buffer.from("ok"));
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const { headers } = await client.answer(await client.get());
      assert.deepEqual(headers.map(([name]) => name), [":status", "x-one", "content-length", "date"]);
      client.close();
    });
  });
}
