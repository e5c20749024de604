import assert from "node:assert/strict";
import { startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/until.ts";

/** No rule finds anything in it; it makes the condition of a query true. */
const UNWRITTEN = "x' ^ + - 3 or '1";

/** Comes from `client`, as a balancer in front says by the PROXY protocol. */
async function ask(port: number, client: string, host: string, q: string): Promise<number> {
  const connection = await RawClient.clear(port);
  try {
    const head = `GET /?q=${encodeURIComponent(q)} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
    await connection.write(`PROXY TCP4 ${client} 127.0.0.1 40000 80\r\n${head}`);
    return (await connection.readResponse()).status;
  } finally {
    connection.close();
  }
}

/** As `ask`; null: the client was just blocked, which breaks off what it has under way. */
async function askUntilBlocked(
  port: number,
  client: string,
  host: string,
  q: string,
): Promise<number | null> {
  try {
    return await ask(port, client, host, q);
  } catch (error) {
    assert.match(String(error), /end before/);
    return null;
  }
}

Deno.test("the learned model refuses what no rule foresaw, says why, and the client that goes on is blocked", async () => {
  const target = await startDemoTarget("app");
  const host = (name: string, learned: string) =>
    `  - { domains: [${name}], targets: [{ url: "${target.url}" }], waf: { mode: enforce, learned: ${learned} } }\n`;
  const aegis = await startAegis({
    workers: 2,
    proxyListen: `{ address: "127.0.0.1:0", proxy_protocol: [127.0.0.1] }`,
    config: `waf: { auto_blacklist_min_severity: medium }\nhosts:\n${host("a.test", "score")}${
      host("b.test", '"off"')
    }`,
  });
  try {
    const port = aegis.httpPort;
    assert.equal(await ask(port, "203.0.113.7", "b.test", UNWRITTEN), 200, "rules alone let it pass");
    assert.equal(await ask(port, "203.0.113.7", "a.test", UNWRITTEN), 403);
    assert.equal(await ask(port, "203.0.113.8", "a.test", "Seán O'Brien & Sons (est. 1987)"), 200);
    const { rows: [row] } = await until("the refusal is in the log", async () => {
      const found = await aegis.perform("traffic.query", { rule: "learned" });
      return found.rows.length > 0 ? found : null;
    });
    const { findings } = await aegis.perform("traffic.get", { id: row!.id });
    const { learned } = findings.find((finding) => finding.source === "learned")!;
    assert.ok(learned !== null && learned.score > learned.threshold && learned.pieces.length > 0);

    const bans = () => aegis.perform("bans.list", {});
    await until("the client is blocked", async () => {
      await askUntilBlocked(port, "203.0.113.7", "a.test", UNWRITTEN);
      return (await bans()).length > 0;
    });
    const [ban] = await bans();
    assert.deepEqual([ban!.network, ban!.origin, ban!.host_name], ["203.0.113.7", "automatic", "a.test"]);
    await until(
      "gateways know",
      async () => await askUntilBlocked(port, "203.0.113.7", "a.test", "hello") === 403,
    );
    assert.equal(
      await ask(port, "203.0.113.7", "b.test", "hello"),
      200,
      "on the host that was attacked only",
    );
    assert.equal(await ask(port, "203.0.113.8", "a.test", "hello"), 200);
  } finally {
    await aegis.stop();
    await target.close();
  }
});
