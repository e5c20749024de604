import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Flag, FrameType } from "../listener/http2/frame.ts";
import { uint32 } from "../../../tests/support/h2_client.ts";
import { startH2Target, startPoliteH2Target } from "../../../tests/support/h2_target.ts";
import {
  exchangeWith,
  GeneratedBody,
  startExchange,
  testRequest,
  testTarget,
} from "../../../tests/support/upstream_exchange.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";
import { until } from "../../../tests/support/upstream_poll.ts";
import { answerWith, startRawUpstream } from "../../../tests/support/upstream_server.ts";
import { BytesBody } from "../../core/body.ts";
import { HeaderList } from "../../core/header_list.ts";

type Rest = Parameters<typeof testRequest>[1];

function h2(url: string, rest: Rest = {}) {
  return testRequest("", { target: testTarget(url, { protocol: "h2" }), ...rest });
}

const OK: [string, string][] = [[":status", "200"], ["content-type", "text/plain"]];

Deno.test("a request is one stream: pseudo-headers first, no field of a connection, content and trailers both ways", async () => {
  const seen: Map<string, string>[] = [];
  let body = "";
  const target = startH2Target((frame, connection) => {
    if (frame.type === -1) connection.settings();
    if (frame.type === FrameType.headers) {
      seen.push(connection.fields(frame));
      if ((frame.flags & Flag.endStream) === 0) return;
      connection.head(frame.id, [[":status", "103"], ["link", "</a.css>"]]);
      connection.head(frame.id, [...OK, ["content-length", "5"]]);
      connection.data(frame.id, "hello");
      connection.head(frame.id, [["grpc-status", "0"]], true);
    }
    if (frame.type === FrameType.data) body += frame.payload.toString();
  });
  await withUpstream(target, async (transport, upstream) => {
    const sink = await exchangeWith(
      transport,
      h2(upstream.url, {
        method: "POST",
        path: "/a?b=c",
        headers: [["host", "app.test"], ["te", "trailers"], ["connection", "x"], ["cookie", "a=b"]],
        body: new BytesBody(Buffer.from("abc"), HeaderList.from([["x-sum", "1"]])),
      }),
    );
    assert.deepEqual([...seen[0]!], [
      [":method", "POST"],
      [":scheme", "http"],
      [":authority", "app.test"],
      [":path", "/a?b=c"],
      ["cookie", "a=b"],
      ["te", "trailers"],
      ["content-length", "3"],
    ]);
    assert.equal(body, "abc");
    assert.deepEqual([...seen[1]!], [["x-sum", "1"]]);
    assert.deepEqual([sink.interim, sink.status, sink.length, sink.text], [[103], 200, 5, "hello"]);
    assert.equal(sink.headers.has("content-length"), false);
    assert.equal(sink.trailers?.get("grpc-status"), "0");
    assert.equal(sink.endings, 1);
  });
});

Deno.test("requests share one connection up to the target's limit of streams, and further ones wait or get another", async () => {
  const held: (() => void)[] = [];
  const target = startPoliteH2Target((id, _fields, connection) => {
    held.push(() => connection.head(id, OK, true));
  }, [[0x3, 2]]);
  await withUpstream(target, async (transport, upstream) => {
    const first = startExchange(transport, h2(upstream.url));
    await until(() => held.length === 1, "the first has its stream");
    const rest = Array.from({ length: 4 }, () => startExchange(transport, h2(upstream.url)));
    await until(() => held.length === 4, "the limits of two connections are used");
    assert.equal(upstream.accepted(), 2);
    while (held.length > 0) {
      held.shift()!();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const { sink } of [first, ...rest]) {
      await sink.over;
      assert.equal(sink.status, 200);
    }
    assert.equal(upstream.accepted(), 2);
  }, { limits: { maxConnections: 2 } });
});

