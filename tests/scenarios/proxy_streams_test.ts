/** What flows through the real process: sockets that were upgraded, events, and bodies larger than it may hold. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { RawClient } from "../support/raw_client.ts";
import { localCa } from "../support/local_trust.ts";
import { peakMemory, resetPeakMemory } from "../support/process_memory.ts";
import { until } from "../support/until.ts";

const MIB = 1 << 20;
const BODY_BYTES = 192 * MIB;

/** What the process may grow by while such bodies pass (its garbage collector's slack); holding one would take more. */
const MOST_GROWTH_BYTES = 150 * MIB;

function hostFor(url: string, more = ""): string {
  return `hosts: [{ domains: [localhost], targets: [{ url: "${url}" }], waf: { mode: enforce }${more} }]`;
}

/** An application that echoes what it hears over a WebSocket. */
function startEcho() {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "echo" });
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

Deno.test("a WebSocket carries text, large binary messages and its close both ways", async () => {
  const echo = startEcho();
  const aegis = await startAegis({ config: hostFor(echo.url) });
  try {
    const socket = new WebSocket(`ws://localhost:${aegis.httpPort}/chat?room=1`, "echo");
    socket.binaryType = "arraybuffer";
    const heard: (string | ArrayBuffer)[] = [];
    socket.onmessage = ({ data }) => heard.push(data);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    assert.equal(socket.protocol, "echo");
    const large = randomBytes(3 * MIB);
    socket.send("it's <b>open</b>: ' OR 1=1 --");
    socket.send(large);
    await until("both messages came back", () => heard.length === 2);
    assert.equal(heard[0], "it's <b>open</b>: ' OR 1=1 --");
    assert.ok(large.equals(new Uint8Array(heard[1] as ArrayBuffer)));
    const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
    socket.close(4001, "enough");
    assert.deepEqual(await closed.then(({ code, wasClean }) => [code, wasClean]), [4001, true]);
    const row = await until("the tunnel is in the log", async () => {
      const { rows } = await aegis.perform("traffic.query", { status: 101 });
      return rows[0];
    });
    assert.equal(row.action, "allowed");
  } finally {
    assert.equal(await aegis.stop(), 0);
    await echo.close();
  }
});

Deno.test("a WebSocket opens over TLS as well", async () => {
  const echo = startEcho();
  const aegis = await startAegis({ config: hostFor(echo.url) });
  const client = await RawClient.tls(aegis.httpsPort, await localCa(aegis));
  try {
    await client.write(
      "GET /chat HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        "Sec-WebSocket-Protocol: echo\r\n\r\n",
    );
    assert.equal((await client.readHead()).status, 101);
    // A masked text frame of five bytes, its mask zero (RFC 6455 §5.2); the echo comes unmasked.
    await client.write(new Uint8Array([0x81, 0x85, 0, 0, 0, 0, ...new TextEncoder().encode("hello")]));
    assert.deepEqual([...await client.readExactly(7)], [0x81, 5, ...new TextEncoder().encode("hello")]);
  } finally {
    client.close();
    assert.equal(await aegis.stop(), 0);
    await echo.close();
  }
});

Deno.test("each server-sent event arrives before the next one is sent", async () => {
  let send: ((text: string) => void) | null = null;
  const target = await startDemoTarget("events", {
    "/events": (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      send = (text) => void response.write(text);
    },
  });
  const aegis = await startAegis({ config: hostFor(target.url) });
  const client = await RawClient.clear(aegis.httpPort);
  try {
    await client.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await until("the target was asked", () => send);
    for (let i = 0; i < 5; i++) {
      send!(`data: event ${i}\n\n`);
      // Event i + 1 is sent only once i is here: an answer that is held back would never come.
      assert.match(await client.readThrough(`data: event ${i}\n\n`), /event/);
    }
  } finally {
    client.close();
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});

Deno.test("192 MiB pass both ways unchanged, and the process holds none of it", async () => {
  const target = await startDemoTarget("files", {
    "/upload": (request, response) => {
      const hash = createHash("sha256");
      request.on("data", (chunk: Uint8Array) => hash.update(chunk));
      request.on("end", () => response.end(hash.digest("hex")));
    },
    "/download": (_request, response) => {
      response.writeHead(200, { "content-length": BODY_BYTES });
      pump(response);
    },
  });
  const aegis = await startAegis({ config: hostFor(target.url) });
  try {
    await transfer(aegis.httpPort, "/upload", MIB);
    await resetPeakMemory(aegis.pid);
    const before = await peakMemory(aegis.pid);
    const up = await transfer(aegis.httpPort, "/upload", BODY_BYTES);
    const down = await transfer(aegis.httpPort, "/download", 0);
    const growth = await peakMemory(aegis.pid) - before;
    assert.equal(up.body, hashOfPumped(BODY_BYTES));
    assert.equal(down.hash, hashOfPumped(BODY_BYTES));
    assert.ok(growth < MOST_GROWTH_BYTES, `grew by ${Math.round(growth / MIB)} MiB`);
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});

/** A log file as people upload one. */
const CHUNK = new TextEncoder().encode(
  "2026-11-22T18:04:05Z INFO order 4711 was packed, 3 items, 12.5 kg, by Anna\n".repeat(900).slice(0, 65_536),
);

function hashOfPumped(bytes: number): string {
  const hash = createHash("sha256");
  for (let left = bytes; left > 0; left -= CHUNK.length) hash.update(CHUNK);
  return hash.digest("hex");
}

interface Sink {
  write(chunk: Uint8Array): boolean;
  once(event: "drain", listener: () => void): unknown;
  end(): unknown;
}

/** Writes `bytes` as fast as they are taken. */
function pump(sink: Sink, bytes = BODY_BYTES): void {
  let left = bytes;
  function more(): void {
    while (left > 0) {
      left -= CHUNK.length;
      if (!sink.write(CHUNK)) return void sink.once("drain", more);
    }
    sink.end();
  }
  more();
}

/** Sends so many bytes, or asks by GET where none; the answer's text (small ones) and its hash. */
function transfer(port: number, path: string, bytes: number): Promise<{ body: string; hash: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path,
      method: bytes > 0 ? "POST" : "GET",
      headers: {
        host: "localhost",
        ...(bytes > 0 ? { "content-type": "text/plain", "content-length": bytes } : {}),
      },
      agent: false,
    } as const;
    const sent = request(options, (answer) => {
      const hash = createHash("sha256");
      let body = "";
      answer.on("data", (chunk: Uint8Array) => {
        hash.update(chunk);
        if (body.length < 1_000) body += new TextDecoder("latin1").decode(chunk.subarray(0, 1_000));
      });
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve({ body, hash: hash.digest("hex") });
        else reject(new Error(`${path}: ${answer.statusCode} ${body}`));
      });
      answer.on("error", reject);
    });
    sent.on("error", reject);
    if (bytes > 0) pump(sent, bytes);
    else sent.end();
  });
}
