import assert from "node:assert/strict";
import { type AegisProcess, sourceCommand, startAegis } from "../support/aegis_process.ts";
import { get } from "../support/get.ts";
import { hangFile, type HangingThread } from "../support/hang_when_told.ts";
import { startOkTarget } from "../support/many_hosts.ts";
import { until } from "../support/until.ts";

/** Longer than the supervisor of tests/support/hanging_main.ts waits, and shorter than it lets an ended thread take. */
const LONG_MS = 6_000;
const FOR_EVER_MS = 1e9;

/** In a process of its own: what hangs for ever would go on in that of the tests. */
async function withHanging(test: (aegis: AegisProcess) => Promise<void>, exitCode: number): Promise<void> {
  const target = await startOkTarget();
  const main = new URL("../support/hanging_main.ts", import.meta.url).pathname;
  const aegis = await startAegis({
    workers: 1,
    command: [...(await sourceCommand()).slice(0, -1), main],
    config: `hosts:\n  - { domains: [app.test], targets: [{ url: "${target.url}" }] }\n`,
  });
  try {
    await test(aegis);
  } finally {
    const code = await aegis.stop();
    await target.close();
    assert.equal(code, exitCode, aegis.output());
  }
}

async function hang(aegis: AegisProcess, thread: HangingThread, ms: number): Promise<void> {
  const file = hangFile(aegis.dataDir, thread);
  await Deno.writeTextFile(`${file}~`, String(ms));
  await Deno.rename(`${file}~`, file);
  await until("it hangs", async () => !await exists(file));
}

for (const thread of ["control", "recorder"] as const) {
  Deno.test(`a ${thread} that hangs is replaced, the gateways serve on, and its work is done again`, async () => {
    await withHanging(async (aegis) => {
      await hang(aegis, thread, LONG_MS);
      assert.equal(await get(aegis.httpPort, "app.test"), 200, "served while it hangs");
      const restarts = async () => {
        const { threads } = await aegis.perform("system.status", {});
        return threads.find(({ kind }) => kind === thread)!.restarts;
      };
      await until("it was replaced", async () => (await answered(restarts) ?? 0) > 0, 60_000);
      assert.match(aegis.output(), new RegExp(`"thread":"${thread}".*"no sign of life for 2.5 s"`));
      assert.equal(await get(aegis.httpPort, "app.test"), 200);
      await until("requests are in the log", async () => {
        const { rows } = await aegis.perform("traffic.query", {});
        return rows.length > 0;
      });
    }, 0);
  });
}

Deno.test("where a thread hangs for good the process ends as failed and says why, so that it is started anew", async () => {
  await withHanging(async (aegis) => {
    await hang(aegis, "recorder", FOR_EVER_MS);
    await until("it gives up", () => /a hung thread cannot be ended/.test(aegis.output()), 60_000);
  }, 1);
});

/** Null where nobody answers: the control that was asked hangs, or its successor is not there yet. */
async function answered<T>(ask: () => Promise<T>): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), 500);
  const first = await Promise.race([ask().catch(() => null), late.promise]);
  clearTimeout(timer);
  return first;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return false;
    throw thrown;
  }
}
