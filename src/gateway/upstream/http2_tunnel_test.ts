import assert from "node:assert/strict";
import type { BodyFailure } from "../../core/body.ts";
import type { Tunnel } from "../../core/exchange.ts";
import { Flag, FrameType } from "../listener/http2/frame.ts";
import { Setting } from "../listener/http2/settings.ts";
import { startH2Target } from "../../../tests/support/h2_target.ts";
import {
  exchangeWith,
  startExchange,
  testRequest,
  testTarget,
} from "../../../tests/support/upstream_exchange.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";
import { until } from "../../../tests/support/upstream_poll.ts";
import type { HostTimeouts } from "../../core/host_timeouts.ts";

const text = new TextEncoder();

function websocket(url: string, timeouts: Partial<HostTimeouts> = {}) {
  return testRequest("", {
    target: testTarget(url, { protocol: "h2" }),
    upgrade: "websocket",
    headers: [["host", "app.test"], ["sec-websocket-key", "abc"], ["sec-websocket-version", "13"]],
    timeouts,
  });
}

/** Takes Extended CONNECT and echoes; ends its half once the other side has. */
function echo(seen: Map<string, string>[] = []) {
  return startH2Target((frame, connection) => {
    if (frame.type === -1) connection.settings([[Setting.enableConnectProtocol, 1]]);
    if (frame.type === FrameType.headers) {
      seen.push(connection.fields(frame));
      connection.head(frame.id, [[":status", "200"], ["sec-websocket-protocol", "chat"]]);
    }
    if (frame.type === FrameType.data) {
      connection.data(frame.id, frame.payload, (frame.flags & Flag.endStream) !== 0);
    }
  });
}

function readTunnel(tunnel: Tunnel) {
  const read = { text: "", ended: false, failure: null as BodyFailure | null };
  tunnel.incoming.start({
    data: (chunk) => void (read.text += new TextDecoder().decode(chunk)),
    end: () => void (read.ended = true),
    fail: (failure) => void (read.failure = failure),
  });
  return read;
}

Deno.test("an upgrade becomes an Extended CONNECT, and its stream a tunnel beside other requests", async () => {
  const seen: Map<string, string>[] = [];
  await withUpstream(echo(seen), async (transport, upstream) => {
    const { sink } = startExchange(transport, websocket(upstream.url));
    await sink.over;
    assert.equal(sink.status, 101);
    assert.equal(sink.headers.get("sec-websocket-protocol"), "chat");
    assert.deepEqual([...seen[0]!], [
      [":method", "CONNECT"],
      [":scheme", "http"],
      [":authority", "app.test"],
      [":path", "/"],
      [":protocol", "websocket"],
      ["sec-websocket-version", "13"],
    ]);
    const tunnel = sink.tunnel!;
    const read = readTunnel(tunnel);
    tunnel.write(text.encode("hello"));
    await until(() => read.text === "hello", "the echo");
    tunnel.end();
    await until(() => read.ended, "the target's end");
    assert.equal(read.failure, null);
    assert.equal(upstream.accepted(), 1);
    assert.deepEqual(transport.counts(), { open: 1, idle: 1 }, "the stream is free again");
  });
});

Deno.test("a tunnel over HTTP/2 ends when it is idle, when its time is over, and with its connection", async () => {
  await withUpstream(echo(), async (transport, upstream) => {
    const cases: [Partial<HostTimeouts>, RegExp][] = [
      [{ tunnel_idle_ms: 200 }, /idle for 200 ms/],
      [{ tunnel_total_ms: 200 }, /open for 200 ms/],
    ];
    for (const [timeouts, detail] of cases) {
      const { sink } = startExchange(transport, websocket(upstream.url, timeouts));
      await sink.over;
      const read = readTunnel(sink.tunnel!);
      await until(() => read.failure !== null, "the end of the tunnel");
      assert.match(read.failure!.detail, detail);
    }
    const { sink } = startExchange(transport, websocket(upstream.url));
    await sink.over;
    const read = readTunnel(sink.tunnel!);
    for (const socket of upstream.sockets) socket.destroy();
    await until(() => read.failure !== null, "the loss of the connection");
    assert.equal(read.failure!.kind, "gone");
  });
});

Deno.test("a target that takes no Extended CONNECT is told apart, and nothing was sent", async () => {
  const target = startH2Target((frame, connection) => {
    if (frame.type === -1) connection.settings();
  });
  await withUpstream(target, async (transport, upstream) => {
    const sink = await exchangeWith(transport, websocket(upstream.url));
    assert.equal(sink.failure?.reason, "upstream_protocol");
    assert.match(sink.failure!.detail, /takes no websocket over HTTP\/2/);
    assert.equal(sink.failure!.sent, false);
  });
});
