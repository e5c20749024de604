/** The request log's disk is full, or its database locked: traffic flows, the loss is counted and shown, and it ends. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { ask } from "../support/http_client.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/until.ts";

const HOST = "app.test";
/** More than the recorder lets wait. */
const REQUESTS = 32_000;
const PIPELINED = 50;
const CONNECTIONS = 4;

interface Trouble {
  begin(dataDir: string): Promise<void>;
  end(): Promise<void>;
}

/** A file system so small that a file fills it, in place of the data directory; only root may mount one. */
async function smallDisk(dataDir: string): Promise<boolean> {
  const { success } = await new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", "size=24m", "tmpfs", dataDir],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

async function unmount(dataDir: string): Promise<void> {
  const { success } = await new Deno.Command("umount", { args: [dataDir] }).output();
  assert.ok(success, `umount ${dataDir}`);
}

function fullDisk(): Trouble {
  let filler = "";
  return {
    begin(dataDir) {
      filler = join(dataDir, "filler");
      using file = Deno.openSync(filler, { write: true, create: true });
      for (const bytes of [1 << 20, 4_096, 1]) fill(file, new Uint8Array(bytes));
      return Promise.resolve();
    },
    end: () => Deno.remove(filler),
  };
}

function fill(file: Deno.FsFile, block: Uint8Array): void {
  try {
    while (true) file.writeSync(block);
  } catch (thrown) {
    assert.equal((thrown as { code?: string }).code, "ENOSPC");
  }
}

function lockedDatabase(): Trouble {
  let database: DatabaseSync | null = null;
  return {
    begin(dataDir) {
      database = new DatabaseSync(join(dataDir, "aegis.db"), { timeout: 5_000 });
      database.exec("BEGIN IMMEDIATE");
      return Promise.resolve();
    },
    end() {
      database!.exec("ROLLBACK");
      database!.close();
      return Promise.resolve();
    },
  };
}

/** So many requests, many on their way at once; the number of answers that were not 200. */
async function flood(port: number): Promise<number> {
  const request = `GET /flood HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`.repeat(PIPELINED);
  let wrong = 0;
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    const client = await RawClient.clear(port);
    for (let sent = 0; sent < REQUESTS / CONNECTIONS; sent += PIPELINED) {
      await client.write(request);
      for (let i = 0; i < PIPELINED; i++) if ((await client.readResponse()).status !== 200) wrong++;
    }
    client.close();
  }));
  return wrong;
}

async function survives(aegis: AegisProcess, trouble: Trouble): Promise<void> {
  const log = async () => (await aegis.perform("system.status", {})).log;
  const get = (path: string) => ask({ port: aegis.httpPort, host: HOST, path });
  const isLogged = async (q: string) => (await aegis.perform("traffic.query", { q })).rows.length > 0;
  assert.equal((await get("/before")).status, 200);
  await until("the log is written", () => isLogged("/before"));

  await trouble.begin(aegis.dataDir);
  assert.equal(await flood(aegis.httpPort), 0, "traffic does not suffer");
  assert.equal((await get("/?id=-1%20UNION%20SELECT%20name,pass%20FROM%20users")).status, 403);
  const shown = await until("the trouble is shown", async () => {
    const state = await log();
    return state.error !== undefined && state;
  }, 30_000);
  assert.match(shown.error!, /\S/);

  await trouble.end();
  await until("the trouble is over", async () => (await log()).error === undefined, 30_000);
  const { lost, sampled_out } = await log();
  assert.ok(lost + sampled_out > 0, "what is missing was counted");
  assert.equal((await get("/after")).status, 200);
  await until("the log is written again", () => isLogged("/after"));
  await until("the refusal was kept through it all", async () => {
    const { rows } = await aegis.perform("traffic.query", { action: "blocked" });
    return rows.length === 1;
  });
}

async function scene(dataDir: string, trouble: Trouble): Promise<void> {
  const target = await startDemoTarget("app");
  const aegis = await startAegis({
    dataDir,
    config: `hosts: [{ domains: [${HOST}], targets: [{ url: "${target.url}" }], waf: { mode: enforce } }]`,
  });
  try {
    await survives(aegis, trouble);
  } finally {
    assert.equal(await aegis.stop({ keep: true }), 0);
    await target.close();
  }
}

const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
const canMount = await smallDisk(dataDir);
if (canMount) await unmount(dataDir);
await Deno.remove(dataDir);

Deno.test("a locked database costs log lines, which are counted, and no request", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  try {
    await scene(dataDir, lockedDatabase());
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test({
  name: "a full disk costs log lines, which are counted, and no request (needs the right to mount)",
  ignore: !canMount,
  async fn() {
    const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
    assert.ok(await smallDisk(dataDir));
    try {
      await scene(dataDir, fullDisk());
    } finally {
      await unmount(dataDir);
      await Deno.remove(dataDir);
    }
  },
});
