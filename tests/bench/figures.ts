import { join } from "node:path";
import { startAegis } from "./aegis.ts";
import { type Latency, loadSteadily } from "./steady.ts";
import { freePorts } from "./ports.ts";
import { type BenchPlace, type Running } from "./servers.ts";
import { resetPeak, usageOf } from "./processes.ts";
import { noise, startSink } from "./sink.ts";
import { echoOver } from "./websockets.ts";

/** What one number a row cannot say: bodies of a gigabyte, what is added at half load, many WebSockets. */

const MB = 1 << 20;
const BIG_BYTES = 1 << 30;
/** Before it is measured: what every process grows by with its first bodies is not theirs. */
const WARM_UP_BYTES = 64 << 20;
const SOCKETS = 5_000;
const CONNECTIONS = 50;

/** Starts its own two instances, prints its figures and stops them. */
export async function printFigures(place: BenchPlace): Promise<void> {
  const sink = startSink();
  try {
    for (const setup of ["off", "enforce"] as const) {
      const dir = join(place.dir, `figures-${setup}`);
      await Deno.mkdir(dir);
      const [http, https, admin, metrics] = freePorts(4) as [number, number, number, number];
      const own: BenchPlace = { ...place, dir, upstreamPort: sink.port };
      const server = await startAegis(own, setup, { http, https, admin, metrics }, null);
      try {
        console.log(`\naegis ${setup}`);
        await printBodies(server);
        await printSockets(server);
      } finally {
        await server.stop();
      }
    }
  } finally {
    await sink.stop();
  }
}

/** A body of a gigabyte each way: how long it took, and by how much the process grew at most. */
async function printBodies(server: Running): Promise<void> {
  const url = `http://localhost:${server.httpPort}`;
  const download = async (bytes: number) => {
    const response = await fetch(`${url}/noise?bytes=${bytes}`);
    let got = 0;
    for await (const chunk of response.body!) got += chunk.length;
    return got;
  };
  const upload = async (bytes: number) => {
    const headers = { "content-type": "application/octet-stream" };
    const response = await fetch(`${url}/upload`, { method: "PUT", headers, body: noise(bytes) });
    return Number(await response.text());
  };
  for (const [name, run] of [["download", download], ["upload", upload]] as const) {
    await run(WARM_UP_BYTES);
    const before = usageOf(server.pid).residentBytes;
    resetPeak(server.pid);
    const startedAt = performance.now();
    const bytes = await run(BIG_BYTES);
    const seconds = (performance.now() - startedAt) / 1_000;
    if (bytes !== BIG_BYTES) throw new Error(`${name}: ${bytes} of ${BIG_BYTES} bytes arrived`);
    const grown = (usageOf(server.pid).peakBytes - before) / MB;
    console.log(`${name} of 1 GiB: ${seconds.toFixed(1)} s, grew by ${grown.toFixed(0)} MB at most`);
  }
}

async function printSockets(server: Running): Promise<void> {
  const before = usageOf(server.pid).residentBytes;
  const result = await echoOver(
    `localhost:${server.httpPort}`,
    SOCKETS,
    () => usageOf(server.pid).residentBytes,
  );
  const each = (result.residentBytes - before) / SOCKETS / 1_024;
  console.log(
    `${SOCKETS} WebSockets: opened in ${
      (result.openMs / 1_000).toFixed(1)
    } s, an echo over each at once: p50 ` +
      `${result.p50Ms.toFixed(0)} ms, p99 ${result.p99Ms.toFixed(0)} ms; ${
        each.toFixed(1)
      } KB of memory a connection`,
  );
}

/** p50 and p99 at half of what `servers`' slowest can do, and what each adds to the direct way. */
export async function printHalfLoad(
  upstream: Running,
  servers: readonly Running[],
  requestsASecond: number,
  seconds: number,
): Promise<void> {
  console.log(`\nat ${requestsASecond.toFixed(0)} requests/s, half of what the slowest of these can do`);
  const direct = await loadSteadily(upstream.httpPort, CONNECTIONS, requestsASecond, seconds);
  console.log(line("direct", direct, direct));
  for (const server of servers) {
    server.check();
    const latency = await loadSteadily(server.httpPort, CONNECTIONS, requestsASecond, seconds);
    console.log(line(server.name, latency, direct));
  }
}

function line(name: string, latency: Latency, direct: Latency): string {
  const added = (latency.p99Ms - direct.p99Ms).toFixed(2);
  return `${name.padEnd(24)}p50 ${latency.p50Ms.toFixed(2)} ms  p99 ${
    latency.p99Ms.toFixed(2)
  } ms  added p99 ${added} ms`;
}
