import assert from "node:assert/strict";
import { systemClock } from "../../core/clock.ts";
import { AegisError } from "../../core/errors.ts";
import { DEFAULT_SERVER_SETTINGS } from "../../core/snapshot.ts";
import { RawClient } from "../../../tests/support/raw_client.ts";
import { answerText, TestHandler } from "../../../tests/support/raw_listener.ts";
import { type ListenerOptions, startListener } from "./front.ts";

function options(more: Partial<ListenerOptions> = {}): ListenerOptions {
  return {
    name: "http",
    hostname: "127.0.0.1",
    port: 0,
    tls: false,
    settings: DEFAULT_SERVER_SETTINGS,
    handler: new TestHandler(answerText("ok")),
    certificates: null,
    clock: systemClock,
    ...more,
  };
}

Deno.test("a port in use is told with its remedy", async () => {
  const first = await startListener(options());
  await assert.rejects(startListener(options({ port: first.port })), (error) => {
    assert.ok(error instanceof AegisError);
    assert.equal(error.code, "port_unavailable");
    assert.match(error.message, new RegExp(`127.0.0.1:${first.port} is in use: stop the other program`));
    return true;
  });
  await first.destroy();
});

Deno.test("several listeners share a port with reusePort", async () => {
  const first = await startListener(options({ reusePort: true }));
  const handler = new TestHandler(answerText("second"));
  const second = await startListener(options({ reusePort: true, port: first.port, handler }));
  assert.equal(second.port, first.port);
  await first.destroy();
  const client = await RawClient.clear(second.port);
  await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
  assert.equal((await client.readResponse()).body.toString(), "second");
  client.close();
  await second.destroy();
});

Deno.test("a TLS listener without certificates is a mistake of ours", async () => {
  await assert.rejects(startListener(options({ tls: true })), { code: "internal" });
});

Deno.test("a listener on IPv6 sees IPv4 clients under their own address", async () => {
  const handler = new TestHandler(answerText("ok"));
  const listener = await startListener(options({ hostname: "::", handler }));
  const client = await RawClient.clear(listener.port);
  await client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
  await client.readResponse();
  client.close();
  await listener.destroy();
  assert.equal(handler.exchanges[0]!.connection.peerAddress, "127.0.0.1");
  assert.equal(handler.exchanges[0]!.connection.localPort, listener.port);
});
