/**
 * `deno task bench [--seconds 4] [--rounds 3] [--only TEXT] [--binary FILE]`: Aegis beside a direct upstream and what of
 * nginx, HAProxy, Caddy and nginx + ModSecurity + CRS is installed, in one run on one machine. Read the ratios: every
 * other figure is of this machine and this hour.
 */
import { parseArgs } from "node:util";
import { type AegisSetup, BANNED_CLIENT, startAegis } from "./aegis.ts";
import { BROWSER } from "./browser.ts";
import { makeCertificate } from "./certificate.ts";
import { printFigures, printHalfLoad } from "./figures.ts";
import { loadH2 } from "./h2load.ts";
import { load, type LoadRequest } from "./load.ts";
import { median } from "./median.ts";
import { freePorts } from "./ports.ts";
import { usageOf } from "./processes.ts";
import {
  type BenchPlace,
  type Running,
  startCaddy,
  startHaproxy,
  startNginxProxy,
  startUpstream,
} from "./servers.ts";

const CONNECTIONS = 50;
/** Until V8 has compiled what a row runs: its first two seconds cost twice as much. */
const WARM_UP_SECONDS = 3;
/** Requests at a time on a connection of HTTP/2: one, and what a page with its parts asks for. */
const H2_STREAMS = [1, 6];

type Kind = "get" | "get-new" | "post" | "post-new" | "attack" | "banned";
interface Row {
  readonly name: string;
  readonly server: string;
  readonly kind: Kind;
  readonly tls: boolean;
  /** HTTP/2 with so many requests at a time on a connection; HTTP/1.1 where absent. */
  readonly streams?: number;
  /** Answers of this row are refusals. */
  readonly refuses?: boolean;
}

function requestOf(kind: Kind, base: string): LoadRequest {
  switch (kind) {
    case "get":
      return { url: `${base}/articles/list?page=2&sort=created&tag=garden-tools`, headers: BROWSER };
    case "get-new":
      return {
        url: `${base}/articles/<word>-<number-5>?page=<number-3>&sort=<word>&tag=<word>-<word>`,
        headers: [
          ...BROWSER.filter((header) => !header.startsWith("Cookie:")),
          "Cookie: session=<hex-32>; theme=dark; seen=<number-8>",
          `Referer: ${base}/articles/<word>?page=<number-4>`,
        ],
      };
    case "banned":
      return { ...requestOf("get", base), headers: [...BROWSER, `X-Forwarded-For: ${BANNED_CLIENT}`] };
    case "attack":
      return { url: `${base}/articles?id=1%20union%20select%20name,pass%20from%20users--`, headers: BROWSER };
    case "post":
      return {
        url: `${base}/api/articles`,
        method: "POST",
        headers: [...BROWSER, "Content-Type: application/json"],
        body: jsonOfOneKilobyte(),
      };
    case "post-new": {
      const article = {
        title: "<text-30>",
        author: "M. <word>",
        tags: ["<word>", "<word>"],
        views: "<number-4>",
      };
      return { ...requestOf("post", base), body: JSON.stringify({ ...article, text: "<text-890>" }) };
    }
  }
}

function jsonOfOneKilobyte(): string {
  const text =
    "The rain had stopped before noon, so we carried the tables out and set them under the old pear tree. ";
  const article = {
    title: "A summer lunch",
    author: "M. Olsen",
    tags: ["food", "garden"],
    published: true,
    views: 1_204,
  };
  return JSON.stringify({ ...article, text: text.repeat(20) }).slice(0, 1_021) + '"}';
}

function rowsOf(servers: ReadonlyMap<string, Running>): Row[] {
  const rows: Row[] = [{ name: "direct upstream, GET", server: "upstream", kind: "get", tls: false }];
  for (const name of ["nginx", "haproxy", "caddy"]) {
    for (const tls of [false, true]) rows.push({ name: `${name}, GET`, server: name, kind: "get", tls });
    rows.push({ name: `${name}, POST 1 KB JSON`, server: name, kind: "post", tls: false });
    rows.push(...h2Rows(name, name));
  }
  for (const setup of ["off", "detect", "enforce"]) {
    for (const tls of [false, true]) {
      rows.push({ name: `aegis ${setup}, GET`, server: `aegis-${setup}`, kind: "get", tls });
    }
    rows.push({ name: `aegis ${setup}, POST 1 KB JSON`, server: `aegis-${setup}`, kind: "post", tls: false });
    if (setup !== "detect") rows.push(...newTextRows(setup));
    rows.push(...h2Rows(`aegis ${setup}`, `aegis-${setup}`));
  }
  rows.push({ name: "aegis blocked", server: "aegis-enforce", kind: "attack", tls: false, refuses: true });
  for (const tls of [false, true]) {
    rows.push({ name: "aegis banned", server: "aegis-banned", kind: "banned", tls, refuses: true });
  }
  const crs = "nginx+modsecurity+crs";
  rows.push({ name: `${crs}, GET`, server: crs, kind: "get", tls: false });
  rows.push({ name: `${crs}, POST 1 KB JSON`, server: crs, kind: "post", tls: false });
  rows.push({ name: `${crs}, blocked`, server: crs, kind: "attack", tls: false, refuses: true });
  return rows.filter((row) => servers.has(row.server));
}

