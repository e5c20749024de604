import type { Config } from "./config/config.ts";
import { systemClock } from "./core/clock.ts";
import { createSharedState, openSharedState } from "./gateway/shared_state.ts";
import { findServiceManager } from "./service_manager.ts";
import { Supervisor, type SupervisorParts } from "./supervisor.ts";
import { createLogger } from "./telemetry/logger.ts";

/** Where `run` speaks to the person who started it. */
export interface Terminal {
  say(line: string): void;
}

/**
 * The composition root of `aegis run`: shared memory, threads, and who watches over them. `instead`: for tests that
 * make a thread fail.
 */
export function createSupervisor(
  config: Config,
  terminal: Terminal,
  instead: Partial<Pick<SupervisorParts, "modules" | "watch">> = {},
): Supervisor {
  const shared = createSharedState({ gateways: config.workers });
  const logger = createLogger({ ...config.log, clock: systemClock, thread: "supervisor" });
  return new Supervisor({
    config,
    modules: {
      control: new URL("./control_thread.ts", import.meta.url),
      gateway: new URL("./gateway/worker.ts", import.meta.url),
      recorder: new URL("./recorder/worker.ts", import.meta.url),
      analyst: new URL("./analyst/worker.ts", import.meta.url),
    },
    shared,
    machine: Deno.hostname(),
    heartbeat: openSharedState(shared, 0).heartbeat,
    clock: systemClock,
    logger,
    serviceManager: findServiceManager({
      socket: Deno.env.get("NOTIFY_SOCKET"),
      watchdogUsec: Deno.env.get("WATCHDOG_USEC"),
      directory: config.data_dir,
      monotonic: () => systemClock.monotonic(),
      warn: (text) => logger.warn(text),
    }),
    say: terminal.say,
    ...instead,
  });
}

/** Runs until the operating system asks to stop. Resolves to the exit code (spec 06). */
export async function runAegis(config: Config, terminal: Terminal): Promise<number> {
  const supervisor = createSupervisor(config, terminal);
  const stop = () => void supervisor.stop();
  const reload = () => supervisor.reload();
  Deno.addSignalListener("SIGINT", stop);
  Deno.addSignalListener("SIGTERM", stop);
  Deno.addSignalListener("SIGHUP", reload);
  try {
    return await supervisor.run();
  } finally {
    Deno.removeSignalListener("SIGINT", stop);
    Deno.removeSignalListener("SIGTERM", stop);
    Deno.removeSignalListener("SIGHUP", reload);
  }
}
