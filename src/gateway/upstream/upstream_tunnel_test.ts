import assert from "node:assert/strict";
import type { BodyFailure } from "../../core/body.ts";
import type { Tunnel } from "../../core/exchange.ts";
import { makeTestCertificate } from "../../../tests/support/upstream_certificate.ts";
import {
  RecordingSink,
  startExchange,
  testRequest,
  testTarget,
} from "../../../tests/support/upstream_exchange.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";
import { until } from "../../../tests/support/upstream_poll.ts";
import { startRawUpstream, startTlsUpstream } from "../../../tests/support/upstream_server.ts";

const SWITCH =
  "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: WebSocket\r\nx-accept: s3\r\n\r\n";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Reads a tunnel's incoming side into fields. */
function readTunnel(tunnel: Tunnel) {
  const read = { text: "", ended: false, failure: null as BodyFailure | null };
  tunnel.incoming.start({
    data: (chunk) => void (read.text += decoder.decode(chunk)),
    end: () => void (read.ended = true),
    fail: (failure) => void (read.failure = failure),
  });
  return read;
}

function upgradeRequest(url: string, tunnelIdleMs = 60_000) {
  return testRequest(url, { upgrade: "websocket", timeouts: { tunnel_idle_ms: tunnelIdleMs } });
}

/** Switches protocols, says "hi" in the same write, then echoes; ends its half once the other side has. */
const echo = () =>
  startRawUpstream((socket) => {
    socket.once("data", () => {
      socket.write(SWITCH + "hi;");
      socket.on("data", (chunk: Uint8Array) => socket.write(chunk));
      socket.on("end", () => socket.end("bye"));
    });
  }, { allowHalfOpen: true });

Deno.test("an upgrade gives a tunnel with the bytes that came along, both ways, each half ended by itself", async () => {
  await withUpstream(echo(), async (transport, upstream) => {
    const { sink } = startExchange(transport, upgradeRequest(upstream.url));
    await sink.over;
    assert.equal(sink.status, 101);
    assert.equal(sink.headers.get("x-accept"), "s3");
    assert.equal(sink.headers.has("upgrade"), false);
    const tunnel = sink.tunnel!;
    tunnel.write(encoder.encode("before;"));
    const read = readTunnel(tunnel);
    tunnel.write(encoder.encode("after;"));
    await until(() => read.text === "hi;before;after;", "the echo");
    tunnel.end();
    await until(() => read.ended, "the target's end");
    assert.equal(read.text, "hi;before;after;bye");
    assert.equal(read.failure, null);
    await until(() => transport.counts().open === 0, "the connection closed");
    assert.equal(sink.endings, 1);
  });
});

Deno.test("an upgrade over TLS is tunnelled the same way", async () => {
  const server = startTlsUpstream(makeTestCertificate(), (socket) => {
    socket.once("data", () => {
      socket.write(SWITCH + "hi;");
      socket.on("data", (chunk: Uint8Array) => socket.end(chunk));
    });
  });
  await withUpstream(server, async (transport, upstream) => {
    const target = testTarget(upstream.url, { verify_tls: false });
    const { sink } = startExchange(transport, testRequest("", { target, upgrade: "websocket" }));
    await sink.over;
    const read = readTunnel(sink.tunnel!);
    sink.tunnel!.write(encoder.encode("over TLS"));
    await until(() => read.ended, "the target's end");
    assert.equal(read.text, "hi;over TLS");
    sink.tunnel!.destroy();
  });
});

Deno.test("a tunnel that nobody uses ends at its deadline", async () => {
  await withUpstream(echo(), async (transport, upstream) => {
    const { sink } = startExchange(transport, upgradeRequest(upstream.url, 50));
    await sink.over;
    const read = readTunnel(sink.tunnel!);
    await until(() => read.failure !== null, "the time-out");
    assert.equal(read.failure!.kind, "timeout");
    await until(() => upstream.sockets.length === 0, "the connection closed");
  });
});

Deno.test("a tunnel whose target is gone fails, even if nobody was reading yet", async () => {
  await withUpstream(echo(), async (transport, upstream) => {
    const { sink } = startExchange(transport, upgradeRequest(upstream.url));
    await sink.over;
    upstream.sockets[0]!.resetAndDestroy();
    // A paused socket is not read, so its end may only show once reading starts.
    const read = readTunnel(sink.tunnel!);
    await until(() => read.failure !== null || read.ended, "the failure");
    assert.equal(read.failure?.kind, "gone");
  });
});

