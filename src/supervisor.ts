import { dirname } from "node:path";
import type { Config } from "./config/config.ts";
import { YAML_ENV_KEYS } from "./config/flags.ts";
import type { Clock } from "./core/clock.ts";
import type {
  ControlStart,
  GatewayJoined,
  GatewayStart,
  RecorderStart,
  SupervisorToControl,
  SupervisorToGateway,
  SupervisorToRecorder,
} from "./core/messages.ts";
import type { Logger } from "./core/ports.ts";
import type { SharedBuffers } from "./core/shared.ts";
import { collectGarbage } from "./core/thread_scope.ts";
import type { ServiceManager } from "./service_manager.ts";
import { Thread, type ThreadMessage, type ThreadPermissions } from "./thread.ts";

/** Entry module of each kind of thread. */
export interface ThreadModules {
  readonly control: URL;
  readonly gateway: URL;
  readonly recorder: URL;
}

/** Sees whether a gateway thread still turns: its tick moves at least once a second. */
export interface Heartbeat {
  tick(gateway: number): number;
  /** Gives back what a dead thread held in shared memory. */
  clear(gateway: number): void;
}

export interface SupervisorParts {
  readonly config: Config;
  readonly modules: ThreadModules;
  readonly shared: SharedBuffers;
  readonly heartbeat: Heartbeat;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly serviceManager: ServiceManager | null;
  /** For the person at the terminal. */
  say(line: string): void;
}

const HEARTBEAT_EVERY_MS = 1_000;
/** A thread that has not ticked for so long is ended and replaced. */
const HUNG_AFTER_MS = 10_000;
const RESTART_PAUSES_MS = [0, 100, 500, 1_000, 5_000];
/** A life longer than this makes the next restart immediate again. */
const HEALTHY_LIFE_MS = 60_000;
const STOP_GRACE_MS = 2_000;

type ThreadKind = "control" | "gateway" | "recorder";

interface Life {
  thread: Thread;
  startedAt: number;
  deaths: number;
  /** One before it has died. */
  again: boolean;
}

