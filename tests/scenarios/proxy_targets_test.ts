/** Several targets behind one host of the real process, one of which dies and comes back. */
import assert from "node:assert/strict";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { ask } from "../support/http_client.ts";
import { until } from "../support/until.ts";

const HOST = "app.test";

/** Asks so many times, one after the other; how often each target answered, and how often anything but 200 came. */
async function spread(aegis: AegisProcess, requests: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < requests; i++) {
    const { status, text } = await ask({ port: aegis.httpPort, host: HOST, path: `/${i}` });
    const who = status === 200 ? JSON.parse(text).name : `status ${status}`;
    counts[who] = (counts[who] ?? 0) + 1;
  }
  return counts;
}

async function isUp(aegis: AegisProcess, url: string): Promise<boolean | null> {
  const [host] = await aegis.perform("hosts.list", {});
  return host!.targets_state.find((target) => target.url === url)!.up;
}

Deno.test("targets get their share, a dead one is taken out, and it is back once it lives", async () => {
  let big = await startDemoTarget("big");
  const small = await startDemoTarget("small");
  const aegis = await startAegis({
    workers: 1,
    config: `hosts:
  - domains: [${HOST}]
    targets: [{ url: "${big.url}", weight: 3 }, { url: "${small.url}" }]
    health: { interval_ms: 200, timeout_ms: 200, unhealthy_threshold: 2, healthy_threshold: 2 }
    circuit_breaker: { open_timeout_ms: 500 }
`,
  });
  try {
    await until(
      "both targets are up",
      async () => await isUp(aegis, big.url) && await isUp(aegis, small.url),
    );
    assert.deepEqual(await spread(aegis, 40), { big: 30, small: 10 });

    await big.close();
    // From the very first request on what was never sent goes to the other target, as far as the budget of retries goes.
    const { small: rescued = 0, "status 502": failed = 0, ...others } = await spread(aegis, 20);
    assert.deepEqual(others, {});
    assert.ok(rescued > failed, `${rescued} of 20 were served`);
    await until("the dead target is out", async () => await isUp(aegis, big.url) === false);
    assert.deepEqual(await spread(aegis, 20), { small: 20 });
    const { attention } = await aegis.perform("analytics.dashboard", { range: "1h" });
    assert.ok(
      attention.some(({ text }) => text.includes(HOST) || text.includes(big.url)),
      "the dashboard tells",
    );

    big = await startDemoTarget("big", {}, big.port);
    await until("the target is back", async () => await isUp(aegis, big.url) === true);
    await until("it has its share again", async () => (await spread(aegis, 8)).big === 6, 30_000);
  } finally {
    assert.equal(await aegis.stop(), 0);
    await big.close();
    await small.close();
  }
});
