import type { Config } from "./config/config.ts";
import { choosePorts } from "./control/listen_ports.ts";
import { systemClock } from "./core/clock.ts";
import { AegisError, errorText } from "./core/errors.ts";
import type {
  ControlSettled,
  ControlStart,
  SupervisorToControl,
  ThreadToSupervisor,
} from "./core/messages.ts";
import type { Logger } from "./core/ports.ts";
import { threadScope } from "./core/thread_scope.ts";
import { RunningControl } from "./running_control.ts";
import { createLogger } from "./telemetry/logger.ts";

/** The control thread's entry: store, operations, administration, API, health checks, and what gateways are told. */

const clock = systemClock;
const scope = threadScope<SupervisorToControl<Config>, ThreadToSupervisor | ControlSettled<Config>>();

/** What the supervisor says before the store is open waits here. */
const early: SupervisorToControl<Config>[] = [];

scope.onmessage = (event) => {
  const message = event.data;
  if (message.kind !== "start") return void early.push(message);
  const logger = createLogger({ ...message.log, clock, thread: "control" });
  begin(message, logger).catch((thrown) => {
    const known = thrown instanceof AegisError;
    if (!known) logger.error("control could not start", { error: errorText(thrown), stack: stackOf(thrown) });
    const exitCode = known && thrown.code === "port_unavailable"
      ? 3
      : known && thrown.code === "config_refused"
      ? 2
      : 1;
    scope.postMessage({ kind: "fatal", exitCode, lines: [`aegis: ${errorText(thrown)}`] });
  });
};

async function begin(start: ControlStart<Config>, logger: Logger): Promise<void> {
  // [SECURITY] Ports that the gateways hold cannot be tried alone again: a later control would find them in use.
  const { config, notices } = start.again
    ? { config: start.config, notices: [] }
    : await choosePorts(start.config);
  for (const notice of notices) logger.warn(notice);
  const say = (message: ThreadToSupervisor | ControlSettled<Config>) => scope.postMessage(message);
  const running = new RunningControl({ start, config, clock, logger, say });
  await running.start();
  scope.onmessage = (event) => void running.obey(event.data);
  for (const message of early) await running.obey(message);
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.stack : undefined;
}