/**
 * Starts the threads, each with exactly what it may do, joins them by message ports, and replaces the one that dies.
 * It opens no socket and reads nothing that a client sent.
 */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #gateways = new Map<number, Life>();
  readonly #seen = new Map<number, { tick: number; at: number }>();
  readonly #ended = Promise.withResolvers<number>();
  #control!: Life;
  /** What control made of the configuration once it was up; its successor begins with that. */
  #settled: Config | null = null;
  #recorder: Life | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;
  #stopping = false;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  /** Runs until asked to stop; resolves to the exit code (spec 06). */
  run(): Promise<number> {
    this.#control = this.#begin("control", 0, null);
    return this.#ended.promise;
  }

  /** Live reload: control reads file and database again. */
  reload(): void {
    this.#parts.serviceManager?.reloading();
    this.#tellControl({ kind: "reload" });
  }

  /** Ends one thread as a crash would; it is replaced. */
  kill(kind: ThreadKind, index = 0): void {
    const life = this.#lifeOf(kind, index);
    if (life === undefined) return;
    life.thread.kill();
    this.#died(kind, index, "killed");
  }

  /** Stops accepting, drains, flushes the log, ends. */
  async stop(exitCode = 0): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    clearInterval(this.#watch);
    this.#parts.serviceManager?.stopping();
    const drainMs = exitCode === 0 ? this.#parts.config.declared.server?.shutdown_timeout_ms ?? 30_000 : 0;
    const deadlineMs = drainMs + STOP_GRACE_MS;
    await Promise.all([...this.#gateways.values()].map((life) => life.thread.stop(drainMs, deadlineMs)));
    await this.#control.thread.stop(0, STOP_GRACE_MS);
    await this.#recorder?.thread.stop(0, deadlineMs);
    if (exitCode === 0) this.#parts.logger.info("Aegis shutdown complete");
    this.#parts.serviceManager?.close();
    this.#ended.resolve(exitCode);
  }

  #begin(kind: ThreadKind, index: number, before: Life | null): Life {
    const { modules, config } = this.#parts;
    const name = kind === "gateway" ? `gateway ${index}` : kind;
    const thread = new Thread(name, modules[kind], permissionsOf(kind, config), {
      message: (message) => this.#receive(kind, index, message),
      died: (why) => this.#died(kind, index, why),
    });
    const life: Life = {
      thread,
      startedAt: this.#parts.clock.monotonic(),
      deaths: before?.deaths ?? 0,
      again: before !== null,
    };
    if (kind === "control") this.#startControl(life);
    else if (kind === "recorder") this.#startRecorder(life);
    else this.#startGateway(life, index);
    return life;
  }

  #startControl(life: Life): void {
    const { config, shared } = this.#parts;
    const toRecorder = new MessageChannel();
    const start: ControlStart<Config> = {
      kind: "start",
      config: this.#settled ?? config,
      again: life.again,
      shared,
      recorder: toRecorder.port1,
      log: config.log,
    };
    life.thread.send(start, [toRecorder.port1]);
    if (this.#recorder === null) {
      this.#recorderPort = toRecorder.port2;
      return;
    }
    this.#tell(this.#recorder, { kind: "control-joined", port: toRecorder.port2 }, [toRecorder.port2]);
    for (const [index, gateway] of this.#gateways) {
      const link = new MessageChannel();
      life.thread.send({ kind: "gateway-joined", index, port: link.port1 } satisfies GatewayJoined, [
        link.port1,
      ]);
      this.#tell(gateway, { kind: "control-joined", port: link.port2 }, [link.port2]);
    }
  }

  /** The recorder's end of its way to control, until the recorder is there to take it. */
  #recorderPort: MessagePort | null = null;

  #startRecorder(life: Life): void {
    const { config } = this.#parts;
    let control = this.#recorderPort;
    this.#recorderPort = null;
    if (control === null) {
      const link = new MessageChannel();
      control = link.port2;
      this.#tellControl({ kind: "recorder-joined", port: link.port1 }, [link.port1]);
    }
    const start: RecorderStart = {
      kind: "start",
      databasePath: config.database_path,
      control,
      log: config.log,
    };
    life.thread.send(start, [control]);
    for (const [index, gateway] of this.#gateways) {
      const link = new MessageChannel();
      life.thread.send({ kind: "gateway-joined", index, port: link.port1 } satisfies GatewayJoined, [
        link.port1,
      ]);
      this.#tell(gateway, { kind: "recorder-joined", port: link.port2 }, [link.port2]);
    }
  }

  #startGateway(life: Life, index: number): void {
    const { config, shared } = this.#parts;
    const toControl = new MessageChannel();
    const toRecorder = new MessageChannel();
    const start: GatewayStart = {
      kind: "start",
      index,
      shared,
      control: toControl.port1,
      recorder: toRecorder.port1,
      log: config.log,
      socketDir: config.upstream_socket_dir,
    };
    life.thread.send(start, [toControl.port1, toRecorder.port1]);
    this.#tellControl({ kind: "gateway-joined", index, port: toControl.port2 }, [toControl.port2]);
    if (this.#recorder !== null) {
      this.#tell(this.#recorder, { kind: "gateway-joined", index, port: toRecorder.port2 }, [
        toRecorder.port2,
      ]);
    }
  }

  #receive(kind: ThreadKind, index: number, message: ThreadMessage): void {
    switch (message.kind) {
      case "notice":
        return message.lines.forEach((line) => this.#parts.say(line));
      case "fatal":
        return this.#failed(kind, index, message);
      case "serving":
      case "reloaded":
        return this.#parts.serviceManager?.ready();
      case "settled":
        this.#settled = message.config;
        return;
      case "ready":
        if (kind === "control") this.#controlIsReady();
        if (kind === "gateway") this.#seen.set(index, { tick: -1, at: this.#parts.clock.monotonic() });
    }
  }

  /** What keeps the first control from its work ends the process; the gateways of a later one serve on meanwhile. */
  #failed(kind: ThreadKind, index: number, { exitCode, lines }: ThreadMessage & { kind: "fatal" }): void {
    if (kind === "control" && this.#control.again) {
      this.#control.thread.kill();
      return this.#died(kind, index, lines.join(" "));
    }
    for (const line of lines) this.#parts.say(line);
    void this.stop(exitCode);
  }

  /** The database is open and migrated: now those may start who need it, and those who serve by it. */
  #controlIsReady(): void {
    if (this.#recorder !== null || this.#stopping) return;
    this.#recorder = this.#begin("recorder", 0, null);
    for (let i = 0; i < this.#parts.config.workers; i++) {
      this.#gateways.set(i, this.#begin("gateway", i, null));
    }
    this.#watch = setInterval(() => this.#checkHeartbeats(), HEARTBEAT_EVERY_MS);
    collectGarbage();
  }

  #checkHeartbeats(): void {
    const { heartbeat, clock } = this.#parts;
    const now = clock.monotonic();
    let turning = 0;
    for (const [index, seen] of this.#seen) {
      const tick = heartbeat.tick(index);
      if (tick !== seen.tick) {
        this.#seen.set(index, { tick, at: now });
        turning++;
      } else if (now - seen.at > HUNG_AFTER_MS) {
        this.#gateways.get(index)?.thread.kill();
        this.#died("gateway", index, `no sign of life for ${HUNG_AFTER_MS / 1_000} s`);
      }
    }
    if (turning === this.#parts.config.workers) this.#parts.serviceManager?.alive();
  }

  #died(kind: ThreadKind, index: number, why: string): void {
    if (this.#stopping) return;
    const { logger, clock, heartbeat } = this.#parts;
    const life = this.#lifeOf(kind, index)!;
    const lived = clock.monotonic() - life.startedAt;
    logger.error("a thread died and is replaced", { thread: kind, index, why, lived_ms: Math.round(lived) });
    if (kind === "control" && this.#recorder === null) {
      // It never came up: what it died of would kill the next one too.
      this.#parts.say(`aegis: the control thread failed: ${why}`);
      return void this.stop(1);
    }
    life.deaths = lived > HEALTHY_LIFE_MS ? 0 : life.deaths + 1;
    if (kind === "gateway") {
      this.#seen.delete(index);
      heartbeat.clear(index);
    }
    const pause = RESTART_PAUSES_MS[Math.min(Math.max(0, life.deaths - 1), RESTART_PAUSES_MS.length - 1)]!;
    setTimeout(() => this.#replace(kind, index, life, why), pause);
  }

  #replace(kind: ThreadKind, index: number, before: Life, why: string): void {
    if (this.#stopping) return;
    const life = this.#begin(kind, index, before);
    if (kind === "control") this.#control = life;
    else if (kind === "recorder") this.#recorder = life;
    else this.#gateways.set(index, life);
    this.#tellControl({ kind: "thread-restarted", thread: kind, index, why });
  }

  #lifeOf(kind: ThreadKind, index: number): Life | undefined {
    if (kind === "control") return this.#control;
    return kind === "recorder" ? this.#recorder ?? undefined : this.#gateways.get(index);
  }

  #tell(
    life: Life,
    message: SupervisorToGateway | SupervisorToRecorder,
    transfer: Transferable[] = [],
  ): void {
    life.thread.send(message, transfer);
  }

  #tellControl(message: SupervisorToControl<Config>, transfer: Transferable[] = []): void {
    this.#control.thread.send(message, transfer);
  }
}

/** The table of ARCHITECTURE: what each kind of thread may touch, and nothing besides. */
export function permissionsOf(kind: ThreadKind, config: Config): ThreadPermissions {
  const none = {
    net: false,
    read: false,
    write: false,
    env: false,
    run: false,
    ffi: false,
    sys: false,
    import: false,
  };
  const database = dirname(config.database_path);
  // Connecting to a unix socket is reading and writing its path.
  const sockets = config.upstream_socket_dir === null ? [] : [config.upstream_socket_dir];
  switch (kind) {
    case "gateway":
      if (sockets.length === 0) return { ...none, net: true };
      return { ...none, net: true, read: sockets, write: sockets };
    case "recorder":
      return { ...none, read: [database], write: [database] };
    case "control": {
      const own = [...new Set([config.data_dir, database])];
      const named = config.config_path === null ? [] : [config.config_path];
      const engine = config.docker_socket === null ? [] : [config.docker_socket];
      const read = [...own, ...named, ...sockets, ...engine];
      return { ...none, net: true, read, write: [...own, ...sockets, ...engine], env: [...YAML_ENV_KEYS] };
    }
  }
}
