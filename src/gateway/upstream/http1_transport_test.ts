import assert from "node:assert/strict";
import { BytesBody } from "../../core/body.ts";
import { systemClock } from "../../core/clock.ts";
import { HeaderList } from "../../core/header_list.ts";
import { exchangeWith, startExchange, testRequest } from "../../../tests/support/upstream_exchange.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";
import { answerWith, startHttpUpstream, startRawUpstream } from "../../../tests/support/upstream_server.ts";
import { UpstreamTransport } from "./transport.ts";

const encoder = new TextEncoder();

Deno.test("a GET brings status, headers, length and body", async () => {
  const server = startHttpUpstream((request, response) => {
    response.setHeader("x-path", request.url!);
    response.setHeader("x-host", request.headers.host!);
    response.end("hello");
  });
  await withUpstream(server, async (transport, upstream) => {
    const sink = await exchangeWith(transport, testRequest(upstream.url, { path: "/a%2Fb?c=1" }));
    assert.equal(sink.failure, null);
    assert.equal(sink.status, 200);
    assert.equal(sink.headers.get("x-path"), "/a%2Fb?c=1");
    assert.equal(sink.headers.get("x-host"), "app.test");
    assert.equal(sink.length, 5);
    assert.equal(sink.text, "hello");
    for (const name of ["connection", "keep-alive", "content-length", "transfer-encoding"]) {
      assert.equal(sink.headers.has(name), false, name);
    }
  });
});

Deno.test("requests one after the other share a connection, requests at once do not", async () => {
  const server = startHttpUpstream((_request, response) => void response.end("x"));
  await withUpstream(server, async (transport, upstream) => {
    for (let i = 0; i < 5; i++) await exchangeWith(transport, testRequest(upstream.url));
    assert.equal(upstream.accepted(), 1);
    const both = [1, 2, 3].map(() => exchangeWith(transport, testRequest(upstream.url)));
    for (const sink of await Promise.all(both)) assert.equal(sink.text, "x");
    assert.equal(upstream.accepted(), 3);
    assert.deepEqual(transport.counts(), { open: 3, idle: 3 });
  });
});

Deno.test("a body with a length and a chunked one with trailers arrive whole", async () => {
  const server = startHttpUpstream((request, response) => {
    let text = "";
    request.on("data", (chunk: Uint8Array) => text += new TextDecoder().decode(chunk));
    request.on("end", () => {
      const { "content-length": length, "transfer-encoding": coding, expect } = request.headers;
      response.end(JSON.stringify({ text, length, coding, expect, trailers: request.trailers }));
    });
  });
  await withUpstream(server, async (transport, upstream) => {
    const whole = new BytesBody(encoder.encode("a=1"));
    const headers: [string, string][] = [["host", "app.test"], ["expect", "100-continue"]];
    const first = await exchangeWith(
      transport,
      testRequest(upstream.url, { method: "POST", body: whole, headers }),
    );
    assert.deepEqual(JSON.parse(first.text), { text: "a=1", length: "3", trailers: {} });

    const chunked = {
      length: null,
      start(sink: { data(chunk: Uint8Array): void; end(trailers: HeaderList | null): void }) {
        sink.data(encoder.encode("one"));
        sink.data(encoder.encode("two"));
        sink.end(HeaderList.from([["x-check", "7"]]));
      },
      pause() {},
      resume() {},
    };
    const second = await exchangeWith(transport, testRequest(upstream.url, { method: "PUT", body: chunked }));
    assert.deepEqual(JSON.parse(second.text), {
      text: "onetwo",
      coding: "chunked",
      trailers: { "x-check": "7" },
    });
  });
});

Deno.test("the head and the first bytes of a body leave in one write", async () => {
  const reads: string[] = [];
  const server = startRawUpstream((socket) => {
    socket.on("data", (chunk: Uint8Array) => {
      reads.push(new TextDecoder().decode(chunk));
      socket.write("HTTP/1.1 204 No Content\r\n\r\n");
    });
  });
  await withUpstream(server, async (transport, upstream) => {
    const body = new BytesBody(encoder.encode("a=1"));
    const sink = await exchangeWith(transport, testRequest(upstream.url, { method: "POST", body }));
    assert.equal(sink.status, 204);
    assert.deepEqual(reads, ["POST / HTTP/1.1\r\nhost: app.test\r\ncontent-length: 3\r\n\r\na=1"]);
  });
});

Deno.test("a POST without a body says so", async () => {
  const server = startHttpUpstream((request, response) =>
    void response.end(request.headers["content-length"])
  );
  await withUpstream(server, async (transport, upstream) => {
    assert.equal((await exchangeWith(transport, testRequest(upstream.url, { method: "POST" }))).text, "0");
    assert.equal((await exchangeWith(transport, testRequest(upstream.url))).text, "");
  });
});

