import type { Config } from "./config/config.ts";
import { readAgain, readTextFile } from "./config/reload.ts";
import type { Control } from "./control/control.ts";
import { createControl } from "./control/create_control.ts";
import type { ControlParts } from "./control/control_parts.ts";
import { compileDocument } from "./control/schemas/compile_document.ts";
import { ConfigFileSource } from "./control/hosts/host_sources.ts";
import { chooseNewPorts } from "./control/listen_ports.ts";
import type { Clock } from "./core/clock.ts";
import type { Logger } from "./core/ports.ts";
import type { ListenerAddress } from "./core/snapshot.ts";
import { UNWATCHED_TARGETS } from "./gateway/balancer/balancer.ts";
import { type CompiledSnapshot, compileSnapshot } from "./gateway/compiled_snapshot.ts";
import { UpstreamTransport } from "./gateway/upstream/transport.ts";
import { openStore } from "./store/store.ts";
import { openVault } from "./store/vault.ts";

/** What differs between the running process and a command that works on the database while none runs. */
export type ControlSurroundings = Pick<
  ControlParts,
  | "targetCells"
  | "challenges"
  | "targets"
  | "traffic"
  | "alarm"
  | "limits"
  | "analyst"
  | "streams"
  | "send"
  | "facts"
  | "watch"
  | "found"
  | "shareLists"
  | "geo"
  | "machine"
>;

export interface OpenedControl {
  readonly control: Control;
  readonly transport: UpstreamTransport;
  /** How it stands with the configuration file; null: there is none. */
  readonly file: ConfigFileSource | null;
  /** The configuration with the ports that were given: what a reload is compared with, and keeps. */
  settle(config: Config): void;
  close(): void;
}

/** Opens vault and database of `config` and joins control over them. Throws AegisError where they cannot be used. */
export function openControl(
  config: Config,
  clock: Clock,
  logger: Logger,
  surroundings: ControlSurroundings,
): OpenedControl {
  const vault = openVault({ dataDir: config.data_dir, envKey: config.secret_key ?? undefined });
  const store = openStore({ path: config.database_path, vault });
  const transport = new UpstreamTransport({
    clock,
    allowPrivate: true,
    socketDir: config.upstream_socket_dir,
  });
  let checked: CompiledSnapshot | null = null;
  let atStart = config;
  const file = config.config_path === null ? null : new ConfigFileSource(config.config_path);
  const control: Control = createControl({
    ...surroundings,
    store,
    clock,
    logger,
    config,
    transport,
    listeners: gatewayListeners,
    check: (snapshot) => {
      checked = compileSnapshot(snapshot, checked, UNWATCHED_TARGETS);
      transport.setAllowPrivate(snapshot.settings.upstreams.allow_private);
    },
    readConfig: async () => {
      const read = async () => {
        // Compared with the start, so that what waits for a restart is said at each reload until there was one.
        const { config: next, needsRestart } = readAgain(
          atStart,
          readTextFile,
          clock.now(),
          control.config.hosts,
          compileDocument,
        );
        return { needsRestart, ...await chooseNewPorts(next, control.config) };
      };
      const { config: next, needsRestart, notices } = await (file === null ? read() : file.read(read));
      for (const notice of notices) logger.warn(notice);
      if (needsRestart.length > 0) {
        logger.warn("these keys take effect with the next start", { keys: needsRestart });
      }
      return next;
    },
    refusedConfig: (why) => file?.refused(why),
  });
  return {
    control,
    transport,
    file,
    settle(settled) {
      atStart = settled;
      control.useConfig(settled);
    },
    close() {
      transport.close();
      store.close();
    },
  };
}

/** Where the gateway threads are to listen. */
function gatewayListeners(config: Config): ListenerAddress[] {
  const named = (name: "http" | "https", listens: Config["proxy_listen"]) =>
    listens.map(({ hostname, port, h2c, proxy_protocol }): ListenerAddress => ({
      name,
      hostname,
      port,
      asked: port,
      ...(h2c === undefined ? {} : { h2c }),
      ...(proxy_protocol === undefined ? {} : { proxy_protocol }),
    }));
  return [...named("http", config.proxy_listen), ...named("https", config.https_listen)];
}
