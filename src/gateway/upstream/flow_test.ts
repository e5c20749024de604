import assert from "node:assert/strict";
import { makeTestCertificate } from "../../../tests/support/upstream_certificate.ts";
import {
  exchangeWith,
  GeneratedBody,
  RecordingSink,
  testRequest,
  testTarget,
} from "../../../tests/support/upstream_exchange.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";
import { until } from "../../../tests/support/upstream_poll.ts";
import { startHttpUpstream, startTlsUpstream } from "../../../tests/support/upstream_server.ts";

const MIB = 1024 * 1024;

for (const declared of [true, false]) {
  const framing = declared ? "with a length" : "chunked";
  Deno.test(`256 MiB up ${framing} and down again, at the pace of the slower side`, async () => {
    const total = 256 * MIB;
    const server = startHttpUpstream((request, response) => {
      if (declared) response.setHeader("content-length", total);
      request.pipe(response);
    });
    await withUpstream(server, async (transport, upstream) => {
      const body = new GeneratedBody(total, { declared });
      const sink = new RecordingSink();
      sink.keep = false;
      let most = 0;
      let turn = 0;
      const call = transport.send(testRequest(upstream.url, { method: "POST", body }), sink);
      sink.onData = () => {
        most = Math.max(most, body.given - sink.bytes);
        if (++turn % 64 !== 0) return;
        call.pause();
        setTimeout(() => call.resume(), 0);
      };
      await sink.over;
      assert.equal(sink.failure, null);
      assert.equal(sink.bytes, total);
      assert.ok(body.pauses > 0, "the body was held back");
      // What is on the way: the kernel's buffers of two sockets and Node's in the target.
      assert.ok(most < 32 * MIB, `${most} bytes were on the way at once`);
      await until(() => transport.counts().idle === 1, "the connection went back to the pool");
    });
  });
}

Deno.test("while the client does not read, the target is held back", async () => {
  const total = 64 * MIB;
  let written = 0;
  const server = startHttpUpstream((_request, response) => {
    const chunk = new Uint8Array(65_536);
    const push = () => {
      while (written < total) {
        written += chunk.length;
        if (!response.write(chunk)) return void response.once("drain", push);
      }
      response.end();
    };
    push();
  });
  await withUpstream(server, async (transport, upstream) => {
    const sink = new RecordingSink();
    sink.keep = false;
    const call = transport.send(testRequest(upstream.url), sink);
    await sink.headed;
    call.pause();
    const atPause = sink.bytes;
    let before = -1;
    await until(() => {
      const still = written === before;
      before = written;
      return still;
    }, "the target held back");
    assert.ok(written < total, `${written} bytes left the target although nobody read`);
    assert.ok(sink.bytes - atPause <= 65_536, "at most one read came after pause");
    call.resume();
    await sink.over;
    assert.equal(sink.bytes, total);
  });
});

Deno.test("more requests than connections wait their turn, and beyond the queue get overload", async () => {
  const server = startHttpUpstream((_request, response) => void setTimeout(() => response.end("x"), 5));
  await withUpstream(server, async (transport, upstream) => {
    const calls = Array.from({ length: 20 }, () => exchangeWith(transport, testRequest(upstream.url)));
    const sinks = await Promise.all(calls);
    const refused = sinks.filter((sink) => sink.failure !== null);
    assert.equal(refused.length, 8);
    for (const { failure } of refused) {
      assert.equal(failure!.reason, "overload");
      assert.equal(failure!.sent, false);
    }
    assert.equal(upstream.accepted(), 2);
  }, { limits: { maxConnections: 2, maxWaiting: 10 } });
});

Deno.test("waiting for a connection has a deadline, and one that leaves makes room", async () => {
  const server = startHttpUpstream((request, response) => {
    if (request.url !== "/hang") response.end("x");
  });
  await withUpstream(server, async (transport, upstream) => {
    const hanging = transport.send(testRequest(upstream.url, { path: "/hang" }), new RecordingSink());
    const late = await exchangeWith(transport, testRequest(upstream.url, { timeouts: { connect_ms: 50 } }));
    assert.equal(late.failure?.reason, "overload");
    assert.match(late.failure!.detail, /waited 50 ms/);
    const patient = exchangeWith(transport, testRequest(upstream.url));
    hanging.abort();
    assert.equal((await patient).text, "x");
  }, { limits: { maxConnections: 1 } });
});

Deno.test("idle connections are bounded in number and time", async () => {
  const server = startHttpUpstream((_request, response) => void setTimeout(() => response.end("x"), 5));
  await withUpstream(server, async (transport, upstream) => {
    await Promise.all([1, 2, 3, 4].map(() => exchangeWith(transport, testRequest(upstream.url))));
    assert.equal(transport.counts().idle, 2);
    await until(() => transport.counts().open === 0, "idle connections expired");
  }, { limits: { maxIdle: 2, idleMs: 100 } });
});

Deno.test("pausing before the answer holds back its body, not its head", async () => {
  const server = startHttpUpstream((_request, response) => void response.end("x".repeat(8 * MIB)));
  await withUpstream(server, async (transport, upstream) => {
    const sink = new RecordingSink();
    sink.keep = false;
    const call = transport.send(testRequest(upstream.url), sink);
    call.pause();
    await sink.headed;
    assert.equal(sink.status, 200);
    const atHead = sink.bytes;
    assert.ok(atHead <= 65_536, "what came with the head");
    call.resume();
    await sink.over;
    assert.equal(sink.bytes, 8 * MIB);
    assert.equal(transport.counts().idle, 1);
  });
});

Deno.test("connections over TLS are used again, and bodies pass both ways", async () => {
  const bodyBytes = 8 * MIB;
  const server = startTlsUpstream(makeTestCertificate(), (socket) => {
    let left = 0;
    socket.on("data", (chunk: Uint8Array) => {
      if (left === 0) {
        const headEnd = new TextDecoder("latin1").decode(chunk).indexOf("\r\n\r\n") + 4;
        left = bodyBytes - (chunk.length - headEnd);
      } else left -= chunk.length;
      if (left === 0) {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${bodyBytes}\r\n\r\n` + "y".repeat(bodyBytes));
      }
    });
  });
  await withUpstream(server, async (transport, upstream) => {
    const target = testTarget(upstream.url, { verify_tls: false });
    for (let i = 0; i < 2; i++) {
      const body = new GeneratedBody(bodyBytes, { declared: true });
      const sink = await exchangeWith(transport, testRequest("", { target, method: "POST", body }));
      assert.equal(sink.failure, null);
      assert.equal(sink.bytes, bodyBytes);
    }
    assert.equal(upstream.accepted(), 1);
  });
});
