import { systemClock } from "../../src/core/clock.ts";
import { CidrSet, createCidrSet } from "../../src/lib/cidr_set.ts";
import { type AddressWords, formatCidr, maskWords } from "../../src/lib/ip.ts";
import { NetworkListBuilder } from "../../src/lib/network_list.ts";
import { startAegis } from "../support/aegis_process.ts";
import { usageOf } from "./processes.ts";

/** What subscribed lists cost: memory of the whole process, and a look-up. `--entries N` (1,000,000). */

const flag = Deno.args.indexOf("--entries");
const entries = flag < 0 ? 1_000_000 : Number(Deno.args[flag + 1]);
const LOOK_UPS = 4_000_000;
/** One network in so many is of IPv6. */
const V6_EVERY = 10;

printLookUps();
await printMemory();

/** In one thread: half of the addresses are on the list. */
function printLookUps(): void {
  const builder = new NetworkListBuilder();
  for (let i = 0; i < entries; i++) builder.add(network(i));
  const list = builder.build();
  const builtAt = performance.now();
  const buffer = createCidrSet([list]);
  const set = new CidrSet(buffer);
  console.log(
    `${set.size} networks joined in ${(performance.now() - builtAt).toFixed(0)} ms, ` +
      `${(buffer.byteLength / 1e6).toFixed(1)} MB`,
  );
  for (const [what, isV4] of [["IPv4", true], ["IPv6", false]] as const) {
    const addresses = Array.from({ length: 4_096 }, (_, i): AddressWords => {
      const at = network(Math.floor(Math.random() * entries / V6_EVERY) * V6_EVERY + (isV4 ? 1 : 0)).words;
      return i % 2 === 0
        ? at
        : isV4
        ? [0, 0, 0xffff, random32()]
        : [0x20010db8, random32(), random32(), random32()];
    });
    let found = 0;
    // Of the processor, not of the wall: the machine may have other work.
    const began = systemClock.threadCpu();
    for (let i = 0; i < LOOK_UPS; i++) if (set.find(addresses[i & 4_095]!) >= 0) found++;
    const ns = (systemClock.threadCpu() - began) * 1e6 / LOOK_UPS;
    console.log(`${what}: ${ns.toFixed(0)} ns a look-up, ${(found * 100 / LOOK_UPS).toFixed(0)} % found`);
  }
}

/** The running product, with a list of that many from a server of this machine. */
async function printMemory(): Promise<void> {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(stream()),
  );
  const aegis = await startAegis({ workers: 2 });
  try {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const before = usageOf(aegis.pid).residentBytes;
    const began = performance.now();
    const { id } = await aegis.perform("lists.create", {
      name: "a million",
      url: `http://127.0.0.1:${server.addr.port}/`,
    });
    const list = await aegis.perform("lists.refresh", { id });
    const took = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    const { residentBytes: after, peakBytes } = usageOf(aegis.pid);
    console.log(
      `${list.entries} entries ${list.state} after ${(took / 1_000).toFixed(1)} s; ` +
        `resident ${mb(before)} MB before, ${mb(after)} MB after, ${mb(peakBytes)} MB at most`,
    );
  } finally {
    await aegis.stop();
    await server.shutdown();
  }
}

function stream(): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let i = 0;
  return new ReadableStream({
    pull(controller) {
      let text = "";
      for (const end = Math.min(i + 10_000, entries); i < end; i++) text += `${formatCidr(network(i))}\n`;
      controller.enqueue(encoder.encode(text));
      if (i >= entries) controller.close();
    },
  });
}

/** The `i`-th of them: single addresses of IPv4, and /48 of IPv6. Every number gives another one. */
function network(i: number): { words: AddressWords; prefix: number } {
  if (i % V6_EVERY !== 0) {
    // An odd factor goes around all of 1.0.0.0 to 4.255.255.255 before it repeats.
    return { words: [0, 0, 0xffff, 0x01000000 + (Math.imul(i, 0x9e3779b1) & 0x03ffffff)], prefix: 128 };
  }
  return { words: maskWords([0x20010db8, Math.imul(i, 0x9e3779b1) >>> 0, 0, 0], 64), prefix: 64 };
}

function random32(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
