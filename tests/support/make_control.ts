import { AegisError } from "../../src/core/errors.ts";
import type { Config } from "../../src/config/config.ts";
import { PRESETS } from "../../src/config/presets.ts";
import { ManualClock } from "../../src/core/clock.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import type { Control } from "../../src/control/control.ts";
import { createControl } from "../../src/control/create_control.ts";
import type { ControlParts } from "../../src/control/control_parts.ts";
import type { TargetState } from "../../src/control/targets/target_states.ts";
import type { Actor, OperationInput, OperationName, OperationOutput } from "../../src/control/operation.ts";
import { CONTRACT, LOCAL_ACTOR } from "../../src/control/operation.ts";
import { perform } from "../../src/control/perform.ts";
import { UNWATCHED_TARGETS } from "../../src/gateway/balancer/balancer.ts";
import { type CompiledSnapshot, compileSnapshot } from "../../src/gateway/compiled_snapshot.ts";
import { UpstreamTransport } from "../../src/gateway/upstream/transport.ts";
import { NO_COUNTERS } from "../../src/gateway/shared_streams.ts";
import { openStore, type Store } from "../../src/store/store.ts";
import { makeVault } from "../../src/store/vault.ts";
import { createLogger } from "../../src/telemetry/logger.ts";

/** A control over a real store in a directory of its own, with the gateways' compiler and nobody to send to. */
export interface MadeControl {
  readonly control: Control;
  readonly store: Store;
  readonly clock: ManualClock;
  readonly config: Config;
  /** Every snapshot that was sent, oldest first. */
  readonly sent: Snapshot[];
  readonly logLines: string[];
  /** What the health checks would say, by target id. */
  readonly targetStates: Map<string, TargetState>;
  /** Performs as the terminal unless another actor is given. */
  do<N extends OperationName>(name: N, input: OperationInput<N>, actor?: Actor): Promise<OperationOutput<N>>;
  /** Ends it; with `keep` the directory stays for the next `makeControl`. */
  close(keep?: "keep"): Promise<void>;
}

const KEY = new Uint8Array(32).fill(7);

export async function makeControl(
  options: {
    dataDir?: string;
    config?: Partial<Config>;
    parts?: Partial<ControlParts>;
    clock?: ManualClock;
  } = {},
): Promise<MadeControl> {
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "aegis-test-" });
  const clock = options.clock ?? new ManualClock();
  const config = testConfig(dataDir, options.config);
  const store = openStore({ path: config.database_path, vault: makeVault(KEY), synchronous: "NORMAL" });
  const sent: Snapshot[] = [];
  const logLines: string[] = [];
  const targetStates = new Map<string, TargetState>();
  const transport = new UpstreamTransport({ clock, allowPrivate: true });
  const unknown: TargetState = { up: null, text: "", checked_at: null, since: null };
  let checked: CompiledSnapshot | null = null;
  const control = createControl({
    store,
    clock,
    config,
    logger: createLogger({
      level: "debug",
      format: "json",
      mask: true,
      clock,
      thread: "test",
      write: (line) => logLines.push(line),
    }),
    targetCells: 64,
    targets: { state: (id) => targetStates.get(id) ?? unknown },
    streams: { counters: () => NO_COUNTERS, faults: () => ({}) },
    tryPort: () => Promise.resolve(null),
    listeners: () => [{ name: "http", hostname: "127.0.0.1", port: 0, asked: 0 }],
    check: (snapshot) => {
      checked = compileSnapshot(snapshot, checked, UNWATCHED_TARGETS);
    },
    send: (snapshot) => {
      sent.push(snapshot);
      return Promise.resolve();
    },
    facts: () => FACTS,
    readConfig: () => config,
    refusedConfig: () => {},
    watch: () => {},
    transport,
    lookup: (_name, done) => queueMicrotask(() => done(new Error("no names in tests"), [])),
    ...options.parts,
  });
  return {
    control,
    store,
    clock,
    config,
    sent,
    logLines,
    targetStates,
    async do(name, input, actor = LOCAL_ACTOR) {
      const output = await perform(control, actor, name, input);
      // What the API document promises is what comes back: no field more, none less.
      CONTRACT[name].output.parse(output);
      return output;
    },
    async close(keep) {
      control.lists.stop();
      control.banDesk.close();
      control.banHits.close();
      transport.close();
      store.close();
      if (keep === undefined) await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** Somebody who is signed in, without a row in the store. */
export function person(role: Actor["role"], id = `user-${role}`): Actor {
  return { kind: "person", id, name: role, role, address: "198.51.100.7" };
}

const FACTS = Object.freeze({
  version: "0.0.0",
  form: "source",
  commit: "",
  built_at: "",
  deno: Deno.version.deno,
  v8: Deno.version.v8,
  started_at: 0,
  threads: [],
  listeners: [],
  log: { lost: 0, sampled_out: 0 },
  sources: [],
  memory_bytes: 0,
  layers: [],
});

function testConfig(dataDir: string, over: Partial<Config> = {}): Config {
  return {
    config_path: null,
    data_dir: dataDir,
    database_path: `${dataDir}/aegis.db`,
    upstream_socket_dir: null,
    docker_socket: null,
    offline: false,
    webhook_url: null,
    geoip_db_path: null,
    geoip_asn_db_path: null,
    admin_listen: [{ hostname: "127.0.0.1", port: 9443, fallback_port: null }],
    admin_tls: true,
    proxy_listen: [{ hostname: "127.0.0.1", port: 0, fallback_port: null }],
    https_listen: [],
    metrics_listen: [],
    workers: 1,
    log: { level: "info", format: "json", mask: true },
    hosts: [],
    streams: [],
    rules: [],
    api_schemas: [],
    headless: true,
    preset: "standard",
    declared: {},
    defaults: PRESETS.standard,
    trusted_proxies: [],
    proxy_discovery: [],
    secret_key: null,
    sources: { flags: {}, env: {}, cwd: dataDir, isRoot: false, cores: 1 },
    ...over,
  };
}

/** Runs `run` with a control of its own, which is closed afterwards. */
export async function withControl(run: (made: MadeControl) => Promise<void>): Promise<void> {
  const made = await makeControl();
  try {
    await run(made);
  } finally {
    await made.close();
  }
}

/** What `promise` is refused with. Throws where it is not. */
export async function refusalOf(promise: Promise<unknown>): Promise<AegisError> {
  const failed = await promise.then(() => null, (thrown) => thrown);
  if (!(failed instanceof AegisError)) throw new Error("it was not refused", { cause: failed });
  return failed;
}