/** Values that nobody has seen before, so that all of them are judged. */
function newTextRows(setup: string): Row[] {
  const server = `aegis-${setup}`;
  return [
    { name: `aegis ${setup}, GET, all values new`, server, kind: "get-new", tls: false },
    { name: `aegis ${setup}, POST 1 KB JSON, new text`, server, kind: "post-new", tls: false },
  ];
}

function h2Rows(name: string, server: string): Row[] {
  return H2_STREAMS.map((streams) => ({ name: `${name}, GET`, server, kind: "get", tls: true, streams }));
}

function titleOf(row: Row): string {
  if (row.streams !== undefined) return `${row.name}, TLS, h2 -m${row.streams}`;
  return row.tls ? `${row.name}, TLS` : row.name;
}

interface Sample {
  readonly rps: number;
  readonly cpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** `seed`: another one for each time a row is measured, so that new text is new. */
async function measure(row: Row, server: Running, seconds: number, seed: number): Promise<Sample> {
  const port = row.tls ? server.httpsPort! : server.httpPort;
  const usual = requestOf(row.kind, `${row.tls ? "https" : "http"}://localhost:${port}`);
  const request = row.kind.endsWith("-new") ? { ...usual, newTextSeed: seed } : usual;
  server.check();
  const before = usageOf(server.pid).cpuUs;
  const result = row.streams === undefined
    ? await load(request, CONNECTIONS, seconds)
    : await loadH2(request, CONNECTIONS, row.streams, seconds);
  const cpuUs = usageOf(server.pid).cpuUs - before;
  server.check();
  if (result.requests === 0) throw new Error(`${titleOf(row)}: no request was answered`);
  const wrong = row.refuses ? result.requests - result.refused : result.refused;
  if (wrong > 0) {
    throw new Error(`${titleOf(row)}: ${wrong} of ${result.requests} answers were not what the row measures`);
  }
  return {
    rps: result.requests / result.seconds,
    cpuUs: cpuUs / result.requests,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
  };
}

function medianOf(samples: readonly Sample[]): Sample {
  const of = (key: keyof Sample) => median(samples.map((sample) => sample[key]));
  return { rps: of("rps"), cpuUs: of("cpuUs"), p50Ms: of("p50Ms"), p99Ms: of("p99Ms") };
}

async function has(program: string): Promise<boolean> {
  const found = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" })
    .output();
  return found.success;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return false;
    throw thrown;
  }
}

/** Starts what is installed, each entered in `servers` at once, so that the caller can stop it. */
async function startAll(
  place: BenchPlace,
  binary: string | null,
  servers: Map<string, Running>,
): Promise<void> {
  const add = (server: Running) => void servers.set(server.name, server);
  add(await startUpstream(place));
  const ports = () => {
    const [http, https] = freePorts(2);
    return { http: http!, https: https! };
  };
  if (await has("nginx")) add(await startNginxProxy(place, ports(), false));
  if (await has("haproxy")) add(await startHaproxy(place, ports()));
  if (await has("caddy")) add(await startCaddy(place, ports()));
  if (await exists("/etc/modsecurity/crs/crs-setup.conf") && await exists("/etc/nginx/modsecurity.conf")) {
    add(await startNginxProxy(place, ports(), true));
  }
  for (const setup of ["off", "detect", "enforce", "banned"] satisfies AegisSetup[]) {
    const [http, https, admin, metrics] = freePorts(4);
    add(
      await startAegis(
        place,
        setup,
        { http: http!, https: https!, admin: admin!, metrics: metrics! },
        binary,
      ),
    );
  }
}

