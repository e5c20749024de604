/**
 * Floods and slow clients of HTTP/2 against the running product: how they end, what the log says of them, and that
 * meanwhile another client is served as ever and memory stays where it was.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ErrorCode, Flag, FrameType } from "../../src/gateway/listener/http2/frame.ts";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { H2Attacker } from "../support/h2_attacker.ts";
import type { FloodOrder } from "../support/h2_attacker_worker.ts";
import { frameBytes, GET_FIELDS, H2Client, headerBlock } from "../support/h2_client.ts";
import { FLOODS } from "../support/h2_floods.ts";
import { localCa } from "../support/local_trust.ts";
import { peakMemory, resetPeakMemory } from "../support/process_memory.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/until.ts";

const MIB = 1_048_576;
/** What an attack may make of memory: heaps grow under any load, but not with the flood's length. */
const MOST_GROWTH = 128 * MIB;
/** No request of another client may wait longer, on a machine that has better things to do as well: mostly it is 0.1 s. */
const MOST_LATENCY_MS = 5_000;
/** Floods go on for so long, connection after connection. */
const FLOOD_MS = 500;
const LANES = 2;

const CONFIG = `server:
  head_timeout_ms: 2000
  body_timeout_ms: 500
  write_timeout_ms: 1000
l4_conn_limit: 0
`;

interface Scene {
  readonly aegis: AegisProcess;
  readonly ca: string;
}

/** Another client's requests, one after the other on one connection, for as long as `attack` takes. */
async function servedDuring({ aegis, ca }: Scene, attack: Promise<unknown>): Promise<number> {
  const client = await H2Client.begin(await RawClient.tls(aegis.httpsPort, ca, ["h2"]));
  let isOver = false;
  const watched = attack.finally(() => isOver = true);
  let slowest = 0;
  let answers = 0;
  while (!isOver || answers < 5) {
    const began = performance.now();
    const id = client.newId();
    await client.headers(id, [...GET_FIELDS.slice(0, 1), [":scheme", "https"], [":authority", "localhost"], [
      ":path",
      "/hello",
    ]], true);
    const { status, body } = await client.answer(id);
    assert.equal(status, 200);
    assert.match(body, /"url":"\/hello"/);
    slowest = Math.max(slowest, performance.now() - began);
    answers++;
    // What has no connection window of its own is given back.
    await client.send(FrameType.windowUpdate, 0, 0, Buffer.of(0, 0, 0, body.length));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  client.close();
  await watched;
  return slowest;
}

/** Runs `attack`, and sees to what it must not do to others. */
async function withstands(scene: Scene, attack: () => Promise<unknown>): Promise<void> {
  await resetPeakMemory(scene.aegis.pid);
  const before = await peakMemory(scene.aegis.pid);
  const slowest = await servedDuring(scene, attack());
  const grown = await peakMemory(scene.aegis.pid) - before;
  assert.ok(slowest < MOST_LATENCY_MS, `another client waited for ${slowest} ms`);
  assert.ok(grown < MOST_GROWTH, `${grown} bytes more`);
}

/** Runs one of `FLOODS` in a thread of its own; resolves to how its connections were ended. */
async function flood(order: FloodOrder): Promise<number[]> {
  const worker = new Worker(new URL("../support/h2_attacker_worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<number[]>) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(order);
    });
  } finally {
    worker.terminate();
  }
}

/** What the log says of a client that was refused for `reason`. */
async function logged({ aegis }: Scene, client: string, reason: string): Promise<string> {
  const row = await until(`a row of ${client} with ${reason}`, async () => {
    const { rows } = await aegis.perform("traffic.query", { client, reason, limit: 1 });
    return rows[0];
  });
  return row.detail;
}

/** Clients that keep a connection and do little with it, until each is ended. */
interface SlowClient {
  readonly name: string;
  readonly count: number;
  readonly settings?: readonly (readonly [number, number])[];
  readonly deaf?: boolean;
  /** Said at once. */
  readonly first: Uint8Array;
  /** Said again every 200 ms; `i` counts from 1. */
  readonly drip?: (i: number) => Uint8Array;
  readonly detail: RegExp;
  /** Its streams are reset with CANCEL, the connection goes on. */
  readonly resets?: number;
}

function get(id: number, path: string): Buffer {
  return frameBytes(FrameType.headers, Flag.endHeaders | Flag.endStream, id, block("GET", path));
}

function block(method: string, path: string): Buffer {
  return headerBlock([[":method", method], ...GET_FIELDS.slice(1, 3), [":path", path]]);
}

const MANY_LARGE = Buffer.concat(Array.from({ length: 20 }, (_, i) => get(2 * i + 1, "/large")));

