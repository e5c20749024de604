import type { OfflineControl } from "./cli/instance.ts";
import type { Config } from "./config/config.ts";
import { readAgain, readTextFile } from "./config/reload.ts";
import { createControl, type TargetState } from "./control/control.ts";
import { LOCAL_ACTOR } from "./control/operation.ts";
import { perform } from "./control/perform.ts";
import { BUILD_INFO } from "./core/build_info.ts";
import { systemClock } from "./core/clock.ts";
import { compileSnapshot } from "./gateway/compiled_snapshot.ts";
import { Http1Transport } from "./gateway/upstream/http1_transport.ts";
import { openStore } from "./store/store.ts";
import { openVault } from "./store/vault.ts";
import { createLogger } from "./telemetry/logger.ts";

const UNKNOWN: TargetState = Object.freeze({ up: null, text: "not running", checked_at: null, since: null });
/** As many as shared memory has cells for; nothing is sent, so the places are never used. */
const TARGET_CELLS = 4_096;

/**
 * Control over the database alone, for commands while no instance runs: changes are checked and stored as ever, and
 * take effect with the next start.
 */
export function openOffline(config: Config): Promise<OfflineControl> {
  const clock = systemClock;
  const vault = openVault({ dataDir: config.data_dir, envKey: config.secret_key ?? undefined });
  const store = openStore({ path: config.database_path, vault });
  const transport = new Http1Transport({ clock, allowPrivate: true });
  const control = createControl({
    store,
    clock,
    config,
    logger: createLogger({ ...config.log, level: "error", clock, thread: "offline" }),
    targetCells: TARGET_CELLS,
    targets: { state: () => UNKNOWN },
    listeners: () => [],
    check: (snapshot) => void compileSnapshot(snapshot, null, { isHealthy: () => true }),
    send: () => Promise.resolve(),
    facts: () => ({
      ...BUILD_INFO,
      deno: Deno.version.deno,
      v8: Deno.version.v8,
      started_at: clock.now(),
      threads: [],
      listeners: [],
      log: { lost: 0, sampled_out: 0 },
      memory_bytes: Deno.memoryUsage().rss,
      layers: [],
    }),
    readConfig: () => readAgain(config, readTextFile, clock.now()).config,
    watch: () => {},
    transport,
  });
  return Promise.resolve({
    perform: (name, input) => perform(control, LOCAL_ACTOR, name, input),
    close: () => {
      transport.close();
      store.close();
    },
  });
}
