import type { OfflineControl } from "./cli/instance.ts";
import type { Config } from "./config/config.ts";
import { LOCAL_ACTOR } from "./control/operation.ts";
import { perform } from "./control/perform.ts";
import { BUILD_INFO } from "./core/build_info.ts";
import { systemClock } from "./core/clock.ts";
import { NO_COUNTERS } from "./gateway/shared_streams.ts";
import { openControl } from "./open_control.ts";
import { createLogger } from "./telemetry/logger.ts";

/**
 * Control over the database alone, for commands while no instance runs: changes are checked and stored as ever, and
 * take effect with the next start.
 */
export function openOffline(config: Config): Promise<OfflineControl> {
  const clock = systemClock;
  const logger = createLogger({ ...config.log, level: "error", clock, thread: "offline" });
  const startedAt = clock.now();
  const { control, close } = openControl(config, clock, logger, {
    targetCells: 4_096,
    streams: { counters: () => NO_COUNTERS, faults: () => ({}) },
    targets: { state: () => ({ up: null, text: "Aegis does not run", checked_at: null, since: null }) },
    send: () => Promise.resolve(),
    watch: () => {},
    facts: () => ({
      ...BUILD_INFO,
      deno: Deno.version.deno,
      v8: Deno.version.v8,
      started_at: startedAt,
      threads: [],
      listeners: [],
      log: { lost: 0, sampled_out: 0 },
      sources: [],
      memory_bytes: Deno.memoryUsage().rss,
      layers: [],
    }),
  });
  return Promise.resolve({ perform: (name, input) => perform(control, LOCAL_ACTOR, name, input), close });
}
