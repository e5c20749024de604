import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { connect as connectTls } from "node:tls";
import { join } from "node:path";
import { freePorts } from "../bench/ports.ts";
import { startInProcess } from "../support/in_process.ts";
import { startProgram } from "../support/program.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/until.ts";

/** Stage 01 for streams: the client that a proxy names is the one that is counted, capped and banned. */

Deno.test("behind HAProxy a stream knows the real client: log, bans and the cap that it shares with HTTP", async () => {
  const echo = createServer((socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const { port } = echo.address() as AddressInfo;
  const [listen, front] = freePorts(2) as [number, number];
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const config = join(dir, "haproxy.cfg");
  await Deno.writeTextFile(
    config,
    `defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen front
  bind 127.0.0.1:${front}
  server aegis 127.0.0.1:${listen} send-proxy-v2
`,
  );
  const aegis = await startInProcess(`workers: 2
l4_conn_limit: 2
blacklist_cidrs: [127.0.0.66]
streams:
  - { name: echo, listen: "127.0.0.1:${listen}", upstream: "127.0.0.1:${port}", proxy_protocol: { senders: [127.0.0.1] }, health: { enabled: false } }
  - { name: beside, listen: https, alpn: [echo], upstream: "127.0.0.1:${port}" }`);
  const haproxy = await startProgram("haproxy", ["-db", "-f", config], front);
  const clients: Socket[] = [];
  // One connection from an address of this machine, which stays open: what came back, or that it was closed.
  const speaks = (address: string) =>
    new Promise<string>((resolve) => {
      const client = connect({ host: "127.0.0.1", port: front, localAddress: address });
      clients.push(client);
      client.once("data", (data) => resolve(data.toString()));
      client.once("close", () => resolve("closed"));
      client.on("error", () => {});
      client.write("ping");
    });
  try {
    assert.equal(await speaks("127.0.0.5"), "ping");
    assert.equal(await speaks("127.0.0.5"), "ping");
    assert.equal(await speaks("127.0.0.5"), "closed", "two at once are its cap");
    assert.equal(await speaks("127.0.0.6"), "ping");
    assert.equal(await speaks("127.0.0.66"), "closed", "black-listed");
    // Beside the hosts a banned client is let in to read why, but not to a stream.
    const raw = connect({ host: "127.0.0.1", port: aegis.httpsPort, localAddress: "127.0.0.66" });
    clients.push(raw);
    await new Promise<void>((resolve) => raw.once("connect", resolve));
    const beside = connectTls({ socket: raw, ALPNProtocols: ["echo"], rejectUnauthorized: false });
    await new Promise<void>((resolve) => {
      beside.once("error", () => resolve());
      beside.once("close", () => resolve());
    });
    for (const client of clients) client.destroy();
    const rows = await until("all are in the log", async () => {
      // From 127.0.0.1 somebody looked whether HAProxy listens.
      const rows = (await aegis.perform("streams.connections", {})).filter(({ client }) =>
        client !== "127.0.0.1"
      );
      return rows.length === 4 ? rows : null;
    });
    assert.deepEqual(rows.map(({ client, end }) => `${client} ${end}`).sort(), [
      "127.0.0.5 client",
      "127.0.0.5 client",
      "127.0.0.6 client",
      "127.0.0.66 ban",
    ]);
    // The sender itself, without a header.
    const direct = await RawClient.clear(listen);
    await direct.write("ping");
    assert.equal(await direct.ending(), "error");
    direct.close();
  } finally {
    for (const client of clients) client.destroy();
    await haproxy.stop();
    await aegis.stop();
    await new Promise((resolve) => echo.close(resolve));
    await Deno.remove(dir, { recursive: true });
  }
});
