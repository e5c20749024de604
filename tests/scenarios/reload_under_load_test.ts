import assert from "node:assert/strict";
import { join } from "node:path";
import { startAegis } from "../support/aegis_process.ts";
import { hostsBlock, manyNames, startOkTarget } from "../support/many_hosts.ts";
import { startLoad } from "../support/steady_load.ts";
import { until } from "../support/until.ts";

const HOSTS = 1_000;
const EDITED = 10;
const NEW = 5;

Deno.test("a thousand hosts are reloaded, edited and given new domains under load, and no request fails", async (t) => {
  const target = await startOkTarget();
  const names = manyNames(HOSTS);
  const file = (notes: string) => hostsBlock(names, target.url, (i) => i < EDITED ? notes : "");
  const aegis = await startAegis({ config: "l4_conn_limit: 0\nlog: { level: debug }\n" + file("first") });
  const path = join(aegis.dataDir, "aegis.yml");
  const text = await Deno.readTextFile(path);
  const load = startLoad({ ...aegis, clients: 8, names, perConnection: 20 });
  const version = async () => (await aegis.perform("system.status", {})).snapshot_version;
  let published = 0;
  try {
    await until("the load runs", () => load.count.requests > 200);

    await t.step("the same file again, then one with ten changed hosts", async () => {
      await aegis.perform("system.reload", {});
      await Deno.writeTextFile(path, text.replaceAll('"first"', '"second"'));
      await aegis.perform("system.reload", {});
      assert.equal((await aegis.perform("hosts.get", { id: names[0]! })).notes, "second");
    });

    await t.step("hosts come under names that no certificate covers yet, change and leave", async () => {
      published = await version();
      for (let i = 0; i < NEW; i++) {
        const { id } = await aegis.perform("hosts.create", {
          host: { domains: [`new-${i}.example`], targets: [{ url: target.url }] },
        });
        await aegis.perform("hosts.update", { id, host: { websocket: false } });
        await aegis.perform("hosts.set_enabled", { id, enabled: false });
        await aegis.perform("hosts.delete", { id });
      }
    });

    await t.step("a rule is switched off and on", async () => {
      const { rules } = await aegis.perform("rules.list", {});
      await aegis.perform("rules.switch", { id: rules[0]!.id, switch: "off" });
      await aegis.perform("rules.switch", { id: rules[0]!.id, switch: "inherit" });
    });

    await t.step("every certificate is issued anew by the CA that covers the new names", async () => {
      // Four changes a new host and two of the rule; then, twenty at a time, a thousand hosts and the fallback. The
      // first of those may have come between the changes.
      const expected = published + NEW * 4 + 2 + HOSTS / 20;
      await until("all were renewed", async () => await version() >= expected, 120_000);
    });
  } finally {
    await load.stop();
    const code = await aegis.stop();
    await target.close();
    assert.equal(code, 0);
  }
  assert.deepEqual([...load.count.failures], [], `of ${load.count.requests} requests`);
  const took = [...aegis.output().matchAll(/"body":"a snapshot is in force".*?"took_ms":([\d.]+)/g)]
    .map((match) => Number(match[1]));
  assert.ok(took.length > 50);
  // The first of each gateway is the start.
  const sorted = took.slice(2).sort((a, b) => a - b);
  console.log(
    `${HOSTS} hosts, ${load.count.requests} requests: ${sorted.length} reloads, each in force in a gateway after ` +
      `${sorted[sorted.length >> 1]} ms (median), ${sorted.at(-1)} ms (longest)`,
  );
});
