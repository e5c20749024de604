import type { Config } from "./config/config.ts";
import type { Clock } from "./core/clock.ts";
import type {
  AnalystJoined,
  AnalystStart,
  ControlJoined,
  ControlStart,
  GatewayStart,
  RecorderJoined,
  RecorderStart,
  SupervisorToAnalyst,
  SupervisorToControl,
  SupervisorToGateway,
  SupervisorToRecorder,
} from "./core/messages.ts";
import type { Logger } from "./core/ports.ts";
import type { SharedBuffers } from "./core/shared.ts";
import { ThreadBeats } from "./core/thread_beats.ts";
import { collectGarbage } from "./core/thread_scope.ts";
import { Heartbeats } from "./heartbeats.ts";
import { joinThreads } from "./join_threads.ts";
import type { ServiceManager } from "./service_manager.ts";
import { countWorkers } from "./thread_census.ts";
import { Thread, type ThreadMessage } from "./thread.ts";
import { permissionsOf, type ThreadKind } from "./thread_permissions.ts";
import { WATCH, type Watch } from "./thread_watch.ts";

/** Entry module of each kind of thread. */
export interface ThreadModules {
  readonly control: URL;
  readonly gateway: URL;
  readonly recorder: URL;
  readonly analyst: URL;
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
  /** Name of the machine. */
  readonly machine: string;
  readonly heartbeat: Heartbeat;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly serviceManager: ServiceManager | null;
  /** For the person at the terminal. */
  say(line: string): void;
  readonly watch?: Watch;
}

