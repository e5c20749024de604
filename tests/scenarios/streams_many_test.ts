import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { freePorts } from "../bench/ports.ts";
import { startAegis } from "../support/aegis_process.ts";
import { peakMemory, resetPeakMemory } from "../support/process_memory.ts";
import { until } from "../support/until.ts";

/** Many connections that say nothing, and few that say more than the other side reads. */

/**
 * A stream's connection is two open files, and a process may often have no more than 20,000 of them: so the last ones are
 * idle connections to the HTTP port, which are one.
 */
const STREAMED = 9_800;
const TO_HTTP = 200;
const MANY = STREAMED + TO_HTTP;
const BATCH = 490;

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}

Deno.test("10,000 idle connections are held in little memory, and one of them still talks", async () => {
  const held: Socket[] = [];
  const backend = createServer((socket) => {
    held.push(socket);
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) =>
    backend.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, resolve)
  );
  const { port } = backend.address() as AddressInfo;
  const [listen] = freePorts(1) as [number];
  const aegis = await startAegis({
    workers: 2,
    config: `l4_conn_limit: 0
streams: [{ name: many, listen: "127.0.0.1:${listen}", upstream: "127.0.0.1:${port}", health: { enabled: false } }]`,
  });
  const clients: Socket[] = [];
  try {
    await resetPeakMemory(aegis.pid);
    const before = await peakMemory(aegis.pid);
    while (clients.length < STREAMED) {
      clients.push(...await Promise.all(Array.from({ length: BATCH }, () => connected(listen))));
    }
    for (let i = 0; i < TO_HTTP; i++) clients.push(await connected(aegis.httpPort));
    await until("all have reached the upstream", () => held.length === STREAMED, 30_000);
    const stats = (await aegis.perform("streams.stats", {}))[0]!;
    assert.equal(stats.active, STREAMED);
    const grown = await peakMemory(aegis.pid) - before;
    console.log(
      `${MANY} idle connections: ${(grown / 1_048_576).toFixed(0)} MB, ${Math.round(grown / MANY)} B each`,
    );
    assert.ok(grown < 400 * 1_048_576, `${grown} bytes`);
    for (const client of [clients[0]!, clients[STREAMED - 1]!]) {
      const echoed = new Promise((resolve) => client.once("data", (chunk) => resolve(chunk.toString())));
      client.write("still here?");
      assert.equal(await echoed, "still here?");
    }
    for (const client of clients) client.destroy();
    await until(
      "all have left",
      async () => (await aegis.perform("streams.stats", {}))[0]!.active === 0,
      30_000,
    );
  } finally {
    for (const socket of [...clients, ...held]) socket.destroy();
    await aegis.stop();
    await new Promise((resolve) => backend.close(resolve));
  }
});

Deno.test("who does not read holds the other side up, in bounded memory; rates are kept", async () => {
  const MEGABYTE = 1_048_576;
  const chunk = new Uint8Array(MEGABYTE);
  let written = 0;
  let received = 0;
  // Sends without end as fast as it is taken; reads and counts.
  const backend = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => received += data.length);
    const more = () => {
      while (!socket.destroyed) {
        written += chunk.length;
        if (!socket.write(chunk)) break;
      }
    };
    socket.on("drain", more);
    more();
  });
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  const { port } = backend.address() as AddressInfo;
  const [listen, slow] = freePorts(2) as [number, number];
  const aegis = await startAegis({
    workers: 1,
    config: `streams:
  - { name: full, listen: "127.0.0.1:${listen}", upstream: "127.0.0.1:${port}" }
  - { name: slow, listen: "127.0.0.1:${slow}", upstream: "127.0.0.1:${port}", download_rate_bytes: 200000, upload_rate_bytes: 200000 }`,
  });
  const clients: Socket[] = [];
  try {
    await resetPeakMemory(aegis.pid);
    const before = await peakMemory(aegis.pid);
    for (let i = 0; i < 20; i++) {
      const client = await connected(listen);
      client.pause();
      clients.push(client);
    }
    // It settles when every buffer on the way is full.
    let last = -1;
    await until("the upstream is held up", async () => {
      const now = written;
      await new Promise((resolve) => setTimeout(resolve, 300));
      const isStill = now === written && now === last;
      last = now;
      return isStill;
    }, 30_000);
    const grown = await peakMemory(aegis.pid) - before;
    console.log(`20 clients that do not read: ${(grown / MEGABYTE).toFixed(0)} MB in Aegis`);
    // Not held up, it would grow for as long as the upstream sends, by gigabytes; with buffers full it was 45 to 73 MB.
    assert.ok(grown < 128 * MEGABYTE, `${grown} bytes`);
    for (const client of clients) client.destroy();

    const client = await connected(slow);
    clients.push(client);
    let read = 0;
    const began = performance.now();
    client.on("data", (data) => read += data.length);
    client.write(new Uint8Array(600_000));
    await until("the upload has passed at its rate", () => received >= 600_000, 20_000);
    const seconds = (performance.now() - began) / 1_000;
    // One second's worth at once, then the rate; one read of 64 kB may be over it.
    assert.ok(received <= 200_000 * (seconds + 1) + 131_072, `${received} bytes in ${seconds} s`);
    assert.ok(read <= 200_000 * (seconds + 1) + 131_072, `${read} bytes in ${seconds} s`);
    assert.ok(read >= 200_000, `${read} bytes in ${seconds} s`);
  } finally {
    for (const client of clients) client.destroy();
    await aegis.stop();
    await new Promise((resolve) => backend.close(resolve));
  }
});
