import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ErrorCode, Flag, FrameType } from "../../src/gateway/listener/http2/frame.ts";
import {
  frameBytes,
  GET_FIELDS,
  H2Client,
  headerBlock,
  settingsPayload,
  uint32,
} from "../support/h2_client.ts";
import { FLOODS, TABLE_ENTRY } from "../support/h2_floods.ts";
import { answerText, echo, TestHandler } from "../support/raw_listener.ts";
import { until } from "../support/until.ts";
import { http2Transports } from "./listener_transports.ts";

/**
 * What costs a client less than us: each flood ends with GOAWAY ENHANCE_YOUR_CALM and a line of the log, while another
 * client is served and memory stays where it was.
 */

const MIB = 1_048_576;
const GET_BLOCK = headerBlock(GET_FIELDS);
/** Answers `/answer`, keeps everything else waiting. */
function handler(): TestHandler {
  return new TestHandler((exchange) => {
    if (exchange.request.rawPath === "/answer") answerText("x".repeat(100_000))(exchange);
    if (exchange.request.rawPath === "/short") answerText("short")(exchange);
  });
}

for (const transport of http2Transports()) {
  const test = (name: string, body: () => Promise<void>) =>
    Deno.test(`HTTP/2 ${transport.name}: ${name}`, body);

  for (const flood of FLOODS) {
    test(`${flood.name}: ENHANCE_YOUR_CALM, and others are served`, async () => {
      const target = handler();
      await transport.run(target, {}, async (connect, listener) => {
        const client = await H2Client.begin(await connect(), flood.settings);
        const other = await H2Client.begin(await connect());
        const before = Deno.memoryUsage().rss;
        let stopped = false;
        const sending = (async () => {
          // Pieces of one write, as a flood has them; and a turn in between, for whoever reads.
          for (let i = 0; !stopped && i < 200_000;) {
            const pieces: Uint8Array[] = [];
            for (let n = 0; n < 20; n++) pieces.push(flood.next(i++));
            await client.raw.write(Buffer.concat(pieces));
            // A write that the kernel takes at once gives none: on a busy machine nobody else came to speak for seconds.
            await new Promise((resolve) => setImmediate(resolve));
          }
        })().catch(() => undefined);
        const [code, meanwhile] = await Promise.all([
          client.goaway(),
          other.get("/short").then((id) => other.answer(id)),
        ]);
        assert.equal(meanwhile.body, "short");
        assert.equal(code, ErrorCode.enhanceYourCalm);
        stopped = true;
        await sending;
        assert.equal((await other.answer(await other.get("/short"))).body, "short");
        const grown = Deno.memoryUsage().rss - before;
        assert.ok(grown < 96 * MIB, `${grown} bytes more`);
        client.close();
        await until("the connection's end", () => listener.connections === 1);
        other.close();
      });
      const abuse = target.refusals.filter((each) => each.reason === "protocol_abuse");
      assert.equal(abuse.length, 1);
      assert.match(abuse[0]!.detail, flood.detail);
      assert.equal(abuse[0]!.connection.peerAddress, "127.0.0.1");
    });
  }

  test("while answers wait that nobody takes, further requests wait too; once they are taken all are answered", async () => {
    const body = "y".repeat(65_536);
    const target = new TestHandler(answerText(body));
    await transport.run(target, {}, async (connect) => {
      const client = await H2Client.begin(await connect(), [[0x4, 0]]);
      const ids: number[] = [];
      for (let i = 0; i < 60; i++) ids.push(await client.get());
      await until("some are begun", () => target.exchanges.length >= 16);
      // Whoever waits for nothing has been answered by now: a PING comes back behind all that was read.
      await client.send(FrameType.ping, 0, 0, Buffer.alloc(8));
      await client.frameThat(({ type, flags }) => type === FrameType.ping && flags === Flag.ack);
      const begun = target.exchanges.length;
      assert.ok(
        begun * body.length <= 2 * MIB,
        `${begun} answers were put together for a client that takes none`,
      );
      await client.send(FrameType.rstStream, 0, ids.pop()!, uint32(ErrorCode.cancel));
      await client.send(FrameType.settings, 0, 0, settingsPayload([[0x4, 1_000_000]]));
      await client.send(FrameType.windowUpdate, 0, 0, uint32(100_000_000));
      const left = new Set(ids);
      while (left.size > 0) {
        const { id, flags, type } = await client.frameThat((frame) => frame.id > 0);
        assert.notEqual(type, FrameType.rstStream);
        if (type === FrameType.data && (flags & Flag.endStream) !== 0) left.delete(id);
      }
      client.close();
    });
    assert.equal(target.exchanges.length, 59, "one was taken back before its turn");
  });

  test("an answer taken byte by byte ends with ENHANCE_YOUR_CALM, however long the client waits between", async () => {
    const target = handler();
    await transport.run(target, {}, async (connect) => {
      const client = await H2Client.begin(await connect(), [[0x4, 1]]);
      const id = await client.get("/answer");
      let taken = 0;
      while (true) {
        const frame = await client.frame();
        if (frame.type === FrameType.goaway) {
          assert.equal(frame.payload.readUInt32BE(4), ErrorCode.enhanceYourCalm);
          break;
        }
        client.fields(frame);
        if (frame.type !== FrameType.data) continue;
        assert.equal(frame.payload.length, 1);
        // One update for one frame: as many as are allowed, so that it is the frames that are counted.
        taken++;
        await client.send(FrameType.windowUpdate, 0, id, uint32(1));
      }
      assert.ok(taken >= 500 && taken < 1_000, `${taken} frames of one byte`);
      client.close();
    });
    assert.match(target.refusals[0]!.detail, /ENHANCE_YOUR_CALM: tiny windows/);
  });

  test("a stream whose window stays closed is reset after the write time-out, others go on", async () => {
    const aborts: string[] = [];
    const target = new TestHandler((exchange) => {
      exchange.response.onAbort = (detail) => void aborts.push(detail);
      answerText("x".repeat(100))(exchange);
    });
    await transport.run(target, { settings: { write_timeout_ms: 200 } }, async (connect) => {
      const client = await H2Client.begin(await connect(), [[0x4, 10]]);
      const id = await client.get();
      const raw = client.raw;
      const code = await client.resetOf(id).catch(() => -1);
      // With nothing else to send the whole connection stands still, and ends.
      if (code === -1) await raw.readToEnd();
      else assert.equal(code, ErrorCode.cancel);
      client.close();
    });
    assert.equal(aborts.length, 1);
    assert.match(aborts[0]!, /taken nothing for 200 ms/);
    assert.equal(target.exchanges[0]!.reason, "timeout_client");
  });

  test("a preface, a frame and a header block that do not end are cut off", async () => {
    for (
      const bytes of [
        Buffer.from("PRI * HTTP/2.0\r\n"),
        Buffer.concat([
          Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
          frameBytes(FrameType.settings, 0, 0).subarray(0, 5),
        ]),
        Buffer.concat([
          Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
          frameBytes(FrameType.settings, 0, 0),
          frameBytes(FrameType.headers, Flag.endStream, 1, GET_BLOCK),
        ]),
      ]
    ) {
      const target = handler();
      await transport.run(target, { settings: { head_timeout_ms: 100 } }, async (connect) => {
        const raw = await connect();
        await raw.write(bytes);
        await raw.readToEnd();
        raw.close();
      });
      assert.equal(target.exchanges.length, 0);
    }
  });

  test("a body that stands still fails its stream, and the connection goes on", async () => {
    const target = new TestHandler((exchange) => {
      if (exchange.request.method === "GET") answerText("ok")(exchange);
      else echo(exchange);
    });
    await transport.run(target, { settings: { body_timeout_ms: 100 } }, async (connect) => {
      const client = await H2Client.begin(await connect());
      const id = client.newId();
      await client.headers(id, [[":method", "POST"], ...GET_FIELDS.slice(1)], false);
      await client.send(FrameType.data, 0, id, Buffer.from("x"));
      await client.resetOf(id);
      assert.equal((await client.answer(await client.get())).body, "ok");
      client.close();
    });
    assert.equal(target.exchanges[0]!.reason, "timeout_client");
  });

  test("an error of one connection is told in the log and leaves the others alone", async () => {
    const target = handler();
    await transport.run(target, {}, async (connect) => {
      const bad = await H2Client.begin(await connect());
      const other = await H2Client.begin(await connect());
      await bad.send(FrameType.data, 0, 1, Buffer.from("x"));
      assert.equal(await bad.goaway(), ErrorCode.protocolError);
      assert.equal((await other.answer(await other.get("/short"))).body, "short");
      bad.close();
      other.close();
    });
    assert.deepEqual(
      target.refusals.map((each) => [each.reason, each.detail]),
      [["malformed", "HTTP/2 PROTOCOL_ERROR: DATA on idle stream 1"]],
    );
  });

  test("a block that stands for far more than it is gets 431", async () => {
    const target = handler();
    await transport.run(target, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      // One entry of 4,000 bytes in the table, named again by one byte each time.
      const bomb = Buffer.concat([GET_BLOCK, TABLE_ENTRY, Buffer.alloc(10_000, 0xbe)]);
      const id = client.newId();
      await client.send(FrameType.headers, Flag.endHeaders | Flag.endStream, id, bomb);
      assert.equal((await client.answer(id)).status, 431);
      assert.equal((await client.answer(await client.get("/short"))).body, "short");
      client.close();
    });
    assert.deepEqual(target.refusals.map((each) => each.reason), ["head_too_large"]);
  });
}
