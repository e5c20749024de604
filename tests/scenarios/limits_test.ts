/** Limits on the running product: one bucket over all threads and hosts, rate rules on answers, changed while it runs. */
import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { systemClock } from "../../src/core/clock.ts";
import { startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";

const BURST = 25;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

Deno.test("limits: exact over threads, rules on failed answers, live changes, reputations", async () => {
  const target = await startDemoTarget("one", {
    "/login": (asked, response) => {
      response.statusCode = asked.headers["x-password"] === "right" ? 200 : 401;
      response.end();
    },
  });
  const aegis = await startAegis({
    workers: 2,
    config: `preset: standard
l4_conn_limit: 0
hosts:
  - domains: [a.test]
    targets: [{ url: "${target.url}" }]
    challenge: { mode: "off" }
    rate_rules: [{ preset: sign-in }]
  - domains: [b.test]
    targets: [{ url: "${target.url}" }]
    challenge: { mode: "off" }
`,
  });
  // Connections of their own, so that both threads get some.
  const ask = (host: string, path = "/", method = "GET", fields: Record<string, string> = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const agent = new Agent({ maxSockets: 1 });
      const headers = { host, connection: "close", ...fields };
      const sent = request(
        { port: aegis.httpPort, host: "127.0.0.1", path, method, headers, agent },
        (answer) => {
          answer.resume();
          answer.on("end", () => resolve({ status: answer.statusCode!, headers: answer.headers }));
          answer.on("error", reject);
        },
      );
      sent.on("error", reject);
      sent.end();
    });
  try {
    const limits = () => aegis.perform("limits.status", {});
    assert.deepEqual([(await limits()).rate, (await limits()).burst], [100, 150]);

    await aegis.perform("settings.update", { patch: { l7_rate_limit: 1, l7_burst_limit: BURST } });
    const began = systemClock.monotonic();
    const answers = await Promise.all(
      Array.from({ length: 4 * BURST }, (_, i) => ask(i % 2 === 0 ? "a.test" : "b.test")),
    );
    const passed = answers.filter(({ status }) => status === 200).length;
    const more = Math.ceil((systemClock.monotonic() - began) / 1_000);
    assert.ok(passed >= BURST && passed <= BURST + more, `${passed} passed, ${more} of them for the time`);
    assert.equal(answers.filter(({ status }) => status === 429).length, answers.length - passed);
    const refused = answers.find(({ status }) => status === 429)!;
    assert.equal(refused.headers["ratelimit-policy"], `"shield";q=${BURST};w=${BURST}`);
    assert.match(String(refused.headers["retry-after"]), /^\d+$/);
    assert.equal(passed + answers.filter(({ status }) => status === 429).length, answers.length);

    const { clients, refused_clients, bad } = await limits();
    assert.deepEqual(
      [clients, refused_clients, bad],
      [1, 1, 0],
      "one flood's worth of 429s is no bad name yet",
    );

    await aegis.perform("settings.update", { patch: { l7_rate_limit: 0 } });
    const free = await Promise.all(Array.from({ length: 2 * BURST }, () => ask("b.test")));
    assert.ok(free.every(({ status }) => status === 200));

    const signIn = async (password: string) =>
      (await ask("a.test", "/login", "POST", { "x-password": password })).status;
    for (let i = 0; i < 5; i++) assert.equal(await signIn("wrong"), 401);
    assert.equal(await signIn("right"), 429, "after five failures even the right one waits");
    assert.equal((await ask("a.test", "/")).status, 200);
    const { reasons, network } = await aegis.perform("reputation.get", { id: "127.0.0.1" });
    assert.equal(network, "127.0.0.1");
    assert.deepEqual(reasons.map(({ reason, times }) => [reason, times]), [["rate_rule", 1]]);
    await aegis.perform("reputation.reset", { id: "127.0.0.1" });
    assert.equal((await aegis.perform("reputation.get", { id: "127.0.0.1" })).score, 0);

    const status = await aegis.perform("system.status", {});
    const metrics = status.listeners.find(({ name }) => name === "metrics")!.address;
    const text = await (await fetch(`http://${metrics}/metrics`)).text();
    assert.match(text, /aegis_limited_clients\{kind="bucket"\} 1\n/);
  } finally {
    await aegis.stop();
    await target.close();
  }
});
