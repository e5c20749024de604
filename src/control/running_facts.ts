import type { Config } from "../config/config.ts";
import type { ListenAddress } from "../config/listen_address.ts";
import { BUILD_INFO } from "../core/build_info.ts";
import type { RecorderToControl } from "../core/messages.ts";
import { type Fleet, listenerKey } from "../gateway/fleet.ts";
import type { SystemFacts } from "./system_facts.ts";

export interface RunningFactsParts {
  readonly config: Config;
  readonly fleet: Pick<Fleet, "ports">;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly sources?: () => SystemFacts["sources"];
}

type LogHealth = Extract<RecorderToControl, { kind: "health" }>;
type ThreadKind = "control" | "gateway" | "recorder" | "analyst";

/** What only the running process knows of itself: threads, listeners, the log's losses. */
export class RunningFacts {
  readonly #parts: RunningFactsParts;
  readonly #restarts = new Map<string, number>();
  #own: Pick<Config, "admin_listen" | "metrics_listen">;
  /** Gateways that serve by the snapshot in force. */
  readonly #serving = new Set<number>();
  #log: LogHealth = { kind: "health", lost: 0, sampledOut: 0, error: null };

  constructor(parts: RunningFactsParts) {
    this.#parts = parts;
    this.#own = parts.config;
  }

  get startedAt(): number {
    return this.#parts.startedAt;
  }

  /** A gateway listens and serves by the snapshot in force. */
  serving(gateway: number): void {
    this.#serving.add(gateway);
  }

  get isServing(): boolean {
    return this.#serving.size > 0;
  }

  /** Where control's own listeners came to listen. */
  opened(own: Pick<Config, "admin_listen" | "metrics_listen">): void {
    this.#own = own;
  }

  restarted(kind: ThreadKind, index: number): void {
    if (kind === "gateway") this.#serving.delete(index);
    const key = `${kind} ${index}`;
    this.#restarts.set(key, (this.#restarts.get(key) ?? 0) + 1);
  }

  logHealth(health: LogHealth): void {
    this.#log = health;
  }

  read(): SystemFacts {
    return {
      ...BUILD_INFO,
      deno: Deno.version.deno,
      v8: Deno.version.v8,
      started_at: this.#parts.startedAt,
      threads: this.threads(),
      listeners: this.#listeners(),
      log: this.log(),
      sources: this.#parts.sources?.() ?? [],
      memory_bytes: Deno.memoryUsage().rss,
      layers: [{ name: "application", state: "on" }],
    };
  }

  threads(): SystemFacts["threads"] {
    const thread = (kind: ThreadKind, index: number) => ({
      kind,
      index,
      state: kind === "gateway" && !this.#serving.has(index) ? "starting" : "running",
      restarts: this.#restarts.get(`${kind} ${index}`) ?? 0,
    });
    const gateways = Array.from(
      { length: this.#parts.config.workers },
      (_, index) => thread("gateway", index),
    );
    return [thread("control", 0), ...gateways, thread("recorder", 0), thread("analyst", 0)];
  }

  log(): SystemFacts["log"] {
    const { lost, sampledOut, error } = this.#log;
    return { lost, sampled_out: sampledOut, ...(error === null ? {} : { error }) };
  }

  #listeners(): SystemFacts["listeners"] {
    const { config, fleet } = this.#parts;
    const served = (name: "http" | "https", listens: readonly ListenAddress[]) =>
      listens.map(({ hostname, port }) => {
        const given = fleet.ports[listenerKey({ name, hostname, port, asked: port })] ?? port;
        return {
          name,
          address: addressText(hostname, given),
          state: this.isServing ? "open" : "off",
        } as const;
      });
    const own = (name: string, listens: readonly ListenAddress[]) =>
      listens.map((
        { hostname, port },
      ) => ({ name, address: addressText(hostname, port), state: "open" } as const));
    return [
      ...served("http", config.proxy_listen),
      ...served("https", config.https_listen),
      ...own("admin", this.#own.admin_listen),
      ...own("metrics", this.#own.metrics_listen),
    ];
  }
}

function addressText(hostname: string, port: number): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