function print(rows: readonly Row[], samples: ReadonlyMap<Row, Sample[]>): void {
  const reference = (row: Row) => {
    const nginx = rows.find((each) =>
      each.server === "nginx" && each.kind === "get" && each.tls === row.tls && each.streams === row.streams
    );
    return nginx === undefined ? NaN : medianOf(samples.get(nginx)!).cpuUs;
  };
  const off = (row: Row) => {
    const same = rows.find((each) =>
      each.server === "aegis-off" && each.kind === row.kind && each.tls === row.tls &&
      each.streams === row.streams
    );
    const compared = row.server === "aegis-detect" || row.server === "aegis-enforce";
    return !compared || same === undefined ? NaN : medianOf(samples.get(same)!).cpuUs;
  };
  console.log(
    ["row".padEnd(40), "requests/s", "CPU µs", "× nginx", "- off µs", "p50 ms", "p99 ms"].join("  "),
  );
  for (const row of rows) {
    const result = medianOf(samples.get(row)!);
    const cells = [
      titleOf(row).padEnd(40),
      result.rps.toFixed(0).padStart(10),
      result.cpuUs.toFixed(1).padStart(6),
      (result.cpuUs / reference(row)).toFixed(2).padStart(7),
      known(result.cpuUs - off(row), 1).padStart(8),
      milliseconds(result.p50Ms),
      milliseconds(result.p99Ms),
    ];
    console.log(cells.join("  "));
  }
}

/** h2load knows no percentiles. */
function milliseconds(value: number): string {
  return known(value, 2).padStart(6);
}

function known(value: number, digits: number): string {
  return Number.isNaN(value) ? "-" : value.toFixed(digits);
}

/** Half of what the slowest of those that are compared could do over HTTP, GET. */
async function printHalf(
  servers: ReadonlyMap<string, Running>,
  rows: readonly Row[],
  samples: ReadonlyMap<Row, Sample[]>,
  seconds: number,
): Promise<void> {
  const compared = ["nginx", "haproxy", "aegis-off", "aegis-enforce"].filter((name) => servers.has(name));
  const rates = rows.filter((row) =>
    compared.includes(row.server) && row.kind === "get" && !row.tls && row.streams === undefined
  ).map((row) => medianOf(samples.get(row)!).rps);
  const half = Math.min(...rates) / 2;
  await printHalfLoad(servers.get("upstream")!, compared.map((name) => servers.get(name)!), half, seconds);
}

const MB = 1 << 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      seconds: { type: "string", default: "4" },
      rounds: { type: "string", default: "3" },
      only: { type: "string" },
      binary: { type: "string" },
    },
  });
  for (const [program, packageName] of [["wrk", "wrk"], ["h2load", "nghttp2-client"]] as const) {
    if (!await has(program)) {
      throw new Error(`the benchmark needs ${program}: apt-get install ${packageName}`);
    }
  }
  const dir = await Deno.makeTempDir({ prefix: "aegis-bench-" });
  const place: BenchPlace = { dir, upstreamPort: freePorts(1)[0]!, ...await makeCertificate(dir) };
  const servers = new Map<string, Running>();
  try {
    await startAll(place, values.binary ?? null, servers);
    const atRest = new Map([...servers].map(([name, server]) => [name, usageOf(server.pid).residentBytes]));
    const rows = rowsOf(servers).filter((row) =>
      titleOf(row).includes(values.only ?? "") || row.server === "nginx"
    );
    const samples = new Map<Row, Sample[]>(rows.map((row) => [row, []]));
    for (const row of rows) await measure(row, servers.get(row.server)!, WARM_UP_SECONDS, 1);
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const row of rows) {
        const sample = await measure(row, servers.get(row.server)!, Number(values.seconds), round + 2);
        samples.get(row)!.push(sample);
      }
    }
    print(rows, samples);
    console.log("\nmemory, MB: at rest, now, peak");
    for (const [name, server] of servers) {
      const usage = usageOf(server.pid);
      const cells = [atRest.get(name)!, usage.residentBytes, usage.peakBytes].map((bytes) =>
        (bytes / MB).toFixed(0).padStart(5)
      );
      console.log(`${name.padEnd(24)}${cells.join(" ")}`);
    }
    if (values.only === undefined) {
      await printHalf(servers, rows, samples, Number(values.seconds));
      await printFigures(place);
    }
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  await Deno.remove(dir, { recursive: true });
}

await main();
