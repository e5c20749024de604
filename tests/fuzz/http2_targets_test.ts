import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { systemClock } from "../../src/core/clock.ts";
import { FrameType } from "../../src/gateway/listener/http2/frame.ts";
import { UpstreamTransport } from "../../src/gateway/upstream/transport.ts";
import { frameBytes, headerBlock, settingsPayload } from "../support/h2_client.ts";
import { startH2Target } from "../support/h2_target.ts";
import { startExchange, testRequest, testTarget } from "../support/upstream_exchange.ts";
import { until } from "../support/upstream_poll.ts";

const ROUNDS = 300;

/** Park–Miller: the same frames at each run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = state * 48_271 % 0x7fffffff;
    return state % below;
  };
}

/** A few frames of a plausible answer, some of them with a byte, a length, a flag or a stream that is wrong. */
function answer(id: number, random: (below: number) => number): Buffer {
  const frames = [
    frameBytes(FrameType.headers, 0x4, id, headerBlock([[":status", "200"], ["content-length", "6"]])),
    frameBytes(FrameType.data, random(2), id, Buffer.from("abc")),
    frameBytes(FrameType.data, 0x8, id, Buffer.from([1, 97, 98, 99, 0])),
    frameBytes(FrameType.headers, 0x5, id, headerBlock([["x-end", "1"]])),
    frameBytes(FrameType.settings, 0, 0, settingsPayload([[random(10), random(70_000)]])),
    frameBytes(FrameType.ping, random(2), 0, Buffer.alloc(8)),
    frameBytes(FrameType.windowUpdate, 0, random(2) * id, Buffer.from([0, 0, random(2), random(256)])),
    frameBytes(FrameType.rstStream, 0, id, Buffer.from([0, 0, 0, random(14)])),
    frameBytes(FrameType.goaway, 0, 0, Buffer.from([0, 0, 0, random(8), 0, 0, 0, random(14)])),
    frameBytes(FrameType.continuation, 0x4, id, headerBlock([["a", "b"]])),
    frameBytes(random(20), random(256), random(6), Buffer.alloc(random(40), random(256))),
  ];
  const chosen = Buffer.concat(Array.from({ length: 1 + random(6) }, () => frames[random(frames.length)]!));
  if (random(3) === 0) chosen[random(chosen.length)] = random(256);
  return chosen;
}

Deno.test("whatever a target of HTTP/2 sends, each request ends once, and the next one works", async () => {
  const random = randomOf(20_261_122);
  let isGood = false;
  const upstream = await startH2Target((frame, connection) => {
    if (frame.type === -1) connection.settings();
    if (frame.type !== FrameType.headers) return;
    if (isGood) return connection.head(frame.id, [[":status", "204"]], true);
    connection.socket.write(answer(frame.id, random));
    if (random(2) === 0) connection.socket.end();
  });
  const transport = new UpstreamTransport({ clock: systemClock, allowPrivate: true });
  const target = testTarget(upstream.url, { protocol: "h2" });
  const exchanges = Array.from({ length: ROUNDS }, (_, i) => {
    const { call, sink } = startExchange(
      transport,
      testRequest("", { target, method: i % 7 === 0 ? "HEAD" : "GET" }),
    );
    return { call, sink, aborts: i % 11 === 0 };
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const { call, aborts } of exchanges) if (aborts) call.abort();
  isGood = true;
  for (const { call, sink, aborts } of exchanges) {
    // An answer that is not finished stays open: that is for the time limits, not for this test.
    if (!aborts && sink.endings === 0) call.abort();
    assert.ok(sink.endings <= 1);
  }
  // What the garbage has left half-read is another connection's.
  transport.close();
  const { sink } = startExchange(transport, testRequest("", { target }));
  await sink.over;
  assert.equal(sink.status, 204);
  transport.close();
  await upstream.close();
  await until(() => transport.counts().open === 0, "all connections closed");
});
