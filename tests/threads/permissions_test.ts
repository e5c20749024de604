import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { permissionsOf } from "../../src/thread_permissions.ts";
import type { ThreadPermissions } from "../../src/thread.ts";
import { DockerEngine } from "../support/docker_engine.ts";
import type { Attempt, Outcome } from "./permission_probe.ts";

type Kind = Parameters<typeof permissionsOf>[0];

/** What each kind of thread is let do; whatever is not named here must be refused. */
const LET: Readonly<Record<Kind, readonly string[]>> = {
  gateway: ["net"],
  recorder: ["read data", "write data"],
  analyst: [],
  control: ["net", "read data", "write data", "env LOG_TOKENS"],
};

async function outcomes(permissions: ThreadPermissions, attempts: readonly Attempt[]): Promise<Outcome[]> {
  const worker = new Worker(new URL("./permission_probe.ts", import.meta.url), {
    type: "module",
    deno: { permissions },
  });
  try {
    const found: Outcome[] = [];
    for (const attempt of attempts) {
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
      worker.onmessage = ({ data }: MessageEvent<Outcome>) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(attempt);
      found.push(await promise);
    }
    return found;
  } finally {
    worker.terminate();
  }
}

Deno.test("each thread is refused whatever it does not need", async (t) => {
  const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const config = loadConfig({
    flags: { dataDir },
    env: {},
    cwd: dataDir,
    isRoot: false,
    cores: 1,
    now: 0,
    readFile: () => null,
  });
  const attempts: readonly (Attempt & { name: string })[] = [
    { name: "net", kind: "net", what: "" },
    { name: "read data", kind: "read", what: dataDir },
    { name: "read elsewhere", kind: "read", what: "/etc" },
    { name: "write data", kind: "write", what: dataDir },
    { name: "write elsewhere", kind: "write", what: "/tmp" },
    { name: "env LOG_TOKENS", kind: "env", what: "LOG_TOKENS" },
    { name: "env HOME", kind: "env", what: "HOME" },
    { name: "run", kind: "run", what: "true" },
    { name: "ffi", kind: "ffi", what: "/lib/x86_64-linux-gnu/libc.so.6" },
    { name: "sys", kind: "sys", what: "" },
    { name: "import", kind: "import", what: "https://example.com/x.ts" },
  ];
  for (const kind of ["gateway", "recorder", "control", "analyst"] as const) {
    await t.step(kind, async () => {
      const found = await outcomes(permissionsOf(kind, config), attempts);
      const expected = attempts.map(({ name }) =>
        `${name}: ${LET[kind].includes(name) ? "granted" : "refused"}`
      );
      assert.deepEqual(found.map((outcome, i) => `${attempts[i]!.name}: ${outcome}`), expected);
    });
  }
  await Deno.remove(dataDir, { recursive: true });
});

Deno.test("control alone reaches the socket of the container engine, and no other of its directory", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const runDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const engine = new DockerEngine(`${runDir}/docker.sock`);
  const other = new DockerEngine(`${runDir}/other.sock`);
  await Promise.all([engine.start(), other.start()]);
  const config = loadConfig({
    flags: { dataDir, config: "/c.yml" },
    env: {},
    cwd: dataDir,
    isRoot: false,
    cores: 1,
    now: 0,
    readFile: () => `docker: { socket: ${engine.path} }`,
  });
  const attempts: Attempt[] = [engine, other].map(({ path }) => ({ kind: "socket", what: path }));
  try {
    assert.deepEqual(await outcomes(permissionsOf("control", config), attempts), ["granted", "refused"]);
    for (const kind of ["gateway", "recorder"] as const) {
      assert.deepEqual(await outcomes(permissionsOf(kind, config), attempts), ["refused", "refused"], kind);
    }
  } finally {
    await Promise.all([engine.stop(), other.stop()]);
    for (const dir of [dataDir, runDir]) await Deno.remove(dir, { recursive: true });
  }
});
