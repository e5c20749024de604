/** `aegis stress` against the running product: each layer refuses what it should, and a browser beside it nothing. */
import assert from "node:assert/strict";
import { main } from "../../src/cli/main.ts";
import type { StressReport } from "../../src/cli/stress/report.ts";
import { systemClock } from "../../src/core/clock.ts";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { until } from "../support/until.ts";

const FLOODER = "203.0.113.50";
const ATTACKER = "203.0.113.60";
const BROWSER = "198.51.100.7";

interface Ran {
  readonly code: number;
  readonly report: StressReport;
  /** How often something was told to have happened. */
  times(by: string): number;
}

/** One run of the command line, as a terminal would see it. */
async function stress(
  aegis: AegisProcess,
  args: readonly string[],
  interrupted = new AbortController().signal,
): Promise<Ran> {
  const out: string[] = [];
  const code = await main(["stress", ...args, "--json", "--data-dir", aegis.dataDir], {
    run: () => Promise.reject(new Error("it ran")),
    openOffline: () => Promise.reject(new Error("no instance was found")),
    terminal: {
      out: (line) => out.push(line),
      err: (line) => out.push(line),
      isTerminal: false,
      columns: Infinity,
      readSecret: () => Promise.resolve(null),
      readInput: () => Promise.resolve(""),
      canAsk: false,
    },
    clock: systemClock,
    env: {},
    interrupted,
  });
  const text = out.join("\n");
  assert.match(text, /^\{/, text);
  const report: StressReport = JSON.parse(text);
  const times = (by: string) =>
    report.outcomes.reduce((sum, each) => each.by.split(" or ").includes(by) ? sum + each.count : sum, 0);
  return { code, report, times };
}

function said({ report }: Ran): string {
  return JSON.stringify(report, null, 2);
}

Deno.test("each layer refuses what it should, and a browser is refused nothing meanwhile", async (t) => {
  let hidden = 0;
  const target = await startDemoTarget("shop", {
    "/hidden": (_, response) => {
      hidden++;
      response.end();
    },
  });
  const aegis = await startAegis({
    proxyListen: `{ address: "127.0.0.1:0", proxy_protocol: [127.0.0.1] }`,
    config: `preset: standard
l7_rate_limit: 25
l7_burst_limit: 50
hosts:
  - { domains: [shop.test], targets: [{ url: "${target.url}" }], waf: { mode: enforce } }
  - { domains: [strict.test], targets: [{ url: "${target.url}" }], bots: { action: block, block_known: true } }
  - { domains: [open.test], targets: [{ url: "${target.url}" }], waf: { mode: detect } }
`,
  });
  const over = new AbortController();
  const browsing = stress(
    aegis,
    ["baseline", "--host", "shop.test", "--client", BROWSER, "-n", "900", "--rate", "15", "-c", "3"],
    over.signal,
  );
  const endOfFlood = new AbortController();
  // It takes three windows of ten seconds, of which the middle one passes whole: the other runs come meanwhile.
  const flooding = stress(
    aegis,
    ["flood", "--host", "shop.test", "--client", FLOODER, "-n", "9000", "--rate", "90", "-c", "4"],
    endOfFlood.signal,
  );
  const slow = stress(aegis, ["slowloris", "-c", "20", "--seconds", "20", "--host", "shop.test"]);
  try {
    for (const mode of ["sqli", "xss", "traversal"]) {
      await t.step(`${mode} is refused by the rules in every place`, async () => {
        const ran = await stress(aegis, [mode, "-n", "24", "--host", "shop.test"]);
        assert.deepEqual([ran.code, ran.times("waf")], [0, 24], said(ran));
      });
    }
    await t.step("where the WAF only detects, the run says so and fails", async () => {
      const ran = await stress(aegis, ["sqli", "-n", "8", "--host", "open.test"]);
      assert.deepEqual([ran.code, ran.report.passed], [1, 8], said(ran));
      assert.match(ran.report.text, /mode detect/);
    });
    await t.step("who attacks is shut out, not only what it sends", async () => {
      const more = ["--client", ATTACKER, "-n", "120", "-c", "2", "--rate", "40", "--host", "shop.test"];
      const ran = await stress(aegis, ["sqli", ...more]);
      assert.equal(ran.code, 0, said(ran));
      assert.ok(ran.times("waf") > 0 && ran.times("closed without an answer") > 0, said(ran));
      const [ban] = await aegis.perform("bans.list", { q: ATTACKER });
      assert.equal(ban?.network, ATTACKER);
      assert.ok(ban.answered > 0);
    });
    await t.step("programs are challenged, or refused where a site wants it so", async () => {
      const asked = await stress(aegis, ["bot", "-n", "24", "--host", "shop.test"]);
      assert.deepEqual([asked.code, asked.times("challenge")], [0, 24], said(asked));
      const refused = await stress(aegis, ["bot", "-n", "24", "--host", "strict.test"]);
      assert.deepEqual([refused.code, refused.times("bot")], [0, 24], said(refused));
    });
    await t.step("hidden requests are refused by the codec", async () => {
      const ran = await stress(aegis, ["smuggling", "-n", "40"]);
      assert.deepEqual([ran.code, ran.report.outcomes.map(({ status }) => status)], [0, [400]], said(ran));
      assert.equal(hidden, 0);
    });
    await t.step("slow clients are cut", async () => {
      const ran = await slow;
      assert.deepEqual([ran.code, ran.report.refused], [0, 20], said(ran));
    });
    await t.step("a flood reads 429, then that it is banned, then nothing", async () => {
      const ban = await until("the flooder is banned and its connections are closed", async () => {
        const [row] = await aegis.perform("bans.list", { q: FLOODER });
        return row !== undefined && row.dropped > 0 ? row : null;
      }, 30_000);
      assert.equal(ban.origin, "shield");
      endOfFlood.abort();
      const ran = await flooding;
      assert.equal(ran.code, 0, said(ran));
      for (const by of ["rate", "ban", "closed without an answer"]) {
        assert.ok(ran.times(by) > 0, `${by}: ${said(ran)}`);
      }
    });
    await t.step("and the browser was refused nothing", async () => {
      over.abort();
      const ran = await browsing;
      assert.deepEqual([ran.code, ran.report.refused, ran.report.failed], [0, 0, 0], said(ran));
      assert.ok(ran.report.passed > 50);
      console.log(`browser during it all: ${ran.report.passed} answers, p99 ${ran.report.p99_ms} ms`);
      const { rows } = await aegis.perform("traffic.query", { action: "blocked", limit: 500 });
      assert.deepEqual(rows.filter(({ client }) => client === BROWSER), []);
    });
  } finally {
    over.abort();
    endOfFlood.abort();
    await Promise.allSettled([browsing, flooding, slow]);
    await aegis.stop();
    await target.close();
  }
});
