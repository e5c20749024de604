import assert from "node:assert/strict";
import { Agent } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
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
    await until(
      "the log says so",
      () => aegis.output().includes("reload refused, the old state stays in force"),
    );
    assert.equal(await get(aegis.httpPort, "b.test"), 200);
    assert.equal(await get(aegis.httpPort, "c.test"), 421);

    await Deno.remove(path);
    await until("its absence is told", async () => /gone/.test((await source()).text));
    assert.equal(await get(aegis.httpPort, "b.test"), 200);

    await Deno.writeTextFile(path, text + host("c.test"));
    await until("it is in force", async () => await get(aegis.httpPort, "c.test") === 200);
    // One thread serves by it a moment before the other.
    await until("every thread has it", async () => await get(aegis.httpPort, "b.test") === 421);
    assert.equal((await source()).state, "ok");

    const listens = (port: number) =>
      text.replace("proxy_listen: 127.0.0.1:0", `proxy_listen: ["127.0.0.1:0", "127.0.0.1:${port}"]`);
    const other = createServer();
    const port = await listenOnLoopback(other);
    await save(listens(port) + host("d.test"));
    await until("the taken port is told", async () => (await source()).state === "failed");
    assert.match(
      (await source()).text,
      new RegExp(`${port} is in use: .* What it said before stays in force`),
    );
    assert.equal(await get(aegis.httpPort, "d.test"), 421, "nothing of a refused reload is in force");
    await aegis.perform("hosts.create", { host: { domains: ["e.test"], targets: [{ url: target.url }] } });
    await until("hosts can be changed all the same", async () => await get(aegis.httpPort, "e.test") === 200);
    assert.equal(await get(aegis.httpPort, "c.test"), 200);

    await new Promise((resolve) => other.close(resolve));
    await save(`${listens(port)}${host("d.test")}# the port is free\n`);
    await until(
      "the second port serves",
      () => get(port, "d.test").then((status) => status === 200, () => false),
    );
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal(await get(port, "d.test", kept), 200);

    await save(text + host("d.test"));
    await until("the removed port is closed", () => get(port, "d.test").then(() => false, () => true));
    await until(
      "an idle connection to it is closed too",
      () => get(port, "d.test", kept).then(() => false, () => true),
    );
    kept.destroy();
    assert.equal(await get(aegis.httpPort, "d.test"), 200);
  } finally {
    const code = await aegis.stop();
    await target.close();
    assert.equal(code, 0);
  }
});

function listenOnLoopback(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen({ host: "127.0.0.1", port: 0 }, () => resolve((server.address() as AddressInfo).port))
  );
}