Deno.test("HEAD, 204, 304 and declared lengths are read as HTTP says", async () => {
  const target = startPoliteH2Target((id, fields, connection) => {
    const [status, length] = fields.get(":path")!.slice(1).split("-");
    connection.head(id, [[":status", status!], ["content-length", length!]], true);
  });
  await withUpstream(target, async (transport, upstream) => {
    const cases: [string, string, number | null][] = [["HEAD", "200-7", 7], ["GET", "304-7", 7], [
      "GET",
      "200-0",
      0,
    ]];
    for (const [method, path, length] of cases) {
      const sink = await exchangeWith(transport, h2(upstream.url, { method, path: `/${path}` }));
      assert.deepEqual([sink.failure, sink.length, sink.text], [null, length, ""]);
    }
  });
});

Deno.test("a body flows at the target's pace, and the answer at the client's", async () => {
  const total = 3_000_000;
  let received = 0;
  let opens = false;
  const target = startH2Target((frame, connection) => {
    if (frame.type === -1) connection.settings();
    if (frame.type !== FrameType.data) return;
    received += frame.payload.length;
    if (opens && frame.payload.length > 0) {
      connection.frame(FrameType.windowUpdate, 0, 0, uint32(frame.payload.length));
      connection.frame(FrameType.windowUpdate, 0, frame.id, uint32(frame.payload.length));
    }
    if ((frame.flags & Flag.endStream) === 0) return;
    connection.head(frame.id, OK);
    // As much as our first window admits, and no more: what is not taken is not sent again by a server that obeys.
    for (let i = 0; i < 3; i++) connection.data(frame.id, Buffer.alloc(16_384, 0x61));
    connection.data(frame.id, Buffer.alloc(16_383, 0x61), true);
  });
  await withUpstream(target, async (transport, upstream) => {
    const body = new GeneratedBody(total, { declared: false });
    const { call, sink } = startExchange(transport, h2(upstream.url, { method: "POST", body }));
    await until(() => received === 65_535, "the first window is used");
    assert.ok(body.given < 400_000, `no more is taken from the client: ${body.given}`);
    opens = true;
    call.pause();
    upstream.sockets[0]!.write(windowUpdates(1, 65_535));
    await until(() => received === total, "all of it has arrived");
    await sink.headed;
    assert.equal(sink.bytes, 0, "paused");
    call.resume();
    await sink.over;
    assert.equal(sink.bytes, 65_535);
  });
});

function windowUpdates(id: number, bytes: number): Uint8Array {
  const one = (stream: number) =>
    Buffer.concat([Buffer.of(0, 0, 4, FrameType.windowUpdate, 0), uint32(stream), uint32(bytes)]);
  return Buffer.concat([one(0), one(id)]);
}

Deno.test("an aborted request resets its stream, and the connection carries the next one", async () => {
  const resets: number[] = [];
  const target = startH2Target((frame, connection) => {
    if (frame.type === -1) connection.settings();
    if (frame.type === FrameType.rstStream) resets.push(frame.payload.readUInt32BE(0));
    if (frame.type !== FrameType.headers) return;
    connection.head(frame.id, OK);
    if (connection.fields(frame).get(":path") === "/ends") connection.data(frame.id, "x", true);
  });
  await withUpstream(target, async (transport, upstream) => {
    const { call, sink } = startExchange(transport, h2(upstream.url));
    await sink.headed;
    call.abort();
    const next = await exchangeWith(transport, h2(upstream.url, { path: "/ends" }));
    assert.equal(next.text, "x");
    assert.deepEqual([resets, upstream.accepted(), sink.endings], [[8], 1, 0]);
  });
});

