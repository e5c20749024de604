import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { CertificateSelector } from "../../src/gateway/listener/certificates.ts";
import { V2_SIGNATURE, writeProxyHeader } from "../../src/gateway/listener/proxy_header.ts";
import { TestAuthority } from "../support/raw_certificates.ts";
import { RawClient } from "../support/raw_client.ts";
import { answerText, type RunOptions, TestHandler, withListener } from "../support/raw_listener.ts";

/** PROXY headers on a listener: from listed senders they are due, from nobody else are they read. */

const GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
const CLIENT = { address: "198.51.100.7", port: 4711 };
const HERE = { address: "192.0.2.1", port: 443 };
const FROM_LOOPBACK: RunOptions = { isProxy: (peer) => peer === "127.0.0.1" };

async function exchangeWith(
  options: RunOptions,
  run: (port: number) => Promise<void>,
): Promise<TestHandler> {
  const handler = new TestHandler(answerText("ok"));
  await withListener(handler, options, ({ port }) => run(port));
  assert.equal(handler.connectedCount, handler.disconnectedCount, "every client that entered has left");
  return handler;
}

Deno.test("a listed sender's header names the client, in pieces and with the request behind it", async () => {
  for (const version of ["v1", "v2"] as const) {
    const header = writeProxyHeader(version, CLIENT, HERE);
    const handler = await exchangeWith(FROM_LOOPBACK, async (port) => {
      const whole = await RawClient.clear(port);
      await whole.write(Buffer.concat([header, Buffer.from(GET)]));
      assert.equal((await whole.readResponse()).status, 200);
      whole.close();
      const pieces = await RawClient.clear(port);
      for (const byte of header) await pieces.write(new Uint8Array([byte]));
      await pieces.write(GET);
      assert.equal((await pieces.readResponse()).status, 200);
      pieces.close();
    });
    for (const { connection } of handler.exchanges) {
      assert.equal(connection.peerAddress, CLIENT.address);
      assert.equal(connection.peerPort, CLIENT.port);
    }
    assert.deepEqual(handler.entered, [CLIENT.address, CLIENT.address]);
    assert.deepEqual(handler.left, handler.entered);
  }
});

Deno.test("the handshake follows the header on a TLS listener", async () => {
  const authority = new TestAuthority();
  const certificates = new CertificateSelector([], authority.issue("own", ["localhost"]));
  const handler = await exchangeWith({ ...FROM_LOOPBACK, certificates }, async (port) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(writeProxyHeader("v2", CLIENT, HERE));
    const client = new RawClient(
      await Deno.startTls(conn, { hostname: "localhost", caCerts: [authority.pem] }),
    );
    await client.write(GET);
    assert.equal((await client.readResponse()).status, 200);
    client.close();
  });
  assert.equal(handler.exchanges[0]?.connection.peerAddress, CLIENT.address);
});

Deno.test("LOCAL and UNKNOWN leave the sender's own address", async () => {
  const local = Buffer.concat([V2_SIGNATURE, Buffer.from([0x20, 0, 0, 0])]);
  const handler = await exchangeWith(FROM_LOOPBACK, async (port) => {
    for (const header of [local, Buffer.from("PROXY UNKNOWN\r\n")]) {
      const client = await RawClient.clear(port);
      await client.write(Buffer.concat([header, Buffer.from(GET)]));
      assert.equal((await client.readResponse()).status, 200);
      client.close();
    }
  });
  assert.deepEqual(handler.entered, ["127.0.0.1", "127.0.0.1"]);
});

Deno.test("a client that the filter refuses is closed after the header, however its sender stands", async () => {
  const handler = new TestHandler(answerText("ok"));
  handler.accepts = false;
  await withListener(handler, FROM_LOOPBACK, async ({ port }) => {
    const client = await RawClient.clear(port);
    await client.write(Buffer.concat([writeProxyHeader("v1", CLIENT, HERE), Buffer.from(GET)]));
    assert.equal(await client.ending(), "error");
  });
  assert.equal(handler.exchanges.length, 0);
});

Deno.test("a listed sender without a header, with half of one, or silent, is closed in time", async () => {
  const settings = { handshake_timeout_ms: 150 };
  const handler = await exchangeWith({ ...FROM_LOOPBACK, settings }, async (port) => {
    for (
      const bytes of [
        GET,
        "PROXY TCP4 1.2.3.4",
        "PROXY TCP4 nobody nobody 1 2\r\n",
        "\r\n\r\n\0\r\nQUIT\n\x31",
        "",
      ]
    ) {
      const client = await RawClient.clear(port);
      await client.write(bytes);
      assert.equal(await client.ending(), "error", JSON.stringify(bytes));
    }
    const gone = await RawClient.clear(port);
    await gone.write("PROXY ");
    gone.close();
  });
  assert.equal(handler.exchanges.length + handler.entered.length, 0);
});

Deno.test("from everybody else a header is a bad request", async () => {
  const handler = await exchangeWith({ isProxy: () => false }, async (port) => {
    for (const version of ["v1", "v2"] as const) {
      const client = await RawClient.clear(port);
      await client.write(Buffer.concat([writeProxyHeader(version, CLIENT, HERE), Buffer.from(GET)]));
      assert.equal((await client.readResponse()).status, 400);
      client.close();
    }
  });
  assert.equal(handler.exchanges.length, 0);
  assert.deepEqual(handler.entered, ["127.0.0.1", "127.0.0.1"]);
});
