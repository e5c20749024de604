import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import { freePorts } from "../bench/ports.ts";
import { type InProcess, startInProcess } from "../support/in_process.ts";
import { startProgram } from "../support/program.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/until.ts";

/** Streams over TCP with real services behind them, in the whole product. */

/** A service of the test's own; `serve` gets each connection. */
async function service(serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function ended(aegis: InProcess, id: string, count: number) {
  return await until(`${count} connections of ${id} are in the log`, async () => {
    const rows = await aegis.perform("streams.connections", { id });
    return rows.length >= count ? rows : null;
  });
}

Deno.test(
  "redis-server behind a stream: commands, counters, the log, and a change that drops nobody",
  async () => {
    const [redisPort, listen, other] = freePorts(3) as [number, number, number];
    const redis = await startProgram(
      "redis-server",
      ["--port", String(redisPort), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
      redisPort,
    );
    const aegis = await startInProcess("workers: 2");
    try {
      const made = await aegis.perform("streams.create", {
        stream: { name: "redis", listen: `127.0.0.1:${listen}`, upstream: `127.0.0.1:${redisPort}` },
      });
      assert.equal(made.state, "serving");
      const client = await RawClient.clear(listen);
      await client.write("SET a 1\r\nINCR a\r\n");
      assert.equal((await client.readExactly(9)).toString(), "+OK\r\n:2\r\n");
      assert.equal((await aegis.perform("streams.get", { id: "redis" })).active, 1);
      const edited = await aegis.perform("streams.update", { id: made.id, stream: { notes: "the cache" } });
      assert.equal(edited.notes, "the cache");
      await client.write("GET a\r\n");
      assert.equal((await client.readExactly(7)).toString(), "$1\r\n2\r\n");
      client.close();
      const [row] = await ended(aegis, "redis", 1);
      assert.deepEqual(
        [row!.client, row!.end, row!.upload_bytes, row!.download_bytes],
        ["127.0.0.1", "client", 24, 16],
      );
      const stats = (await aegis.perform("streams.stats", {}))[0]!;
      assert.deepEqual([stats.active, stats.total, stats.upload_bytes, stats.download_bytes], [0, 1, 24, 16]);
      await until(
        "the check finds redis up",
        async () => (await aegis.perform("streams.get", { id: "redis" })).upstream_state.up === true,
      );

      // Another port: the old one closes, the new one serves.
      await aegis.perform("streams.update", { id: made.id, stream: { listen: `127.0.0.1:${other}` } });
      const moved = await RawClient.clear(other);
      await moved.write("PING\r\n");
      assert.equal((await moved.readExactly(7)).toString(), "+PONG\r\n");
      moved.close();
      await until("the old port is closed", () => isClosed(listen));
      await aegis.perform("streams.delete", { id: "redis" });
      await until("the port of a removed stream is closed", () => isClosed(other));
    } finally {
      await aegis.stop();
      await redis.stop();
    }
  },
);

function isClosed(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => (socket.destroy(), resolve(false)));
    socket.once("error", () => resolve(true));
  });
}

Deno.test("half-close is passed on, both ways, and then all is over; a stop ends what still runs", async () => {
  const aegis = await startInProcess("workers: 1\nserver: { shutdown_timeout: 1s }");
  let stopped = false;
  const [listen] = freePorts(1) as [number];
  // Answers when it has read all, then ends.
  const backend = await service((socket) => {
    let text = "";
    socket.on("data", (chunk) => text += chunk);
    socket.on("end", () => socket.end(`${text.length} bytes`));
  });
  try {
    await aegis.perform("streams.create", {
      stream: { name: "half", listen: `127.0.0.1:${listen}`, upstream: `127.0.0.1:${backend.port}` },
    });
    const client = await RawClient.clear(listen);
    await client.write("x".repeat(100_000));
    await client.closeWrite();
    assert.equal((await client.readToEnd()).toString(), "100000 bytes");
    assert.equal(await client.ending(), "end");
    client.close();
    const [row] = await ended(aegis, "half", 1);
    assert.deepEqual([row!.end, row!.upload_bytes, row!.download_bytes], ["client", 100_000, 12]);
    assert.equal(backend.sockets.size, 0);
    const running = await RawClient.clear(listen);
    await until("the upstream has it", () => backend.sockets.size === 1);
    stopped = true;
    assert.equal(await aegis.stop(), 0);
    assert.equal(await running.ending(), "error");
    running.close();
  } finally {
    if (!stopped) await aegis.stop();
    await backend.close();
  }
});