Deno.test("what a target did not look at is asked again where that is safe, else it says unsent", async () => {
  let requests = 0;
  const target = startPoliteH2Target((id, fields, connection) => {
    requests++;
    if (fields.get(":path") === "/refused") {
      return connection.frame(FrameType.rstStream, 0, id, uint32(7));
    }
    if (requests % 2 === 1) connection.frame(FrameType.goaway, 0, 0, uint32(0, 0));
    else connection.head(id, OK, true);
  });
  await withUpstream(target, async (transport, upstream) => {
    const again = await exchangeWith(transport, h2(upstream.url));
    assert.deepEqual([again.status, requests, upstream.accepted()], [200, 2, 2]);
    const post = await exchangeWith(
      transport,
      h2(upstream.url, { method: "POST", body: new BytesBody(Buffer.from("x")) }),
    );
    assert.deepEqual([post.failure?.reason, post.failure?.sent, requests], ["upstream_protocol", false, 3]);
    const refused = await exchangeWith(transport, h2(upstream.url, { path: "/refused" }));
    assert.deepEqual([refused.failure?.sent, requests], [false, 7]);
    assert.match(refused.failure!.detail, /REFUSED_STREAM/);
  });
});

Deno.test("a server of HTTP/1.1, one that closes and one that says nothing are told apart, and nothing was sent", async () => {
  const silent = await startRawUpstream((socket) => void socket.resume());
  const closing = await startRawUpstream((socket) => void socket.end());
  await withUpstream(
    startRawUpstream(answerWith("HTTP/1.1 400 Bad Request\r\n\r\n")),
    async (transport, upstream) => {
      const cases: [string, string, RegExp][] = [
        [upstream.url, "upstream_protocol", /answers in HTTP\/1\.1: set its protocol to http1/],
        [closing.url, "upstream_protocol", /closed the connection/],
        [silent.url, "upstream_timeout", /no HTTP\/2 connection .* within 300 ms/],
      ];
      for (const [url, reason, detail] of cases) {
        const sink = await exchangeWith(transport, h2(url, { timeouts: { connect_ms: 300 } }));
        assert.equal(sink.failure?.reason, reason);
        assert.match(sink.failure!.detail, detail);
        assert.equal(sink.failure!.sent, false);
      }
    },
  );
  await silent.close();
  await closing.close();
});

Deno.test("a connection on which a request got no answer carries no other one before PING is answered", async () => {
  let answersPing = true;
  let pings = 0;
  const target = startH2Target((frame, connection) => {
    if (frame.type === -1) connection.settings();
    if (frame.type === FrameType.ping) {
      pings++;
      if (answersPing) connection.frame(FrameType.ping, Flag.ack, 0, frame.payload);
    }
    if (frame.type !== FrameType.headers) return;
    if (connection.fields(frame).get(":path") === "/good") connection.head(frame.id, OK, true);
  });
  await withUpstream(target, async (transport, upstream) => {
    const timeouts = { response_head_ms: 100 };
    const good = async () => (await exchangeWith(transport, h2(upstream.url, { path: "/good" }))).status;
    assert.equal(
      (await exchangeWith(transport, h2(upstream.url, { timeouts }))).failure?.reason,
      "upstream_timeout",
    );
    await until(() => pings === 1, "PING");
    assert.deepEqual([await good(), upstream.accepted()], [200, 1], "it answered, so it goes on");
    answersPing = false;
    assert.equal(
      (await exchangeWith(transport, h2(upstream.url, { timeouts }))).failure?.reason,
      "upstream_timeout",
    );
    assert.deepEqual([await good(), upstream.accepted()], [200, 2]);
  });
});

Deno.test("time limits are those of HTTP/1.1: for the head, and for a body that stands still", async () => {
  const target = startPoliteH2Target((id, fields, connection) => {
    if (fields.get(":path") === "/body") connection.head(id, OK);
  });
  await withUpstream(target, async (transport, upstream) => {
    const timeouts = { response_head_ms: 200, body_idle_ms: 200 };
    const head = await exchangeWith(transport, h2(upstream.url, { timeouts }));
    assert.deepEqual([head.failure?.reason, head.failure?.sent], ["upstream_timeout", true]);
    const body = await exchangeWith(transport, h2(upstream.url, { path: "/body", timeouts }));
    assert.match(body.failure!.detail, /stood still/);
  });
});