Deno.test("an upgrade that the target refuses is an ordinary response", async () => {
  const server = startRawUpstream((socket) => {
    socket.on("data", () => socket.write("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno"));
  });
  await withUpstream(server, async (transport, upstream) => {
    const { sink } = startExchange(transport, upgradeRequest(upstream.url));
    await sink.over;
    assert.equal(sink.status, 403);
    assert.equal(sink.text, "no");
    assert.deepEqual(transport.counts(), { open: 1, idle: 1 });
  });
});

Deno.test("tunnels take no connection from requests, and have a bound of their own", async () => {
  await withUpstream(echo(), async (transport, upstream) => {
    const tunnels: Tunnel[] = [];
    for (let i = 0; i < 2; i++) {
      const { sink } = startExchange(transport, upgradeRequest(upstream.url));
      await sink.over;
      tunnels.push(sink.tunnel!);
    }
    const third = new RecordingSink();
    transport.send(upgradeRequest(upstream.url), third);
    await third.over;
    assert.equal(third.failure?.reason, "overload");
    tunnels[0]!.destroy();
    await until(() => transport.counts().open === 1, "one tunnel less");
    const { sink } = startExchange(transport, upgradeRequest(upstream.url));
    await sink.over;
    assert.equal(sink.status, 101);
    sink.tunnel!.destroy();
    tunnels[1]!.destroy();
  }, { limits: { maxConnections: 1, maxTunnels: 2 } });
});

Deno.test("a switch to another protocol than asked for is refused", async () => {
  const server = startRawUpstream((socket) => {
    socket.on("data", () => socket.write(SWITCH.replace("WebSocket", "h2c")));
  });
  await withUpstream(server, async (transport, upstream) => {
    const sink = new RecordingSink();
    transport.send(upgradeRequest(upstream.url), sink);
    await sink.over;
    assert.equal(sink.failure?.reason, "upstream_protocol");
    assert.equal(sink.tunnel, null);
  });
});

Deno.test("a tunnel whose reader pauses holds the target back, and loses nothing", async () => {
  const total = 32 * 1024 * 1024;
  let written = 0;
  const server = startRawUpstream((socket) => {
    socket.once("data", () => {
      socket.write(SWITCH);
      const chunk = new Uint8Array(65_536);
      const push = () => {
        while (written < total) {
          written += chunk.length;
          if (!socket.write(chunk)) return void socket.once("drain", push);
        }
        socket.end();
      };
      push();
    });
  });
  await withUpstream(server, async (transport, upstream) => {
    const { sink } = startExchange(transport, upgradeRequest(upstream.url));
    await sink.over;
    const { incoming } = sink.tunnel!;
    let bytes = 0;
    let ended = false;
    incoming.start({
      data: (chunk) => void (bytes += chunk.length),
      end: () => void (ended = true),
      fail: ({ detail }) => assert.fail(detail),
    });
    incoming.pause();
    let before = -1;
    await until(() => {
      const still = written === before;
      before = written;
      return still && written > 0;
    }, "the target held back");
    assert.ok(written < total, `${written} bytes left the target although nobody read`);
    incoming.resume();
    await until(() => ended, "the end");
    assert.equal(bytes, total);
    sink.tunnel!.destroy();
  });
});

Deno.test("a tunnel ends after its whole time, however busy it is", async () => {
  await withUpstream(echo(), async (transport, upstream) => {
    const { sink } = startExchange(
      transport,
      testRequest(upstream.url, { upgrade: "websocket", timeouts: { tunnel_total_ms: 300 } }),
    );
    await sink.over;
    const tunnel = sink.tunnel!;
    const read = readTunnel(tunnel);
    await until(() => {
      tunnel.write(encoder.encode("x"));
      return read.failure !== null;
    }, "the end of the tunnel");
    assert.deepEqual(read.failure, { kind: "timeout", detail: "tunnel open for 300 ms" });
    await until(() => transport.counts().open === 0, "the connection closed");
  });
});
