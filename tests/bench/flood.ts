/**
 * `deno task bench:flood [--seconds 10] [--rounds 3] [--binary FILE]`: 50 connections that are refused all that they ask
 * for, beside nginx that proxies as many in the same run, and what another client has of it meanwhile. Attacker, proxy
 * and application are on one machine: read the ratios.
 */
import { parseArgs } from "node:util";
import { type AegisSetup, BANNED_CLIENT, startAegis } from "./aegis.ts";
import { BROWSER } from "./browser.ts";
import { makeCertificate } from "./certificate.ts";
import { load, type LoadResult } from "./load.ts";
import { median } from "./median.ts";
import { freePorts } from "./ports.ts";
import { usageOf } from "./processes.ts";
import { type BenchPlace, type Running, startNginxProxy, startUpstream } from "./servers.ts";
import { loadSteadily } from "./steady.ts";

const CONNECTIONS = 50;
const WARM_UP_SECONDS = 3;
const MB = 1 << 20;

/** Somebody else: so many requests a second, well below the limit of a client. */
const NORMAL = { client: "198.51.100.7", connections: 4, requestsASecond: 80 };

/** One kind of flood on one server. */
interface Flood {
  readonly name: string;
  readonly server: Running;
  /** Address of the flooding client in the given round. */
  readonly clientOf: (round: number) => string;
  /** What share of the answers must be refusals, at least. */
  readonly refusedShare: number;
}

