import assert from "node:assert/strict";
import { join } from "node:path";
import { startAegis } from "../support/aegis_process.ts";
import { get } from "../support/get.ts";
import { startOkTarget } from "../support/many_hosts.ts";
import { until } from "../support/until.ts";

Deno.test("the configuration file is read again when it changes; a faulty one leaves the old in force and says why", async () => {
  const target = await startOkTarget();
  const host = (name: string) => `  - { domains: [${name}], targets: [{ url: "${target.url}" }] }\n`;
  const aegis = await startAegis({ config: `hosts:\n${host("a.test")}` });
  const path = join(aegis.dataDir, "aegis.yml");
  const text = await Deno.readTextFile(path);
  // As editors save: a new file, renamed over the old one.
  const save = async (content: string) => {
    await Deno.writeTextFile(`${path}~`, content);
    await Deno.rename(`${path}~`, path);
  };
  const source = async () => (await aegis.perform("system.status", {})).sources[0]!;
  try {
    await save(text + host("b.test"));
    await until("the new host is served", async () => await get(aegis.httpPort, "b.test") === 200);
    assert.equal((await source()).text, "2 hosts declared");

    await save(`${text}${host("c.test")}wrokers: 2\n`);
    const refused = await until("the fault is told", async () => {
      const now = await source();
      return now.state === "failed" ? now : null;
    });
    assert.match(JSON.stringify(refused.problems), /wrokers/);
    assert.match(aegis.output(), /reload refused, the old state stays in force/);
    assert.equal(await get(aegis.httpPort, "b.test"), 200);
    assert.equal(await get(aegis.httpPort, "c.test"), 421);

    await Deno.remove(path);
    await until("its absence is told", async () => /gone/.test((await source()).text));
    assert.equal(await get(aegis.httpPort, "b.test"), 200);

    await Deno.writeTextFile(path, text + host("c.test"));
    await until("it is in force", async () => await get(aegis.httpPort, "c.test") === 200);
    assert.equal(await get(aegis.httpPort, "b.test"), 421);
    assert.equal((await source()).state, "ok");
  } finally {
    const code = await aegis.stop();
    await target.close();
    assert.equal(code, 0);
  }
});