Deno.test("lists, caps, idle time and an upstream that is not there end connections with their reason", async () => {
  const [listen, dead] = freePorts(2) as [number, number];
  const backend = await service((socket) => {
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("end", () => socket.end());
  });
  const aegis = await startInProcess("workers: 2");
  const upstream = `127.0.0.1:${backend.port}`;
  const change = (stream: Parameters<typeof aegis.perform<"streams.update">>[1]["stream"]) =>
    aegis.perform("streams.update", { id: "s", stream });
  const closed = async () => {
    try {
      const client = await RawClient.clear(listen);
      const ending = await client.ending();
      client.close();
      return ending;
    } catch (thrown) {
      // The reset may come before the connect has returned.
      if (thrown instanceof Deno.errors.ConnectionReset) return "error";
      throw thrown;
    }
  };
  try {
    await aegis.perform("streams.create", { stream: { name: "s", listen: `127.0.0.1:${listen}`, upstream } });
    await change({ blacklist_cidrs: ["127.0.0.0/8"] });
    assert.equal(await closed(), "error");
    await change({ blacklist_cidrs: [], whitelist_cidrs: ["192.0.2.0/24"] });
    assert.equal(await closed(), "error");
    await change({ whitelist_cidrs: ["127.0.0.1"], max_connections: 1 });
    const first = await RawClient.clear(listen);
    await first.write("hello");
    assert.equal((await first.readExactly(5)).toString(), "hello");
    assert.equal(await closed(), "error");
    // Settings hold for connections that begin after them: the running one keeps its idle time.
    await change({ timeouts: { idle_ms: 200 }, max_connections: 0 });
    const idle = await RawClient.clear(listen);
    await idle.write("x");
    assert.equal((await idle.readExactly(1)).toString(), "x");
    assert.equal(await idle.ending(), "error");
    idle.close();
    await first.write("still");
    assert.equal((await first.readExactly(5)).toString(), "still");
    first.close();
    await change({ upstream: `127.0.0.1:${dead}` });
    assert.equal(await closed(), "error");
    const rows = await ended(aegis, "s", 6);
    assert.deepEqual(rows.map(({ end }) => end).sort(), [
      "blacklist",
      "client",
      "connect",
      "idle",
      "max_connections",
      "not_listed",
    ]);
    assert.match(rows.find(({ end }) => end === "connect")!.detail, /connection refused/);
    const stats = await aegis.perform("streams.get", { id: "s" });
    assert.deepEqual([stats.active, stats.refused, stats.failed], [0, 3, 1]);
  } finally {
    await aegis.stop();
    await backend.close();
  }
});

Deno.test("ports that are taken are refused with field and remedy, and what runs stays", async () => {
  const [taken, free, third] = freePorts(3) as [number, number, number];
  const foreign = createServer();
  await new Promise<void>((resolve) => foreign.listen(taken, "127.0.0.1", resolve));
  const aegis = await startInProcess("workers: 1");
  const create = (name: string, listen: string, more = {}) =>
    aegis.perform("streams.create", { stream: { name, listen, upstream: "127.0.0.1:9", ...more } });
  const refusal = async (attempt: Promise<unknown>) => {
    const error = await attempt.then(() => assert.fail("was taken"), (thrown) => thrown);
    return error.fields[0];
  };
  try {
    await create("one", `127.0.0.1:${free}`);
    assert.deepEqual(await refusal(create("two", `127.0.0.1:${taken}`)), {
      field: "stream.listen",
      message: `127.0.0.1:${taken} (TCP) is in use by another program`,
      remedy: "stop that program, or choose another port",
    });
    assert.match((await refusal(create("two", `:${free}`))).message, /overlaps .* of the stream one/);
    assert.match((await refusal(create("two", `127.0.0.1:${aegis.httpPort}`))).message, /in use/);
    assert.equal((await refusal(create("one", "127.0.0.1:1"))).field, "stream.name");
    assert.equal(
      (await refusal(create("two", "127.0.0.1:1", { upstream: "169.254.169.254:80" }))).field,
      "stream.upstream",
    );
    assert.equal(
      (await refusal(create("two", "127.0.0.1:1", { upstream: "nowhere.invalid:80" }))).field,
      "stream.upstream",
    );
    assert.equal(
      (await refusal(create("two", `127.0.0.1:${third}`, { tls: "terminate", certificate: "none" })))
        .field,
      "stream.certificate",
    );
    assert.equal(
      (await aegis.perform("streams.validate_port", { listen: `127.0.0.1:${taken}` })).free,
      false,
    );
    assert.deepEqual((await aegis.perform("streams.list", {})).map(({ name, state }) => `${name} ${state}`), [
      "one serving",
    ]);
  } finally {
    await aegis.stop();
    await new Promise((resolve) => foreign.close(resolve));
  }
});