const RESTART_PAUSES_MS = [0, 100, 500, 1_000, 5_000];
/** A life longer than this makes the next restart immediate again. */
const HEALTHY_LIFE_MS = 60_000;
const STOP_GRACE_MS = 2_000;

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
  readonly #hearts = new Heartbeats();
  readonly #beats: ThreadBeats;
  /** Workers of this process that are not of this supervisor; null: the system does not say. */
  readonly #strangers = countWorkers();
  /** Looks that are left until the hung threads that were ended have to be gone; 0: none was. */
  #endingLooks = 0;
  readonly #ended = Promise.withResolvers<number>();
  #control!: Life;
  /** What control made of the configuration once it was up; its successor begins with that. */
  #settled: Config | null = null;
  #recorder: Life | null = null;
  #analyst: Life | null = null;
  #looking: ReturnType<typeof setInterval> | undefined;
  #stopping = false;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#beats = new ThreadBeats(parts.shared.beats);
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
  async stop(exitCode = 0, drainMs = exitCode === 0 ? this.#drainMs() : 0): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    clearInterval(this.#looking);
    this.#parts.serviceManager?.stopping();
    const deadlineMs = drainMs + STOP_GRACE_MS;
    await Promise.all([...this.#gateways.values()].map((life) => life.thread.stop(drainMs, deadlineMs)));
    await this.#analyst?.thread.stop(0, STOP_GRACE_MS);
    await this.#control.thread.stop(0, STOP_GRACE_MS);
    await this.#recorder?.thread.stop(0, deadlineMs);
    if (exitCode === 0) this.#parts.logger.info("Aegis shutdown complete");
    this.#parts.serviceManager?.close();
    this.#ended.resolve(exitCode);
  }

  #drainMs(): number {
    return this.#parts.config.declared.server?.shutdown_timeout_ms ?? 30_000;
  }

  #begin(kind: ThreadKind, index: number, before: Life | null): Life {
    const { modules, config } = this.#parts;
    const thread = new Thread(nameOf(kind, index), modules[kind], permissionsOf(kind, config), {
      message: (message) => this.#receive(kind, index, message),
      died: (why) => this.#died(kind, index, why),
    });
    const life: Life = {
      thread,
      startedAt: this.#parts.clock.monotonic(),
      deaths: before?.deaths ?? 0,
      again: before !== null,
    };
    this.#attend(kind, index);
    if (kind === "control") this.#startControl(life);
    else if (kind === "recorder") this.#startRecorder(life);
    else if (kind === "analyst") this.#startAnalyst(life);
    else this.#startGateway(life, index);
    return life;
  }

  #startControl(life: Life): void {
    const { config, shared, machine } = this.#parts;
    const toRecorder = new MessageChannel();
    const start: ControlStart<Config> = {
      kind: "start",
      config: this.#settled ?? config,
      again: life.again,
      shared,
      machine,
      recorder: toRecorder.port1,
      log: config.log,
    };
    life.thread.send(start, [toRecorder.port1]);
    if (this.#recorder === null) {
      this.#recorderPort = toRecorder.port2;
      return;
    }
    this.#tell(this.#recorder, { kind: "control-joined", port: toRecorder.port2 }, [toRecorder.port2]);
    if (this.#analyst !== null) {
      joinThreads(life.thread, { kind: "analyst-joined" }, this.#analyst.thread, { kind: "control-joined" });
    }
    this.#joinGateways(life, { kind: "control-joined" });
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
      beats: this.#parts.shared.beats,
      control,
      log: config.log,
    };
    life.thread.send(start, [control]);
    if (this.#analyst !== null) {
      joinThreads(life.thread, { kind: "analyst-joined" }, this.#analyst.thread, { kind: "recorder-joined" });
    }
    this.#joinGateways(life, { kind: "recorder-joined" });
  }

  /** The recorder is there before it, and the gateways come after it. */
  #startAnalyst(life: Life): void {
    const { config, shared } = this.#parts;
    const toControl = new MessageChannel();
    const toRecorder = new MessageChannel();
    const start: AnalystStart = {
      kind: "start",
      beats: shared.beats,
      reputations: shared.reputations,
      time: shared.time,
      control: toControl.port1,
      recorder: toRecorder.port1,
      log: config.log,
    };
    life.thread.send(start, [toControl.port1, toRecorder.port1]);
    this.#tellControl({ kind: "analyst-joined", port: toControl.port2 }, [toControl.port2]);
    this.#tell(this.#recorder!, { kind: "analyst-joined", port: toRecorder.port2 }, [toRecorder.port2]);
    this.#joinGateways(life, { kind: "analyst-joined" });
  }

  #joinGateways(
    life: Life,
    gatewaysHear: Omit<ControlJoined, "port"> | Omit<RecorderJoined, "port"> | Omit<AnalystJoined, "port">,
  ): void {
    for (const [index, gateway] of this.#gateways) {
      joinThreads(life.thread, { kind: "gateway-joined", index }, gateway.thread, gatewaysHear);
    }
  }

  #startGateway(life: Life, index: number): void {
    const { config, shared } = this.#parts;
    const toControl = new MessageChannel();
    const toRecorder = new MessageChannel();
    const toAnalyst = new MessageChannel();
    const start: GatewayStart = {
      kind: "start",
      index,
      shared,
      control: toControl.port1,
      recorder: toRecorder.port1,
      analyst: toAnalyst.port1,
      log: config.log,
      socketDir: config.upstream_socket_dir,
    };
    life.thread.send(start, [toControl.port1, toRecorder.port1, toAnalyst.port1]);
    this.#tellControl({ kind: "gateway-joined", index, port: toControl.port2 }, [toControl.port2]);
    this.#tell(this.#analyst!, { kind: "gateway-joined", index, port: toAnalyst.port2 }, [toAnalyst.port2]);
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
    this.#analyst = this.#begin("analyst", 0, null);
    for (let i = 0; i < this.#parts.config.workers; i++) {
      this.#gateways.set(i, this.#begin("gateway", i, null));
    }
    this.#looking = setInterval(() => this.#look(), this.#watch.everyMs);
    collectGarbage();
  }

  get #watch(): Watch {
    return this.#parts.watch ?? WATCH;
  }

  #attend(kind: ThreadKind, index: number): void {
    const { heartbeat } = this.#parts;
    const tick = kind === "gateway" ? () => heartbeat.tick(index) : () => this.#beats.tick(kind);
    this.#hearts.begin(nameOf(kind, index), tick, this.#watch[kind], this.#watch.starting);
  }

  #look(): void {
    const { beating, hung } = this.#hearts.look();
    const threads: readonly (readonly [ThreadKind, number])[] = [
      ["control", 0],
      ["recorder", 0],
      ["analyst", 0],
      ...[...this.#gateways.keys()].map((index) => ["gateway", index] as const),
    ];
    for (const [kind, index] of threads.filter((each) => hung.includes(nameOf(...each)))) {
      this.#lifeOf(kind, index)?.thread.kill();
      const seconds = this.#watch[kind] * this.#watch.everyMs / 1_000;
      this.#died(kind, index, `no sign of life for ${seconds} s`);
      this.#endingLooks = this.#watch.ending;
    }
    if (this.#endingLooks > 0 && --this.#endingLooks === 0) this.#giveUpUnended();
    const gateways = [...this.#gateways.keys()].filter((index) => beating.has(nameOf("gateway", index)));
    if (gateways.length === this.#parts.config.workers) this.#parts.serviceManager?.alive();
  }

  /**
   * A thread that hangs for good cannot be ended from within the process, and keeps its ports: a gateway's share of
   * the new connections would wait for it for ever. Whoever started the process starts it anew.
   */
  #giveUpUnended(): void {
    const workers = countWorkers();
    if (workers === null || this.#strangers === null) return;
    const own = 1 + (this.#recorder === null ? 0 : 2) + this.#gateways.size;
    if (workers - this.#strangers <= own) return;
    const text =
      "a hung thread cannot be ended: the process ends, so that its service manager starts it anew";
    this.#parts.logger.error(text);
    this.#parts.say(`aegis: ${text}`);
    void this.stop(1, this.#drainMs());
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
    this.#hearts.end(nameOf(kind, index));
    life.deaths = lived > HEALTHY_LIFE_MS ? 0 : life.deaths + 1;
    if (kind === "gateway") {
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
    else if (kind === "analyst") this.#analyst = life;
    else this.#gateways.set(index, life);
    this.#tellControl({ kind: "thread-restarted", thread: kind, index, why });
  }

  #lifeOf(kind: ThreadKind, index: number): Life | undefined {
    if (kind === "control") return this.#control;
    if (kind === "recorder") return this.#recorder ?? undefined;
    return kind === "analyst" ? this.#analyst ?? undefined : this.#gateways.get(index);
  }

  #tell(
    life: Life,
    message: SupervisorToGateway | SupervisorToRecorder | SupervisorToAnalyst,
    transfer: Transferable[] = [],
  ): void {
    life.thread.send(message, transfer);
  }

  #tellControl(message: SupervisorToControl<Config>, transfer: Transferable[] = []): void {
    this.#control.thread.send(message, transfer);
  }
}

function nameOf(kind: ThreadKind, index: number): string {
  return kind === "gateway" ? `gateway ${index}` : kind;
}
