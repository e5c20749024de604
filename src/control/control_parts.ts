import type { Config } from "../config/config.ts";
import type { AddressLists } from "../core/address_list.ts";
import type { Clock } from "../core/clock.ts";
import type { Host } from "../core/host.ts";
import type { Logger } from "../core/ports.ts";
import type { UpstreamTransport } from "../gateway/upstream/transport.ts";
import type { ListenerAddress, Snapshot } from "../core/snapshot.ts";
import type { Lookup } from "../gateway/upstream/resolver.ts";
import type { Store } from "../store/store.ts";
import type { GeoSource } from "./geo/geo_source.ts";
import type { ChallengeFigures } from "./shield/challenge_figures.ts";
import type { AlarmFigures } from "./shield/alarm_watch.ts";
import type { LimitFigures } from "./shield/limit_figures.ts";
import type { AnalystFigures } from "./analyst_link.ts";
import type { FetchText } from "./proxies/cdn_fetch.ts";
import type { TrafficFigures } from "./targets/traffic_watch.ts";
import type { TryStreamPort } from "./streams/try_stream_port.ts";
import type { StreamStates } from "./streams/stream_states.ts";
import type { SystemFacts } from "./system_facts.ts";
import type { TargetStates } from "./targets/target_states.ts";

/** What a control is made of; `createControl` joins it. */
export interface ControlParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Name of the machine, where it is known. */
  readonly machine?: string;
  readonly logger: Logger;
  readonly config: Config;
  /** Cells for targets in shared memory. */
  readonly targetCells: number;
  readonly targets: TargetStates;
  /** While nothing runs: `NO_TRAFFIC`. */
  readonly traffic?: TrafficFigures;
  /** While nothing runs: `NO_ALARM`. */
  readonly alarm?: AlarmFigures;
  /** While nothing runs: `NO_LIMITS`. */
  readonly limits?: LimitFigures;
  /** While nothing runs: `NO_CHALLENGES`. */
  challenges?(): ChallengeFigures;
  /** While nothing runs: `NO_ANALYST`. */
  readonly analyst?: AnalystFigures;
  readonly streams: StreamStates;
  /** While nothing runs: absent. */
  readonly geo?: GeoSource;
  /** Where gateways listen, or are to listen. */
  listeners(config: Config): readonly ListenerAddress[];
  /** Compiles a snapshot as a gateway would; throws AegisError where it does not. */
  check(snapshot: Snapshot): void;
  /** Sends it to the gateways; resolves when they serve by it. */
  send(snapshot: Snapshot): Promise<void>;
  facts(): SystemFacts;
  /** Hosts that others ask for at run time (containers); none where absent. */
  found?(): readonly Host[];
  /** Gives the gateways the networks of subscribed lists; nobody is told where absent. */
  shareLists?(lists: AddressLists): void;
  /** Reads the configuration again. */
  readConfig(): Config | Promise<Config>;
  /** What `readConfig` read was refused later, by the gateways. */
  refusedConfig(why: unknown): void;
  /** Somebody looks at the live tail (rows a second they may get), or nobody any more (0). */
  watch(perSecond: number): void;
  /** Requests to targets, for tests by hand. */
  readonly transport: UpstreamTransport;
  /** For tests; the network where not given. */
  readonly fetchText?: FetchText;
  /** For tests; the system's own where not given. */
  readonly lookup?: Lookup;
  /** For tests; the machine's own ports where not given. */
  readonly tryPort?: TryStreamPort;
}