Deno.test("a chunked response brings its trailers and no length", async () => {
  const server = startRawUpstream(answerWith(
    "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\ntrailer: x-sum\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nx-sum: 5\r\n\r\n",
  ));
  await withUpstream(server, async (transport, upstream) => {
    for (let i = 0; i < 2; i++) {
      const sink = await exchangeWith(transport, testRequest(upstream.url));
      assert.equal(sink.failure, null);
      assert.equal(sink.length, null);
      assert.equal(sink.text, "abcde");
      assert.equal(sink.trailers?.get("x-sum"), "5");
    }
    assert.equal(upstream.accepted(), 1);
  });
});

Deno.test("HEAD, 204 and 304 end with their head, whatever length they name", async () => {
  const cases: [string, string, number | null][] = [
    ["HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n", 7],
    ["HEAD", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", null],
    ["GET", "HTTP/1.1 204 No Content\r\n\r\n", 0],
    ["GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n", 9],
  ];
  for (const [method, response, length] of cases) {
    await withUpstream(startRawUpstream(answerWith(response)), async (transport, upstream) => {
      for (let i = 0; i < 2; i++) {
        const sink = await exchangeWith(transport, testRequest(upstream.url, { method }));
        assert.equal(sink.failure, null, response);
        assert.equal(sink.length, length, response);
        assert.equal(sink.bytes, 0);
      }
      assert.equal(upstream.accepted(), 1, "the connection was used again");
    });
  }
});

Deno.test("a body that ends with the connection is complete, and the connection is not used again", async () => {
  const server = startRawUpstream((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
  });
  await withUpstream(server, async (transport, upstream) => {
    for (let i = 0; i < 2; i++) {
      const sink = await exchangeWith(transport, testRequest(upstream.url));
      assert.equal(sink.failure, null);
      assert.equal(sink.text, "until the end");
    }
    assert.equal(upstream.accepted(), 2);
  });
});

Deno.test("interim responses pass, a 100 does not, and too many end the exchange", async () => {
  const early = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n";
  const answer = "HTTP/1.1 100 Continue\r\n\r\n" + early + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
  await withUpstream(startRawUpstream(answerWith(answer)), async (transport, upstream) => {
    const sink = await exchangeWith(transport, testRequest(upstream.url));
    assert.deepEqual(sink.interim, [103]);
    assert.equal(sink.text, "ok");
  });
  await withUpstream(startRawUpstream(answerWith(early.repeat(100))), async (transport, upstream) => {
    const sink = await exchangeWith(transport, testRequest(upstream.url));
    assert.equal(sink.failure?.reason, "upstream_protocol");
    assert.equal(sink.interim.length, 16);
  });
});

Deno.test("a head in single bytes is read like one in a piece", async () => {
  const answer = encoder.encode(
    "HTTP/1.1 103 E\r\na: b\r\n\r\nHTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 3\r\n\r\nabc",
  );
  const server = startRawUpstream((socket) => {
    socket.once("data", () => {
      let at = 0;
      const next = () => {
        if (at < answer.length) socket.write(answer.subarray(at, ++at), () => setTimeout(next, 0));
      };
      next();
    });
  });
  await withUpstream(server, async (transport, upstream) => {
    const sink = await exchangeWith(transport, testRequest(upstream.url));
    assert.equal(sink.failure, null);
    assert.deepEqual(sink.interim, [103]);
    assert.equal(sink.headers.get("x-a"), "1");
    assert.equal(sink.text, "abc");
  });
});

Deno.test("nothing is told before send returns, and nothing after abort", async () => {
  const transport = new UpstreamTransport({ clock: systemClock, allowPrivate: true });
  const bad = startExchange(transport, testRequest("ftp://127.0.0.1"));
  assert.equal(bad.sink.endings, 0);
  await bad.sink.over;
  assert.deepEqual(bad.sink.failure, {
    reason: "upstream_connect",
    detail: "scheme ftp is refused; targets are http, https or unix",
    sent: false,
  });
  const aborted = startExchange(transport, testRequest("ftp://127.0.0.1"));
  aborted.call.abort();
  const split = startExchange(transport, testRequest("http://127.0.0.1:1", { path: "/\u010aGET" }));
  await split.sink.over;
  assert.equal(split.sink.failure?.reason, "upstream_protocol");
  assert.equal(split.sink.failure?.sent, false);
  assert.equal(aborted.sink.endings, 0);
  transport.close();
});
