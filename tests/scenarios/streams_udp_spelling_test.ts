import assert from "node:assert/strict";
import { freePorts } from "../bench/ports.ts";
import { startInProcess } from "../support/in_process.ts";

Deno.test("an upstream's address may be spelt in any way: its answers come back", async () => {
  const echo = Deno.listenDatagram({ transport: "udp", hostname: "::1", port: 0 });
  const answering = (async () => {
    for await (const [bytes, from] of echo) await echo.send(bytes, from);
  })();
  const [listen] = freePorts(1) as [number];
  const aegis = await startInProcess("workers: 1");
  const client = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  try {
    await aegis.perform("streams.create", {
      stream: {
        name: "echo",
        protocol: "udp",
        listen: `127.0.0.1:${listen}`,
        upstream: `[0:0:0:0:0:0:0:1]:${(echo.addr as Deno.NetAddr).port}`,
      },
    });
    await client.send(new TextEncoder().encode("hello"), {
      transport: "udp",
      hostname: "127.0.0.1",
      port: listen,
    });
    const timer = setTimeout(() => client.close(), 10_000);
    const [bytes] = await client.receive();
    clearTimeout(timer);
    assert.equal(new TextDecoder().decode(bytes), "hello");
    client.close();
  } finally {
    await aegis.stop();
    echo.close();
    await answering;
  }
});
