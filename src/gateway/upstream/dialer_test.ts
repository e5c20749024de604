import assert from "node:assert/strict";
import net from "node:net";
import tls from "node:tls";
import { makeTestCertificate } from "../../../tests/support/upstream_certificate.ts";
import { systemClock } from "../../core/clock.ts";
import {
  exchangeWith,
  startExchange,
  testRequest,
  testTarget,
} from "../../../tests/support/upstream_exchange.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";
import {
  answerWith,
  startHttpUpstream,
  startRawUpstream,
  startTlsUpstream,
} from "../../../tests/support/upstream_server.ts";
import { UpstreamTransport } from "./transport.ts";

const OK = answerWith("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");

Deno.test("a TLS target is verified by chain and name, unless its switch is off", async () => {
  const pair = makeTestCertificate();
  const names: (string | false | null)[] = [];
  const server = startTlsUpstream(pair, (socket) => {
    names.push((socket as unknown as { servername: string | false | null }).servername);
    OK(socket);
  });
  const lookup = (_name: string, done: (error: null, addresses: string[]) => void) =>
    done(null, ["127.0.0.1"]);
  await withUpstream(server, async (transport, upstream) => {
    const good = await exchangeWith(transport, testRequest(`https://app.test:${upstream.port}`));
    assert.equal(good.failure, null);
    assert.equal(good.text, "ok");
    assert.equal(names[0], "app.test");
    assert.equal((await exchangeWith(transport, testRequest(upstream.url))).text, "ok", "by its address");

    const wrong = await exchangeWith(transport, testRequest(`https://other.test:${upstream.port}`));
    assert.equal(wrong.failure?.reason, "upstream_connect");
    assert.match(wrong.failure!.detail, /other\.test/);
    assert.equal(wrong.failure!.sent, false);

    const target = testTarget(`https://other.test:${upstream.port}`, { verify_tls: false });
    assert.equal((await exchangeWith(transport, testRequest("", { target }))).text, "ok");
    const again = await exchangeWith(transport, testRequest(`https://other.test:${upstream.port}`));
    assert.equal(again.failure?.reason, "upstream_connect", "the unverified connection is not shared");

    const stranger = new UpstreamTransport({ clock: systemClock, allowPrivate: true });
    const refused = await exchangeWith(stranger, testRequest(upstream.url));
    assert.equal(refused.failure?.reason, "upstream_connect");
    assert.match(refused.failure!.detail, /self.signed/);
    stranger.close();
  }, { authorities: [pair.cert], lookup });
});

Deno.test("nobody listening, no such name and no handshake are told apart, and nothing was sent", async () => {
  const silent = await startRawUpstream((socket) => void socket.resume());
  const closed = net.createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as net.AddressInfo;
  await new Promise<void>((resolve) => closed.close(() => resolve()));
  const cases: [string, string, RegExp][] = [
    [`http://127.0.0.1:${port}`, "upstream_connect", /refused/i],
    ["http://nowhere.test", "upstream_connect", /nowhere\.test does not resolve/],
    [`https://127.0.0.1:${silent.port}`, "upstream_timeout", /no connection .* within 100 ms/],
  ];
  const lookup = (name: string, done: (error: Error, addresses: string[]) => void) =>
    done(new Error(`no ${name}`), []);
  const transport = new UpstreamTransport({ clock: systemClock, allowPrivate: true, lookup });
  for (const [url, reason, detail] of cases) {
    const sink = await exchangeWith(transport, testRequest(url, { timeouts: { connect_ms: 100 } }));
    assert.equal(sink.failure?.reason, reason);
    assert.match(sink.failure!.detail, detail);
    assert.equal(sink.failure!.sent, false);
  }
  transport.close();
  await silent.close();
});

Deno.test("the next address of a name is tried when one does not answer", async () => {
  const server = startRawUpstream(OK);
  const lookup = (_: string, done: (error: null, addresses: string[]) => void) =>
    done(null, ["::1", "127.0.0.1"]);
  await withUpstream(server, async (transport, upstream) => {
    const sink = await exchangeWith(transport, testRequest(`http://app.test:${upstream.port}`));
    assert.equal(sink.text, "ok");
  }, { lookup });
});