interface Alone {
  readonly rps: number;
  readonly cpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The flood while another client is served. */
interface Beside {
  /** Of the other client, before and during. */
  readonly calmP99Ms: number;
  readonly floodedP99Ms: number;
  readonly pacedRps: number;
}

/** Of each round. */
interface Samples {
  readonly alone: Alone[];
  readonly beside: Beside[];
}

function as(client: string): string[] {
  return [...BROWSER, `X-Forwarded-For: ${client}`];
}

/** The flood with nobody else about. */
async function floodAlone(
  flood: Flood,
  round: number,
  seconds: number,
): Promise<LoadResult & { cpuUs: number }> {
  const { server, refusedShare, name } = flood;
  const url = `http://localhost:${server.httpPort}/articles/list?page=2`;
  server.check();
  const before = usageOf(server.pid).cpuUs;
  const result = await load({ url, headers: as(flood.clientOf(round)) }, CONNECTIONS, seconds);
  const cpuUs = (usageOf(server.pid).cpuUs - before) / result.requests;
  const share = result.refused / result.requests;
  if (share < refusedShare || (refusedShare === 0 && share > 0) || result.socketErrors > 0) {
    throw new Error(
      `${name}: ${result.refused} of ${result.requests} refused, ${result.socketErrors} errors`,
    );
  }
  return { ...result, cpuUs };
}

function others(server: Running, seconds: number) {
  const { client, connections, requestsASecond } = NORMAL;
  return loadSteadily(server.httpPort, connections, requestsASecond, seconds, as(client));
}

async function measureAlone(flood: Flood, round: number, seconds: number): Promise<Alone> {
  const { requests, seconds: took, cpuUs, p50Ms, p99Ms } = await floodAlone(flood, 2 * round, seconds);
  return { rps: requests / took, cpuUs, p50Ms, p99Ms };
}

async function measureBeside(flood: Flood, round: number, seconds: number): Promise<Beside> {
  const calm = await others(flood.server, seconds);
  const [{ requests, seconds: took }, flooded] = await Promise.all([
    floodAlone(flood, 2 * round + 1, seconds),
    others(flood.server, seconds),
  ]);
  return { calmP99Ms: calm.p99Ms, floodedP99Ms: flooded.p99Ms, pacedRps: requests / took };
}

function floodsOf(nginx: Running, flooded: Running, asking: Running): Flood[] {
  // Each round another client: who goes on for three windows of 10 s is banned, and would be another row.
  const another = (round: number) => `203.0.113.${100 + round % 100}`;
  return [
    { name: "nginx, proxied GET", server: nginx, clientOf: another, refusedShare: 0 },
    { name: "aegis, banned client", server: flooded, clientOf: () => BANNED_CLIENT, refusedShare: 1 },
    { name: "aegis, client over its limit", server: flooded, clientOf: another, refusedShare: 0.9 },
    { name: "aegis, challenge page", server: asking, clientOf: another, refusedShare: 1 },
  ];
}

function print(samples: ReadonlyMap<Flood, Samples>): void {
  const nginx = [...samples.values()][0]!;
  const cpuUs = ({ alone }: Samples) => median(alone.map((each) => each.cpuUs));
  console.log(`\n${CONNECTIONS} connections; another client: ${NORMAL.requestsASecond} requests/s`);
  console.log(
    ["flood".padEnd(30), "answers/s", "CPU µs", "× nginx", "p50 ms", "p99 ms", "other's p99 ms before/during"]
      .join("  "),
  );
  for (const [flood, sample] of samples) {
    const of = (key: keyof Alone) => median(sample.alone.map((each) => each[key]));
    const cells = [
      flood.name.padEnd(30),
      of("rps").toFixed(0).padStart(9),
      of("cpuUs").toFixed(1).padStart(6),
      (of("cpuUs") / cpuUs(nginx)).toFixed(2).padStart(7),
      of("p50Ms").toFixed(2).padStart(6),
      of("p99Ms").toFixed(2).padStart(6),
      otherOf(sample.beside),
    ];
    console.log(cells.join("  "));
  }
}

function otherOf(beside: readonly Beside[]): string {
  if (beside.length === 0) return "-";
  const of = (key: keyof Beside) => median(beside.map((each) => each[key]));
  const [calm, flooded] = [of("calmP99Ms"), of("floodedP99Ms")];
  const ratio = (flooded / calm).toFixed(2);
  return `${calm.toFixed(2)} / ${flooded.toFixed(2)} = ${ratio}×, beside ${
    of("pacedRps").toFixed(0)
  } answers/s`;
}

function residentMb(server: Running): number {
  return usageOf(server.pid).residentBytes / MB;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      seconds: { type: "string", default: "10" },
      rounds: { type: "string", default: "3" },
      binary: { type: "string" },
    },
  });
  const seconds = Number(values.seconds);
  const dir = await Deno.makeTempDir({ prefix: "aegis-bench-" });
  const place: BenchPlace = { dir, upstreamPort: freePorts(1)[0]!, ...await makeCertificate(dir) };
  const running: Running[] = [];
  const add = (server: Running) => (running.push(server), server);
  const aegis = async (setup: AegisSetup) => {
    const [http, https, admin, metrics] = freePorts(4) as [number, number, number, number];
    return add(await startAegis(place, setup, { http, https, admin, metrics }, values.binary ?? null));
  };
  try {
    add(await startUpstream(place));
    const [http, https] = freePorts(2) as [number, number];
    const nginx = add(await startNginxProxy(place, { http, https }, false));
    const floods = floodsOf(nginx, await aegis("flood"), await aegis("challenge"));
    for (const flood of floods) await floodAlone(flood, 90, WARM_UP_SECONDS);
    const warm = new Map(floods.map(({ server }) => [server, residentMb(server)]));
    const samples = new Map(floods.map((flood): [Flood, Samples] => [flood, { alone: [], beside: [] }]));
    const rounds = [...Array(Number(values.rounds)).keys()];
    for (const round of rounds) {
      for (const [flood, { alone }] of samples) alone.push(await measureAlone(flood, round, seconds));
    }
    for (const round of rounds) {
      for (const [flood, { beside }] of samples) {
        // Where everybody is asked for a proof there is no other client without one.
        if (flood.server.name === "aegis-challenge") continue;
        beside.push(await measureBeside(flood, round, seconds));
      }
    }
    print(samples);
    console.log("\nmemory, MB: warm, after");
    for (const [server, before] of warm) {
      console.log(
        `${server.name.padEnd(24)}${before.toFixed(0).padStart(5)} ${residentMb(server).toFixed(0)}`,
      );
    }
  } finally {
    for (const server of running) await server.stop();
  }
  await Deno.remove(dir, { recursive: true });
}

await main();