const SLOW: readonly SlowClient[] = [
  {
    name: "a header block that comes a frame at a time",
    count: 50,
    first: frameBytes(FrameType.headers, Flag.endStream, 1, block("GET", "/")),
    drip: (i) => frameBytes(FrameType.continuation, 0, 1, headerBlock([[`x-${i}`, ""]])),
    detail: /not complete after 2000 ms/,
  },
  {
    name: "a frame that comes a byte at a time",
    count: 50,
    first: frameBytes(FrameType.headers, Flag.endStream, 1, Buffer.alloc(1_000)).subarray(0, 20),
    drip: () => Buffer.of(0),
    detail: /not complete after 2000 ms/,
  },
  {
    name: "a body that stops",
    count: 50,
    first: Buffer.concat([
      frameBytes(FrameType.headers, Flag.endHeaders, 1, block("POST", "/upload")),
      frameBytes(FrameType.data, 0, 1, Buffer.from("x")),
    ]),
    detail: /no body bytes for 500 ms/,
    resets: 1,
  },
  {
    name: "answers that nobody takes, by windows of 0",
    count: 10,
    settings: [[0x4, 0]],
    first: MANY_LARGE,
    detail: /taken nothing for 1000 ms/,
  },
  {
    name: "answers that nobody reads from the socket",
    count: 10,
    settings: [[0x4, 0x7fffffff]],
    deaf: true,
    first: Buffer.concat([frameBytes(FrameType.windowUpdate, 0, 0, Buffer.of(0x7f, 0, 0, 0)), MANY_LARGE]),
    detail: /taken nothing for 1000 ms/,
  },
];

/** Opens `count` such clients at once; resolves when all were ended, or reset as they are to be. */
async function slowly(scene: Scene, from: string, slow: SlowClient): Promise<void> {
  const port = scene.aegis.httpPort;
  const clients = Array.from({ length: slow.count }, () => {
    const client = new H2Attacker({ port, from, settings: slow.settings ?? [], deaf: slow.deaf ?? false });
    client.write(slow.first);
    return client;
  });
  let i = 0;
  const timer = setInterval(() => {
    i++;
    for (const client of clients) if (slow.drip !== undefined) client.write(slow.drip(i));
  }, 200);
  const resets = slow.resets ?? 0;
  // Who does not read does not see the end either: the log tells of it.
  if (slow.deaf === true) await logged(scene, from, "timeout_client");
  else if (resets === 0) await Promise.all(clients.map((client) => client.ended));
  else await until("each stream is reset", () => clients.every((client) => client.resets.length === resets));
  clearInterval(timer);
  for (const client of clients) {
    assert.ok(client.resets.every((code) => code === ErrorCode.cancel));
    client.close();
  }
  await Promise.all(clients.map((client) => client.ended));
}

Deno.test("floods and slow clients of HTTP/2 against the running product", async (t) => {
  const app = await startDemoTarget("app", {
    "/wait": () => {},
    "/answer": (_request, response) => response.end(new Uint8Array(100_000)),
    "/large": (_request, response) => response.end(new Uint8Array(MIB / 4)),
  });
  const aegis = await startAegis({
    config: `${CONFIG}hosts: [{ domains: [localhost, a.test], targets: [{ url: "${app.url}" }] }]`,
    proxyListen: "{ address: 127.0.0.1:0, h2c: on }",
  });
  try {
    const scene = { aegis, ca: await localCa(aegis) };
    await servedDuring(scene, Promise.resolve());
    let last = 1;
    for (const { name, detail } of FLOODS) {
      const from = `127.0.0.${++last}`;
      await t.step(`${name}: ENHANCE_YOUR_CALM, in the log, and others are served`, async () => {
        let codes: readonly number[] = [];
        await withstands(scene, async () => {
          codes = await flood({ name, port: aegis.httpPort, from, lanes: LANES, forMs: FLOOD_MS });
        });
        assert.ok(codes.length >= LANES);
        // Where so much is on its way that GOAWAY is lost to a reset, nothing is read of it.
        assert.ok(codes.includes(ErrorCode.enhanceYourCalm), `${codes}`);
        assert.ok(codes.every((code) => code === ErrorCode.enhanceYourCalm || code === -1), `${codes}`);
        assert.match(await logged(scene, from, "protocol_abuse"), detail);
      });
    }
    for (const slow of SLOW) {
      const from = `127.0.0.${++last}`;
      await t.step(`${slow.name}: cut off, in the log, and others are served`, async () => {
        await withstands(scene, () => slowly(scene, from, slow));
        assert.match(await logged(scene, from, "timeout_client"), slow.detail);
      });
    }
  } finally {
    assert.equal(await aegis.stop(), 0);
    await app.close();
  }
});