Deno.test("an address that says nothing leaves time for the next one", async () => {
  const pair = makeTestCertificate();
  const silent = await startRawUpstream((socket) => void socket.resume());
  const answering = tls.createServer(pair, OK);
  await new Promise<void>((resolve) => answering.listen(silent.port, "127.0.0.2", resolve));
  const lookup = (_: string, done: (error: null, addresses: string[]) => void) =>
    done(null, ["127.0.0.1", "127.0.0.2"]);
  const transport = new UpstreamTransport({
    clock: systemClock,
    allowPrivate: true,
    lookup,
    authorities: [pair.cert],
  });
  const request = testRequest(`https://app.test:${silent.port}`, { timeouts: { connect_ms: 2_000 } });
  assert.equal((await exchangeWith(transport, request)).text, "ok");
  transport.close();
  await silent.close();
  await new Promise<void>((resolve) => answering.close(() => resolve()));
});

Deno.test("a name that turns to a forbidden address gets no connection, whatever it was before", async () => {
  let address = "127.0.0.1";
  const lookup = (_: string, done: (error: null, addresses: string[]) => void) => done(null, [address]);
  const server = startHttpUpstream((_request, response) => {
    response.setHeader("connection", "close");
    response.end("ok");
  });
  await withUpstream(server, async (transport, upstream) => {
    const request = testRequest(`http://rebound.test:${upstream.port}`);
    assert.equal((await exchangeWith(transport, request)).text, "ok");
    address = "169.254.169.254";
    assert.equal((await exchangeWith(transport, request)).text, "ok", "pinned");

    transport.setAllowPrivate(false);
    const refused = await exchangeWith(transport, request);
    assert.equal(refused.failure?.reason, "upstream_connect");
    assert.match(refused.failure!.detail, /127\.0\.0\.1 is refused: loopback address/);
    transport.setAllowPrivate(true);
    const metadata = await exchangeWith(transport, request);
    assert.match(metadata.failure!.detail, /169\.254\.169\.254 is refused: link-local address/);
    assert.equal(upstream.accepted(), 2);
  }, { lookup });
});

Deno.test("turning private targets off ends the use of connections made before", async () => {
  await withUpstream(startRawUpstream(OK), async (transport, upstream) => {
    assert.equal((await exchangeWith(transport, testRequest(upstream.url))).text, "ok");
    transport.setAllowPrivate(false);
    const sink = await exchangeWith(transport, testRequest(upstream.url));
    assert.equal(sink.failure?.reason, "upstream_connect");
  });
});

Deno.test("a request withdrawn while its connection is made leaves it to the next one", async () => {
  await withUpstream(startRawUpstream(OK), async (transport, upstream) => {
    const { call, sink } = startExchange(transport, testRequest(upstream.url));
    call.abort();
    assert.equal((await exchangeWith(transport, testRequest(upstream.url))).text, "ok");
    assert.equal(sink.endings, 0);
    assert.ok(upstream.accepted() <= 2);
  });
});

Deno.test("with a gateway's permissions, the network alone, names resolve and targets answer", async () => {
  const clear = await startRawUpstream(OK);
  const secure = await startTlsUpstream(makeTestCertificate(), OK);
  const worker = new Worker(new URL("../../../tests/support/upstream_transport_worker.ts", import.meta.url), {
    type: "module",
    deno: {
      permissions: { net: true, read: false, write: false, env: false, run: false, ffi: false, sys: false },
    },
  });
  const results = await new Promise<string[]>((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage([
      `http://localhost:${clear.port}`,
      clear.url,
      secure.url,
      `https://localhost:${secure.port}`,
    ]);
  });
  worker.terminate();
  await clear.close();
  await secure.close();
  assert.deepEqual(results, ["ok", "ok", "ok", "ok"]);
});
