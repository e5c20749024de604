import assert from "node:assert/strict";
import {
  exchangeWith,
  GeneratedBody,
  RecordingSink,
  startExchange,
  testRequest,
} from "../../../tests/support/upstream_exchange.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";
import { until } from "../../../tests/support/upstream_poll.ts";
import { answerWith, startRawUpstream } from "../../../tests/support/upstream_server.ts";

const REFUSED: readonly (readonly [what: string, response: string, detail: RegExp])[] = [
  ["garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n", /not HTTP\/1\.x/],
  ["another version", "HTTP/2.0 200 OK\r\n\r\n", /not HTTP\/1\.x/],
  ["a bad status", "HTTP/1.1 2x0 OK\r\n\r\n", /bad status code/],
  ["a status out of range", "HTTP/1.1 999 OK\r\n\r\n", /out of range/],
  ["bare LF", "HTTP/1.1 200 OK\ncontent-length: 0\n\n", /LF without CR/],
  ["bare LF between fields", "HTTP/1.1 200 OK\r\na: b\nc: d\r\n\r\n", /LF without CR/],
  ["NUL in a value", "HTTP/1.1 200 OK\r\na: \0\r\n\r\n", /NUL/],
  ["obs-fold", "HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n", /white space/],
  ["space before colon", "HTTP/1.1 200 OK\r\ncontent-length : 3\r\n\r\nabc", /white space/],
  [
    "two lengths",
    "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabc",
    /two Content-Length/,
  ],
  [
    "the same length twice",
    "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 3\r\n\r\nabc",
    /two Content-L/,
  ],
  ["a list of lengths", "HTTP/1.1 200 OK\r\ncontent-length: 3, 3\r\n\r\nabc", /Content-Length "3, 3"/],
  ["a signed length", "HTTP/1.1 200 OK\r\ncontent-length: +3\r\n\r\nabc", /Content-Length "\+3"/],
  [
    "length and chunked",
    "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n",
    /together/,
  ],
  ["a coding not known", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n", /gzip/],
  [
    "two codings",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: x\r\n\r\n",
    /two Transfer/,
  ],
  ["chunked in HTTP/1.0", "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", /HTTP\/1\.0/],
  ["a head over 64 KiB", "HTTP/1.1 200 OK\r\na: " + "b".repeat(70_000) + "\r\n\r\n", /over 65536/],
  ["too many fields", "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(300) + "\r\n", /more than 256/],
  ["a bad chunk size", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0x3\r\nabc\r\n", /chunk size/],
  ["101 not asked for", "HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n", /no upgrade was asked/],
];

for (const [what, response, detail] of REFUSED) {
  Deno.test(`a response with ${what} is refused and its connection closed`, async () => {
    await withUpstream(startRawUpstream(answerWith(response)), async (transport, upstream) => {
      const sink = await exchangeWith(transport, testRequest(upstream.url));
      assert.equal(sink.failure?.reason, "upstream_protocol");
      assert.match(sink.failure!.detail, detail);
      assert.equal(sink.failure!.sent, true);
      assert.equal(sink.endings, 1);
      await until(() => transport.counts().open === 0, "the connection closed");
    });
  });
}

Deno.test("a target that closes before, in and after the head says where", async () => {
  const cases: [string, RegExp][] = [
    ["", /before the response head/],
    ["HTTP/1.1 200 OK\r\ncont", /before the response head/],
    ["HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", /in the middle of the response body/],
    [
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
      /in the middle of the response body/,
    ],
  ];
  for (const [bytes, detail] of cases) {
    const server = startRawUpstream((socket) => void socket.once("data", () => socket.end(bytes)));
    await withUpstream(server, async (transport, upstream) => {
      const sink = await exchangeWith(transport, testRequest(upstream.url));
      assert.equal(sink.failure?.reason, "upstream_protocol");
      assert.match(sink.failure!.detail, detail);
      assert.equal(sink.failure!.sent, true);
    });
  }
});

Deno.test("a reset in the middle of a body is a failure even where the end delimits it", async () => {
  const server = startRawUpstream((socket) => {
    socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\n\r\nabc"));
  });
  await withUpstream(server, async (transport, upstream) => {
    const { sink } = startExchange(transport, testRequest(upstream.url));
    await until(() => sink.bytes === 3, "the first bytes of the body");
    upstream.sockets[0]!.resetAndDestroy();
    await sink.over;
    assert.equal(sink.failure?.reason, "upstream_protocol");
  });
});

Deno.test("bytes after a response end the connection, so that they answer nothing", async () => {
  const answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
  await withUpstream(startRawUpstream(answerWith(answer + answer)), async (transport, upstream) => {
    for (let i = 0; i < 2; i++) {
      const sink = await exchangeWith(transport, testRequest(upstream.url));
      assert.equal(sink.text, "ok");
    }
    assert.equal(upstream.accepted(), 2);
  });
});

Deno.test("bytes on an idle connection end it", async () => {
  const server = startRawUpstream(answerWith("HTTP/1.1 204 No Content\r\n\r\n"));
  await withUpstream(server, async (transport, upstream) => {
    await exchangeWith(transport, testRequest(upstream.url));
    assert.deepEqual(transport.counts(), { open: 1, idle: 1 });
    upstream.sockets[0]!.write("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison");
    await until(() => transport.counts().open === 0, "the poisoned connection closed");
    assert.equal((await exchangeWith(transport, testRequest(upstream.url))).status, 204);
  });
});

Deno.test("a connection that the target closes while idle is not used again", async () => {
  const server = startRawUpstream(answerWith("HTTP/1.1 204 No Content\r\n\r\n"));
  await withUpstream(server, async (transport, upstream) => {
    await exchangeWith(transport, testRequest(upstream.url));
    upstream.sockets[0]!.end();
    await until(() => transport.counts().open === 0, "the idle connection closed");
    assert.equal((await exchangeWith(transport, testRequest(upstream.url))).status, 204);
    assert.equal(upstream.accepted(), 2);
  });
});

Deno.test("a request lost on a reused connection is not replayed and its failure says it may have arrived", async () => {
  let requests = 0;
  const server = startRawUpstream((socket) => {
    socket.on("data", () => {
      if (++requests === 1) socket.write("HTTP/1.1 204 No Content\r\n\r\n");
      else socket.destroy();
    });
  });
  await withUpstream(server, async (transport, upstream) => {
    await exchangeWith(transport, testRequest(upstream.url));
    const sink = await exchangeWith(transport, testRequest(upstream.url, { method: "POST" }));
    assert.equal(sink.failure?.reason, "upstream_protocol");
    assert.match(sink.failure!.detail, /on a reused connection/);
    assert.equal(sink.failure!.sent, true);
    assert.equal(requests, 2);
  });
});

Deno.test("connection: close and HTTP/1.0 end the connection, HTTP/1.0 with keep-alive does not", async () => {
  const cases: [string, number][] = [
    ["HTTP/1.1 200 OK\r\nconnection: x-a, Close\r\nx-a: 1\r\ncontent-length: 0\r\n\r\n", 2],
    ["HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", 2],
    ["HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n", 1],
    ["HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 0\r\n\r\n", 2],
    ["HTTP/1.1 200 OK\r\nkeep-alive: timeout=5, max=100\r\ncontent-length: 0\r\n\r\n", 1],
  ];
  for (const [response, connections] of cases) {
    await withUpstream(startRawUpstream(answerWith(response)), async (transport, upstream) => {
      for (let i = 0; i < 2; i++) {
        const sink = await exchangeWith(transport, testRequest(upstream.url));
        assert.equal(sink.status, 200);
        assert.equal(sink.headers.has("x-a"), false, "what Connection names does not pass");
      }
      assert.equal(upstream.accepted(), connections, response);
    });
  }
});

Deno.test("a target that never answers is a time-out", async () => {
  await withUpstream(startRawUpstream((socket) => void socket.resume()), async (transport, upstream) => {
    const sink = await exchangeWith(
      transport,
      testRequest(upstream.url, { timeouts: { response_head_ms: 50 } }),
    );
    assert.deepEqual(sink.failure, {
      reason: "upstream_timeout",
      detail: "no response head within 50 ms",
      sent: true,
    });
  });
});

Deno.test("a body that stands still is a time-out, but not while the client holds it back", async () => {
  const server = startRawUpstream(answerWith("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"));
  await withUpstream(server, async (transport, upstream) => {
    const request = testRequest(upstream.url, { timeouts: { body_idle_ms: 20 } });
    const sink = new RecordingSink();
    const call = transport.send(request, sink);
    await sink.headed;
    call.pause();
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(sink.endings, 0, "the sweep has run, and nothing failed while paused");
    call.resume();
    await sink.over;
    assert.equal(sink.failure?.reason, "upstream_timeout");
  });
});

Deno.test("a target that stops taking the request body is a time-out", async () => {
  await withUpstream(startRawUpstream((socket) => void socket.pause()), async (transport, upstream) => {
    const body = new GeneratedBody(64 * 1024 * 1024, { declared: true });
    const request = testRequest(upstream.url, { method: "POST", body, timeouts: { body_idle_ms: 100 } });
    const sink = await exchangeWith(transport, request);
    assert.equal(sink.failure?.reason, "upstream_timeout");
    assert.match(sink.failure!.detail, /took no body/);
  });
});

Deno.test("an early answer reaches the client, and the unfinished request's connection is closed", async () => {
  const server = startRawUpstream((socket) => {
    socket.once("data", () => socket.write("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig"));
    socket.resume();
  });
  await withUpstream(server, async (transport, upstream) => {
    const body = {
      length: 1_000,
      start(sink: { data(chunk: Uint8Array): void }) {
        sink.data(new Uint8Array(10));
      },
      pause() {},
      resume() {},
    };
    const sink = await exchangeWith(transport, testRequest(upstream.url, { method: "POST", body }));
    assert.equal(sink.status, 413);
    assert.equal(sink.text, "big");
    await until(() => transport.counts().open === 0, "the connection closed");
  });
});

Deno.test("a request body that breaks ends the connection before the target can take it for whole", async () => {
  let received = "";
  const server = startRawUpstream((socket) => {
    socket.on("data", (chunk: Uint8Array) => received += new TextDecoder().decode(chunk));
    socket.on("end", () => socket.end());
  });
  await withUpstream(server, async (transport, upstream) => {
    const body = {
      length: null,
      start(sink: { data(chunk: Uint8Array): void; fail(error: { kind: "gone"; detail: string }): void }) {
        sink.data(new TextEncoder().encode("part"));
        sink.fail({ kind: "gone", detail: "client closed" });
      },
      pause() {},
      resume() {},
    };
    const sink = await exchangeWith(transport, testRequest(upstream.url, { method: "POST", body }));
    assert.equal(sink.failure?.reason, "timeout_client");
    await until(
      () => transport.counts().open === 0 && upstream.sockets.length === 0,
      "the connection closed",
    );
    assert.equal(received.includes("0\r\n\r\n"), false);
  });
});

Deno.test("a body longer or shorter than declared never leaves as such", async () => {
  for (const [declared, given] of [[4, 5], [6, 5]] as const) {
    let received = "";
    const server = startRawUpstream((socket) => {
      socket.on("data", (chunk: Uint8Array) => received += new TextDecoder().decode(chunk));
    });
    await withUpstream(server, async (transport, upstream) => {
      const body = {
        length: declared,
        start(sink: { data(chunk: Uint8Array): void; end(trailers: null): void }) {
          sink.data(new Uint8Array(given).fill(0x61));
          sink.end(null);
        },
        pause() {},
        resume() {},
      };
      const sink = await exchangeWith(transport, testRequest(upstream.url, { method: "POST", body }));
      assert.equal(sink.failure?.reason, "timeout_client");
      await until(() => upstream.sockets.length === 0, "the connection closed");
      assert.ok(!received.includes("a".repeat(declared + 1)));
    });
  }
});

Deno.test("abort closes the connection to the target and nothing comes after it", async () => {
  const server = startRawUpstream(answerWith("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"));
  await withUpstream(server, async (transport, upstream) => {
    const { call, sink } = startExchange(transport, testRequest(upstream.url));
    await sink.headed;
    call.abort();
    call.abort();
    await until(() => upstream.sockets.length === 0, "the target saw it close");
    assert.equal(sink.endings, 0);
  });
});

Deno.test("[SECURITY] content behind a status that has none is nobody else's answer", async () => {
  for (
    const head of [
      "HTTP/1.1 204 No Content\r\ncontent-length: 5",
      "HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked",
      "HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked",
    ]
  ) {
    // The content would follow in a packet of its own: nothing shows that it is on its way.
    await withUpstream(startRawUpstream(answerWith(`${head}\r\n\r\n`)), async (transport, upstream) => {
      const sink = await exchangeWith(transport, testRequest(upstream.url));
      assert.equal(sink.failure, null);
      assert.equal(transport.counts().idle, 0, `${head}: the connection waits for another request`);
    });
  }
});
