import { join } from "node:path";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { hostsBlock, manyNames, startOkTarget } from "../support/many_hosts.ts";
import { startLoad } from "../support/steady_load.ts";

/**
 * What a change costs with many hosts, while clients ask: until it is in force everywhere, in each gateway, and for the
 * request that waited longest meanwhile. `--hosts N` (1000).
 */

const flag = Deno.args.indexOf("--hosts");
const hosts = flag < 0 ? 1_000 : Number(Deno.args[flag + 1]);
const ROUNDS = 10;

const target = await startOkTarget();
const names = manyNames(hosts);
const startedAt = performance.now();
const aegis = await startAegis({
  config: `l4_conn_limit: 0\nlog: { level: debug }\n${hostsBlock(names, target.url, () => "first")}`,
});
console.log(`${hosts} hosts: first start, with every certificate to be made, ${since(startedAt)} ms`);
const load = startLoad({ ...aegis, clients: 8, names, perConnection: 20 });
await pause(3_000);
console.log(`longest request in 3 s without a change: ${load.count.longestMs.toFixed(0)} ms\n`);
console.log("change                              | in force after ms | in a gateway ms | longest request ms");

const path = join(aegis.dataDir, "aegis.yml");
const text = await Deno.readTextFile(path);
await row("reload, nothing changed", () => aegis.perform("system.reload", {}));
await row("reload, every host changed", async (round) => {
  await Deno.writeTextFile(path, text.replaceAll('"first"', `"${round}"`));
  await aegis.perform("system.reload", {});
});
const { rules } = await aegis.perform("rules.list", {});
await row(
  "a rule switched",
  (round) => aegis.perform("rules.switch", { id: rules[0]!.id, switch: round % 2 === 0 ? "off" : "inherit" }),
);
await row("a host below a known domain", (round) => create(aegis, `new-${round}.${names[0]}`));
await row("a host under a new domain", (round) => create(aegis, `new-${round}.example`));
load.fresh();
await pause(12_000);
console.log(`\nlongest request while the certificates were renewed: ${load.count.longestMs.toFixed(0)} ms`);
await load.stop();
const failed = [...load.count.failures].map(([what, times]) => `${times} × ${what}`).join(", ");
console.log(`${load.count.requests} requests, failed: ${failed || "none"}`);
await aegis.stop();
await target.close();

async function row(what: string, change: (round: number) => Promise<unknown>): Promise<void> {
  load.fresh();
  const from = aegis.output().length;
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const at = performance.now();
    await change(round);
    took.push(performance.now() - at);
    await pause(100);
  }
  const swaps = [...aegis.output().slice(from).matchAll(/"a snapshot is in force".*?"took_ms":([\d.]+)/g)]
    .map((match) => Number(match[1]));
  console.log(
    `${what.padEnd(35)} | ${spread(took).padStart(17)} | ${spread(swaps).padStart(15)} | ` +
      load.count.longestMs.toFixed(0).padStart(18),
  );
}

function create(to: AegisProcess, domain: string): Promise<unknown> {
  return to.perform("hosts.create", { host: { domains: [domain], targets: [{ url: target.url }] } });
}

/** Median and longest. */
function spread(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${sorted[sorted.length >> 1]?.toFixed(1)} (${sorted.at(-1)?.toFixed(0)})`;
}

function since(at: number): string {
  return (performance.now() - at).toFixed(0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
