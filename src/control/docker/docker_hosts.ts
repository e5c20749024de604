import type { PresetSettings } from "../../config/presets.ts";
import { keepHosts } from "../../config/reload.ts";
import type { Clock } from "../../core/clock.ts";
import { AegisError, errorText } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { Logger } from "../../core/ports.ts";
import type { HostSource } from "../hosts/host_sources.ts";
import { Engine } from "./engine.ts";
import { hostsOf } from "./hosts_of.ts";
import type { LabelProblem } from "./labels.ts";

export interface DockerHostsParts {
  readonly socket: string;
  readonly clock: Clock;
  readonly logger: Logger;
  defaults(): PresetSettings["host"];
  /** Puts `hosts` in force. Rejects where that cannot be; the former ones then stay. */
  publish(): Promise<void>;
}

/** Events come in bursts: a container that starts joins its networks. */
const GATHER_MS = 100;
const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 1_000;
/** How long a start waits for the first list. */
const FIRST_LIST_MS = 2_000;

/**
 * The hosts that running containers ask for by their labels. Listens to the engine's events and reads the whole list
 * with each, and at every new connection: so nothing is missed, whatever was said meanwhile. While the engine is away
 * the hosts that were known last stay.
 */
export class DockerHosts {
  readonly #parts: DockerHostsParts;
  readonly #engine: Engine;
  readonly #first = Promise.withResolvers<void>();
  #hosts: readonly Host[] = [];
  #problems: readonly LabelProblem[] = [];
  /** null: the engine is heard. */
  #trouble: string | null = "not connected yet";
  #stopListening: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #retryMs = RETRY_FIRST_MS;
  #reading = false;
  #readAgain = false;
  #closed = false;

  constructor(parts: DockerHostsParts) {
    this.#parts = parts;
    this.#engine = new Engine(parts.socket);
  }

  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  source(): HostSource {
    const count = `${this.#hosts.length} ${this.#hosts.length === 1 ? "host" : "hosts"}`;
    return {
      kind: "docker",
      place: this.#parts.socket,
      state: this.#trouble === null ? "ok" : "failed",
      text: this.#trouble === null
        ? `${count} by labels of containers`
        : `${this.#trouble}; ${count} as last known ${this.#hosts.length === 1 ? "stays" : "stay"} in force`,
      problems: this.#problems,
    };
  }

  /** Begins. Resolves once the first list was read or could not be, or soon in any case. */
  async start(): Promise<void> {
    const timer = setTimeout(() => this.#first.resolve(), FIRST_LIST_MS);
    this.#connect();
    await this.#first.promise;
    clearTimeout(timer);
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    clearTimeout(this.#timer);
    clearTimeout(this.#gathering);
    this.#first.resolve();
  }

  #connect(): void {
    this.#stopListening = this.#engine.listen({
      // First the events, then the list: what happens in between is in one of the two.
      open: () => this.#read(),
      event: () => this.#gather(),
      end: (why) => this.#lost(why),
    });
  }

  #lost(why: string): void {
    if (this.#closed) return;
    const trouble = `the engine cannot be reached: ${why}`;
    if (trouble !== this.#trouble) {
      this.#parts.logger.warn("containers are not heard of", { socket: this.#parts.socket, error: why });
    }
    this.#trouble = trouble;
    this.#first.resolve();
    this.#stopListening();
    this.#later(this.#retryMs, () => this.#connect());
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MOST_MS);
  }

  #gather(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#read();
    }, GATHER_MS);
  }

  #later(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(then, ms);
  }

  /** One at a time; what is asked for meanwhile follows. */
  #read(): void {
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    this.#readAgain = false;
    this.#take().then((trouble) => {
      this.#retryMs = RETRY_FIRST_MS;
      if (trouble === null && this.#trouble !== null) {
        this.#parts.logger.info("containers are heard of", { socket: this.#parts.socket });
      }
      this.#trouble = trouble;
    }, (thrown: Error) => this.#lost(thrown.message)).finally(() => {
      this.#reading = false;
      this.#first.resolve();
      if (this.#readAgain && !this.#closed) this.#read();
    });
  }

  /** Rejects where the engine does not say; resolves to why what it said is not in force, or null. */
  async #take(): Promise<string | null> {
    const containers = await this.#engine.list();
    if (this.#closed) return null;
    const { clock, defaults, logger, publish } = this.#parts;
    const { hosts, problems } = hostsOf(containers, defaults(), clock.now());
    this.#say(problems);
    const before = this.#hosts;
    const next = keepHosts(hosts, before);
    if (next.length === before.length && next.every((host) => before.includes(host))) return null;
    this.#hosts = next;
    try {
      await publish();
    } catch (thrown) {
      this.#hosts = before;
      logger.error("hosts of containers could not be put in force", { error: errorText(thrown) });
      return thrown instanceof AegisError ? thrown.message : "internal error";
    }
    logger.info("hosts of containers changed", { hosts: next.map((host) => host.domains[0]) });
    return null;
  }

  /** Each problem once, as long as it lasts. */
  #say(problems: readonly LabelProblem[]): void {
    const known = new Set(this.#problems.map((each) => JSON.stringify(each)));
    for (const each of problems) {
      if (!known.has(JSON.stringify(each))) this.#parts.logger.warn("a label cannot be obeyed", { ...each });
    }
    this.#problems = problems;
  }
}
