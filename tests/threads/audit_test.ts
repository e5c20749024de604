import assert from "node:assert/strict";
import { join } from "node:path";
import { EMBEDDED_COUNTRY } from "../../src/embedded_country.ts";
import { startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";

/** One line of `DENO_AUDIT_PERMISSIONS`: a check that some thread made, granted or refused. */
interface Check {
  readonly permission: string;
  readonly value: string | null;
}

/** The supervisor counts its threads by their names there; Deno asks for writing too where a path is below /proc. */
const OWN_THREADS = /^\/proc\/self\/task(?:\/\d+\/comm)?$/;

/** What the process as a whole may ask for; threads are told apart by permissions_test.ts. */
function isExpected({ permission, value }: Check, dataDir: string): boolean {
  switch (permission) {
    case "env":
      return value === null || ["LOG_TOKENS", "LOG_STREAM", "NOTIFY_SOCKET", "WATCHDOG_USEC"].includes(value);
    case "net":
      return value === null || value.startsWith("127.0.0.1:") ||
        value === `unix:${join(dataDir, "aegis.sock")}`;
    case "read":
      return value === null || value.startsWith("file://") || value.startsWith(dataDir) ||
        value === EMBEDDED_COUNTRY.path || OWN_THREADS.test(value);
    case "write":
      return value === null || value.startsWith(dataDir) || OWN_THREADS.test(value);
    case "sys":
      return value === "uid" || value === "hostname";
    default:
      return false;
  }
}

Deno.test("a run with setup, traffic, a refusal and a reload asks for nothing that it should not have", async () => {
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const audit = join(dir, "audit.jsonl");
  const target = await startDemoTarget("audited");
  const aegis = await startAegis({
    env: { DENO_AUDIT_PERMISSIONS: audit },
    config:
      `hosts:\n  - { domains: [localhost], targets: [{ url: "${target.url}" }], waf: { mode: enforce } }\n`,
  });
  const { dataDir } = aegis;
  await aegis.perform("setup.user", { name: "ann", password: "nine small goats on a hill" });
  const base = `http://localhost:${aegis.httpPort}`;
  assert.equal(await status(`${base}/`), 200);
  assert.equal(await status(`${base}/?id=1%20union%20select%20name,pass%20from%20users--`), 403);
  await aegis.perform("system.reload", {});
  assert.equal(await aegis.stop(), 0);
  await target.close();

  const checks = (await Deno.readTextFile(audit)).trim().split("\n").map((line): Check => JSON.parse(line));
  assert.ok(checks.some(({ permission }) => permission === "net"), "the audit saw the run");
  const unexpected = checks.filter((check) => !isExpected(check, dataDir));
  assert.deepEqual([...new Set(unexpected.map(({ permission, value }) => `${permission} ${value}`))], []);
  await Deno.remove(dir, { recursive: true });
});

async function status(url: string): Promise<number> {
  const answer = await fetch(url);
  await answer.body?.cancel();
  return answer.status;
}
