/** From the first start by the REST API alone, and what is left of it after a stop, a crash and a reload. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { type DemoTarget, startDemoTarget } from "../support/demo_target.ts";
import { ask } from "../support/http_client.ts";
import { localCa } from "../support/local_trust.ts";
import { RestClient } from "../support/rest_client.ts";
import { until } from "../support/until.ts";

const HOST = "shop.test";
const NAME = "mira";
const PASSWORD = "seven lanterns over quiet water";
const ATTACK = "/item?id=-1%20UNION%20SELECT%20name,pass%20FROM%20users";

Deno.test("setup by the API, and all of it is there after SIGTERM and after SIGKILL", async () => {
  const target = await startDemoTarget("shop");
  let aegis = await startAegis();
  try {
    const ca = await localCa(aegis);
    const client = await setUp(aegis, ca);
    await addHost(client, target);
    await useHost(aegis);
    const before = await memory(aegis, client);

    assert.equal(await aegis.stop({ keep: true }), 0);
    assert.match(
      aegis.output(),
      /"severityText":"INFO".*Aegis shutdown complete|INFO.*Aegis shutdown complete/,
    );
    aegis = await startAegis({ dataDir: aegis.dataDir });
    assert.equal(await localCa(aegis), ca, "who trusted the CA trusts it still");
    // The session outlives the process: the same cookie, no new sign-in.
    const again = client.at(aegis);
    assert.deepEqual(await memory(aegis, again), before);
    await useHost(aegis);

    const later = await memory(aegis, again);
    aegis.kill("SIGKILL");
    await aegis.stop({ keep: true });
    aegis = await startAegis({ dataDir: aegis.dataDir });
    assert.deepEqual(await memory(aegis, client.at(aegis)), later);
    await useHost(aegis);
    await new RestClient(aegis, ca).signIn(NAME, PASSWORD);
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});

/** Ten wrong tokens make a new one; the right one makes the owner, once. */
async function setUp(aegis: AegisProcess, ca: string): Promise<RestClient> {
  const client = new RestClient(aegis, ca);
  assert.deepEqual(await client.expect(200, "GET", "/setup/status"), { needed: true });
  const first = await aegis.perform("setup.link", {});
  const person = { name: NAME, password: PASSWORD };
  for (let i = 0; i < 10; i++) {
    await client.expect(403, "POST", "/setup/init", { ...person, token: `wrong-${i}` });
  }
  const second = await aegis.perform("setup.link", {});
  assert.notEqual(second.token, first.token);
  await client.expect(403, "POST", "/setup/init", { ...person, token: first.token });
  await client.expect(201, "POST", "/setup/init", { ...person, token: second.token });
  await client.expect(409, "POST", "/setup/init", { name: "eve", password: PASSWORD, token: second.token });
  await client.expect(401, "POST", "/auth/login", { name: NAME, password: "not this one at all" });
  await client.signIn(NAME, PASSWORD);
  return client;
}

async function addHost(client: RestClient, target: DemoTarget): Promise<void> {
  const host = { domains: [HOST], targets: [{ url: target.url }], waf: { mode: "enforce" } };
  await client.expect(403, "POST", "/hosts", host, { csrf: false });
  await client.expect(201, "POST", "/hosts", host);
  await client.expect(409, "POST", "/hosts", host);
  await client.expect(204, "PUT", "/rules/xss-101/switch", { switch: "detect" });
}

/** One request that passes and one that does not, both in the log. */
async function useHost(aegis: AegisProcess): Promise<void> {
  const mark = crypto.randomUUID();
  const before = await refusedCount(aegis);
  assert.equal((await ask({ port: aegis.httpPort, host: HOST, path: `/${mark}` })).status, 200);
  assert.equal((await ask({ port: aegis.httpPort, host: HOST, path: ATTACK })).status, 403);
  await until("both are in the log", async () => {
    const { rows } = await aegis.perform("traffic.query", { q: mark, action: "allowed" });
    return rows.length === 1 && await refusedCount(aegis) === before + 1;
  });
}

/** Refusals of ten seconds are counted in one row. */
async function refusedCount(aegis: AegisProcess): Promise<number> {
  const { rows } = await aegis.perform("traffic.query", { action: "blocked" });
  return rows.reduce((sum, row) => sum + row.count, 0);
}

/** All that must outlive the process, as the API tells it. */
async function memory(aegis: AegisProcess, client: RestClient): Promise<unknown> {
  const me = await client.expect<{ user: { id: string; name: string } }>(200, "GET", "/users/me");
  const hosts = await client.expect<{ id: string; domains: string[]; waf: unknown; version: number }[]>(
    200,
    "GET",
    "/hosts",
  );
  const rule = await client.expect<{ switch: string }>(200, "GET", "/rules/xss-101");
  const { rows } = await aegis.perform("traffic.query", { limit: 500 });
  const findings = [];
  for (const { id, rules } of rows) {
    if (rules.length > 0) findings.push((await aegis.perform("traffic.get", { id })).findings);
  }
  const { rows: audit } = await aegis.perform("audit.list", { limit: 500 });
  return {
    user: me.user.name,
    hosts: hosts.map(({ id, domains, waf, version }) => ({ id, domains, waf, version })),
    rule: rule.switch,
    log: rows.map(({ id, target, status, count }) => ({ id, target, status, count })),
    findings,
    audit: audit.map(({ id, action }) => `${id} ${action}`),
  };
}

Deno.test("SIGHUP: a broken file changes nothing and is named with its line, a good one is in force without one lost request", async () => {
  const target = await startDemoTarget("shop");
  const hosts = (...names: string[]) =>
    `hosts:\n${
      names.map((name) => `  - { domains: [${name}], targets: [{ url: "${target.url}" }] }\n`).join("")
    }`;
  const aegis = await startAegis({ config: hosts("old.test") });
  const file = join(aegis.dataDir, "aegis.yml");
  const get = async (host: string) => (await ask({ port: aegis.httpPort, host, path: "/" })).status;
  try {
    const good = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, good.replace("domains: [old.test]", "domians: [old.test]"));
    aegis.kill("SIGHUP");
    await until("the refusal is logged", () => /reload refused/.test(aegis.output()));
    const line = good.split("\n").findIndex((text) => text.includes("old.test")) + 1;
    assert.match(aegis.output(), new RegExp(`aegis\\.yml:${line}.*domians`));
    assert.equal(await get("old.test"), 200);

    let going = true;
    const statuses: number[] = [];
    const load = Array.from({ length: 4 }, async () => {
      while (going) statuses.push(await get("old.test"));
    });
    await Deno.writeTextFile(file, good.replace("hosts:\n", hosts("new.test")));
    for (let i = 0; i < 5; i++) {
      aegis.kill("SIGHUP");
      // The watch on the file may have read it again as well.
      await until(
        "it is in force",
        () => (aegis.output().match(/"reloaded"|\breloaded\b/g)?.length ?? 0) > i,
      );
    }
    assert.equal(await get("new.test"), 200);
    going = false;
    await Promise.all(load);
    assert.ok(statuses.length > 0);
    assert.deepEqual(statuses.filter((status) => status !== 200), []);
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});
