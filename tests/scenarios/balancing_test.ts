/** Breaker, rate limit and canary of the real process, over two gateway threads. */
import assert from "node:assert/strict";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { ask } from "../support/http_client.ts";
import { until } from "../support/until.ts";

const HOST = "app.test";

/** What each of so many requests to different paths was answered by: a target's name, or a status. */
async function answers(aegis: AegisProcess, requests: number): Promise<Record<string, number>> {
  const asked = Array.from({ length: requests }, async (_, i) => {
    const { status, text } = await ask({ port: aegis.httpPort, host: HOST, path: `/${i}-${Math.random()}` });
    return status === 200 ? JSON.parse(text).name as string : `${status}`;
  });
  const counts: Record<string, number> = {};
  for (const who of await Promise.all(asked)) counts[who] = (counts[who] ?? 0) + 1;
  return counts;
}

async function metrics(aegis: AegisProcess): Promise<string> {
  const { listeners } = await aegis.perform("system.status", {});
  const { address } = listeners.find(({ name }) => name === "metrics")!;
  return await (await fetch(`http://${address}/metrics`)).text();
}

/** Answers 500 while `isBroken` says so. */
function breakable(name: string, isBroken: () => boolean) {
  return startDemoTarget(name, {}, 0, (_request, response) => {
    if (!isBroken()) return false;
    response.statusCode = 500;
    response.end("broken");
    return true;
  });
}

Deno.test("a target that answers 500 is passed by, and comes back by itself", async () => {
  let isBroken = true;
  const good = await startDemoTarget("good");
  const bad = await breakable("bad", () => isBroken);
  const aegis = await startAegis({
    workers: 2,
    config: `hosts:
  - domains: [${HOST}]
    targets: [{ url: "${good.url}" }, { url: "${bad.url}" }]
    circuit_breaker: { open_timeout_ms: 1000 }
`,
  });
  try {
    const stateOf = async () =>
      (await aegis.perform("hosts.targets", { id: HOST })).targets.find(({ url }) => url === bad.url)!;
    await until("its breaker is open", async () => {
      await answers(aegis, 4);
      return (await stateOf()).breaker === "open";
    });
    assert.match(await metrics(aegis), /aegis_target_breaker_state\{target="[^"]+",state="open"\} 1/);
    isBroken = false;
    await until("its breaker is closed", async () => {
      await answers(aegis, 4);
      return (await stateOf()).breaker === "closed";
    });
    const { bad: served = 0, good: others = 0, ...rest } = await answers(aegis, 40);
    assert.deepEqual(rest, {});
    assert.ok(served > 0 && others > 0);
    const { samples, p50, p99, active } = await stateOf();
    assert.ok(samples > 0 && p50! > 0 && p99! >= p50!);
    assert.equal(active, 0);
    assert.match(await metrics(aegis), /aegis_target_latency_seconds\{target="[^"]+",quantile="0.95"\} \d/);
  } finally {
    assert.equal(await aegis.stop(), 0);
    await good.close();
    await bad.close();
  }
});

Deno.test("a rate limit lets exactly the burst through, however the connections fall on the threads", async () => {
  const target = await startDemoTarget("app");
  const aegis = await startAegis({
    workers: 2,
    // Nothing comes back within the test: one in ten seconds.
    config: `l4_conn_limit: 0
hosts:
  - domains: [${HOST}]
    targets: [{ url: "${target.url}" }]
    rate_limit: { requests_per_second: 0.1, burst: 25 }
`,
  });
  try {
    const { app, ...refused } = await answers(aegis, 80);
    assert.ok(app === 25 || app === 26, `${app}`);
    assert.deepEqual(Object.keys(refused), ["429"]);
    const { status, headers, text } = await ask({ port: aegis.httpPort, host: HOST, path: "/" });
    assert.equal(status, 429);
    assert.ok(Number(headers["retry-after"]) >= 1);
    assert.match(String(headers["ratelimit-policy"]), /^"host";q=25;w=250$/);
    assert.match(text, /too many requests/);
    const other = await ask({ port: aegis.httpPort, host: HOST, path: "/", from: "127.0.0.2" });
    assert.equal(other.status, 200);
    const row = await until(
      "the refusal is in the log",
      async () => (await aegis.perform("traffic.query", { reason: "rate" })).rows[0],
    );
    assert.equal(row.status, 429);
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});

Deno.test("a canary that fails is rolled back, said, and still out after a restart", async () => {
  const primary = await startDemoTarget("primary");
  const canary = await breakable("canary", () => true);
  const config = `hosts:
  - domains: [${HOST}]
    targets: [{ url: "${primary.url}" }, { url: "${canary.url}", role: canary }]
    circuit_breaker: { failure_threshold: 32 }
    canary: { percent: 50, sticky: false, window_ms: 10000 }
`;
  let aegis = await startAegis({ workers: 2, config });
  let code = 1;
  try {
    const found = await until("the canary is rolled back", async () => {
      await answers(aegis, 10);
      const seen = await aegis.perform("hosts.canary", { id: HOST });
      return seen.state === "rolled-back" ? seen : null;
    });
    assert.match(found.rollback!.reason, /% of its \d+ requests failed/);
    assert.equal(found.rollback!.by, "");
    assert.deepEqual(await answers(aegis, 30), { primary: 30 });
    const { attention } = await aegis.perform("analytics.dashboard", { range: "1h" });
    assert.ok(attention.some(({ kind }) => kind === "canary-rollback"));
    assert.match(aegis.output(), /a canary was rolled back/);
    await assert.rejects(aegis.perform("hosts.canary_promote", { id: HOST }), /configuration file/);

    assert.equal(await aegis.stop({ keep: true }), 0);
    aegis = await startAegis({ workers: 2, config, dataDir: aegis.dataDir });
    assert.equal((await aegis.perform("hosts.canary", { id: HOST })).state, "rolled-back");
    assert.deepEqual(await answers(aegis, 30), { primary: 30 });
    assert.equal((await aegis.perform("hosts.canary_reset", { id: HOST })).state, "running");
    await until("the canary is asked again", async () => (await answers(aegis, 10))["500"]! > 0);
  } finally {
    code = await aegis.stop();
    await primary.close();
    await canary.close();
  }
  assert.equal(code, 0);
});
