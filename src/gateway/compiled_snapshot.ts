import { createHash } from "node:crypto";
import type { HeaderList } from "../core/header_list.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import type { ApiSchema } from "../core/api_schema.ts";
import type { AiNames } from "../core/bot_list.ts";
import type { Host } from "../core/host.ts";
import type { ChallengeMode } from "../core/challenge.ts";
import type { BotSettings } from "../core/host_bots.ts";
import { type HostPath, pathName, targetsOf } from "../core/host_path.ts";
import { hostBelow } from "../core/host_below.ts";
import type { GatewaySettings, Snapshot } from "../core/snapshot.ts";
import type { UpstreamTls } from "../core/upstream_tls.ts";
import { switchEnd } from "../core/timed_switch.ts";
import { CidrMap } from "../lib/cidr_map.ts";
import { AgentBook } from "../shield/bots/agent_book.ts";
import { KNOWN_AGENTS } from "../shield/bots/known_agents.ts";
import { type Countries, countriesOf } from "../shield/geo/countries.ts";
import { type HostRate, hostRate } from "../shield/limiter.ts";
import { TrustedProxies } from "../shield/real_client/trusted_proxies.ts";
import { type DigestNeeds, NO_NEEDS } from "../waf/correlation/needs.ts";
import { compileWaf, type HostPolicy, type Waf } from "../waf/engine.ts";
import { HostSchemas } from "../waf/schema/host_schemas.ts";
import { type BanBook, compileBans, networkOf } from "./ban_book.ts";
import { aiAgents, botNetworks } from "./published_bots.ts";
import { type BotPlan, botPlan, challengesSuspects, type RobotsAnswer, robotsAnswer } from "./bot_plan.ts";
import { type ChallengePlan, challengePlan } from "./challenge/challenge_plan.ts";
import { ClientDoor } from "./client_door.ts";
import { type CorrelationBans, correlationBans, isCorrelation } from "./correlation_bans.ts";
import { needsPlan } from "./digest_needs.ts";
import { type Balancer, createBalancer } from "./balancer/balancer.ts";
import { listenerKey } from "./fleet.ts";
import { type HostPlan, hostPlan } from "./routing/host_plan.ts";
import { type RouteTable, routeTable } from "./routing/route_table.ts";
import { type CompiledStream, compileStreams } from "./streams/compiled_stream.ts";
import { securityHeaders } from "./response/security_headers.ts";
import type { TargetHealth } from "./balancer/balancer.ts";

export interface CompiledHost extends HostPlan {
  readonly host: Host;
  readonly policy: HostPolicy;
  /** What the analyst is told of each request; null: no correlated rule is in force here. */
  readonly watched: DigestNeeds | null;
  readonly balancer: Balancer;
  /** null: clients show no certificates here. */
  readonly clientDoor: ClientDoor | null;
  /** null: it has no API schemas. */
  readonly schemas: HostSchemas | null;
  /** null: no limit. */
  readonly rate: HostRate | null;
  /** The host as its paths have it; null where it has none. */
  readonly routes: RouteTable<CompiledHost> | null;
  readonly whiteList: CidrMap<true>;
  /** null: no program is refused. */
  readonly bots: BotPlan | null;
  /** Requests that look automated are for the challenge to ask. */
  readonly challengesSuspects: boolean;
  /** null: the target's own. */
  readonly robots: RobotsAnswer | null;
  /** null: its countries are those of all hosts. */
  readonly countries: Countries | null;
  readonly challenge: ChallengePlan;
  /** Of `SharedAlarm`; -1: it has none of its own. */
  readonly alarmSlot: number;
  /** Milliseconds since 1970; 0: not switched on. */
  readonly maintenanceUntil: number;
  readonly wafPausedUntil: number;
  /** Who sees the host while it is in maintenance. */
  readonly maintenanceExempt: CidrMap<true>;
  /** What every answer of this host carries, in the clear and over TLS. Read only. */
  readonly fixedHeaders: HeaderList;
  readonly fixedHeadersTls: HeaderList;
}

/**
 * All that a `CompiledHost` is made of. Where none of it is another one, the next snapshot takes the compiled host over,
 * with what its balancer remembers: whatever else goes into one belongs here too.
 */
interface HostSource {
  readonly host: Host;
  /** Of its targets, in their order. */
  readonly slots: readonly number[];
  readonly waf: Waf;
  /** Told apart by `schemaKey`, because a message brings all of them anew. */
  readonly schemas: readonly ApiSchema[];
  readonly schemaKey: string;
  readonly botAction: BotSettings["action"];
  /** null: no host challenges by itself. */
  readonly challengeMode: ChallengeMode | null;
  readonly aiNames: AiNames;
  readonly alarmSlot: number;
  readonly maintenanceUntil: number;
  readonly wafPausedUntil: number;
}

/** A snapshot made ready to serve: names, networks and rules in the forms that a request looks them up in. */
export interface CompiledSnapshot {
  readonly version: number;
  readonly settings: GatewaySettings;
  /** User agents that are known, the operator's own too. */
  readonly agents: AgentBook;
  /** What they were compiled from. */
  readonly agentsKey: string;
  readonly aiNames: AiNames;
  /** By the name of a good bot: networks that its owner publishes. */
  readonly botNetworks: ReadonlyMap<string, CidrMap<true>>;
  /** Of everywhere. */
  readonly bans: BanBook;
  /** By host id, of hosts that have any. Apart from the hosts, which many a ban would make anew. */
  readonly hostBans: ReadonlyMap<string, BanBook>;
  readonly correlationBans: CorrelationBans;
  /** What the analyst is told of requests that no correlated rule counts; null: nothing. */
  readonly behaviour: DigestNeeds | null;
  readonly whiteList: CidrMap<true>;
  /** With those of all hosts, for stage 01. */
  readonly anyWhiteList: CidrMap<true>;
  /** null: of all countries, or nobody is looked up. */
  readonly countries: Countries | null;
  /** Proxies that some listener takes PROXY headers from, and by listener key those of each that does. */
  readonly senders: CidrMap<true>;
  readonly sendersOf: ReadonlyMap<string, CidrMap<true>>;
  /** null: nobody's word on clients is taken. */
  readonly proxies: TrustedProxies | null;
  readonly targetSlots: Readonly<Record<string, number>>;
  /** By host id; null where no host says how its targets are spoken to over TLS. */
  readonly upstreamTls: ReadonlyMap<string, UpstreamTls> | null;
  /** Some host asks clients for certificates: the name that a handshake is for is read before it begins. */
  readonly hasClientDoors: boolean;
  readonly streams: readonly CompiledStream[];
  /** White lists of all streams, for stage 01 on their ports. */
  readonly streamWhiteList: CidrMap<true>;
  /** For redirects; 443 where no TLS listener is open. */
  readonly httpsPort: number;
  readonly waf: Waf;
  /** What the rules were compiled from: an unchanged key lets the next snapshot take them over. */
  readonly wafKey: string;
  /** By host id, with what they were compiled from. */
  readonly hosts: ReadonlyMap<string, { readonly source: HostSource; readonly compiled: CompiledHost }>;
  /** Exact name first, then the longest wildcard, then the host of `--to`. `name`: lower case, without port. */
  findHost(name: string): CompiledHost | null;
}

/**
 * Compiles `snapshot` beside the one in force. Throws AegisError where something in it cannot be compiled; nothing has
 * changed then. `previous` lends its compiled rules, and with them what they remember of values, where those are equal,
 * and each compiled host of which nothing changed.
 */
export function compileSnapshot(
  snapshot: Snapshot,
  previous: CompiledSnapshot | null,
  health: TargetHealth,
  clock: Pick<Clock, "now" | "monotonic"> = systemClock,
): CompiledSnapshot {
  const { settings } = snapshot;
  const wafKey = digestOf([
    snapshot.rules,
    snapshot.ruleSwitches,
    snapshot.exceptions,
    snapshot.learned?.version,
    settings.waf.paranoia_level,
    settings.waf.threshold,
    settings.waf.inspect_body_bytes,
  ]);
  const waf = previous !== null && previous.wafKey === wafKey ? previous.waf : compileWaf({
    rules: snapshot.rules,
    ruleSwitches: snapshot.ruleSwitches,
    exceptions: snapshot.exceptions,
    learned: snapshot.learned,
    paranoiaLevel: settings.waf.paranoia_level,
    threshold: settings.waf.threshold,
    hashKey: settings.hashKey,
    maxInspectBytes: settings.waf.inspect_body_bytes,
  }, previous?.waf ?? null);
  const names = new Map<string, CompiledHost>();
  const hosts = new Map<string, { readonly source: HostSource; readonly compiled: CompiledHost }>();
  const needs = needsPlan(snapshot);
  const agentsKey = digestOf([settings.bots.agents, snapshot.publishedBots.ai]);
  const aiNames = previous?.agentsKey === agentsKey ? previous.aiNames : snapshot.publishedBots.ai;
  const schemasByHost = Map.groupBy(snapshot.schemas, ({ hostId }) => hostId);
  for (const host of snapshot.hosts) {
    if (!host.enabled) continue;
    const schemas = schemasByHost.get(host.id) ?? [];
    const source: HostSource = {
      host,
      slots: targetsOf(host).map((target) => snapshot.targetSlots[target.id] ?? -1),
      waf,
      schemas,
      schemaKey: schemas.map(({ id, version }) => `${id} ${version}`).join("\n"),
      botAction: settings.bots.action,
      challengeMode: settings.toggles.challenge ? settings.challenge.mode : null,
      aiNames,
      alarmSlot: snapshot.hostSlots[host.id] ?? -1,
      maintenanceUntil: switchEnd(snapshot.switches, "maintenance", host.id),
      wafPausedUntil: switchEnd(snapshot.switches, "waf_pause", host.id),
    };
    const known = previous?.hosts.get(host.id);
    const compiled = known !== undefined && isSameSource(known.source, source)
      ? known.compiled
      : compileHost(source, snapshot.targetSlots, health, needs);
    hosts.set(host.id, { source, compiled });
    for (const domain of host.domains) names.set(domain, compiled);
  }
  const https = snapshot.listeners.find((listener) => listener.name === "https");
  return {
    version: snapshot.version,
    settings,
    // The one before remembers what it read, and stays where nothing was added.
    agents: previous?.agentsKey === agentsKey
      ? previous.agents
      : new AgentBook(KNOWN_AGENTS, settings.bots.agents, aiAgents(aiNames)),
    agentsKey,
    aiNames,
    botNetworks: botNetworks(snapshot.publishedBots.networks),
    ...compileBans(
      { ...snapshot, bans: snapshot.bans.filter((ban) => !isCorrelation(ban)) },
      previous,
      clock,
    ),
    behaviour: settings.toggles.anomaly ? NO_NEEDS : null,
    correlationBans: correlationBans(snapshot.bans, previous?.correlationBans ?? null, clock),
    whiteList: networkSet(settings.whitelist_cidrs),
    anyWhiteList: networkSet([
      ...settings.whitelist_cidrs,
      ...snapshot.hosts.flatMap((host) => host.enabled ? host.whitelist_cidrs : []),
    ]),
    countries: settings.toggles.geoip ? countriesOf(settings) : null,
    senders: networkSet([
      ...snapshot.listeners.flatMap((listener) => listener.proxy_protocol ?? []),
      ...snapshot.streams.flatMap((stream) => stream.proxy_protocol.senders),
    ]),
    sendersOf: new Map(
      snapshot.listeners.flatMap((listener) =>
        listener.proxy_protocol === undefined
          ? []
          : [[listenerKey(listener), networkSet(listener.proxy_protocol)] as const]
      ),
    ),
    proxies: snapshot.proxies.length === 0 ? null : new TrustedProxies(snapshot.proxies),
    hasClientDoors: snapshot.hosts.some((host) => host.enabled && host.client_auth.mode !== "off"),
    targetSlots: snapshot.targetSlots,
    upstreamTls: upstreamTlsMap(snapshot.upstreamTls),
    streams: compileStreams(snapshot),
    streamWhiteList: networkSet(snapshot.streams.flatMap((stream) => stream.whitelist_cidrs)),
    httpsPort: https?.port ?? 443,
    waf,
    wafKey,
    hosts,
    findHost: finderOf(names),
  };
}

/** Stands for data of which only is asked whether it is the same: the text itself would stay in memory. */
function digestOf(data: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("base64");
}

function upstreamTlsMap(byHost: Snapshot["upstreamTls"]): ReadonlyMap<string, UpstreamTls> | null {
  const entries = Object.entries(byHost);
  return entries.length === 0 ? null : new Map(entries);
}

/** Mostly the same name is asked for again; comparing it is cheaper than hashing it. */
function finderOf(names: ReadonlyMap<string, CompiledHost>): CompiledSnapshot["findHost"] {
  let lastName = "";
  let last: CompiledHost | null = findHost(names, lastName);
  return (name) => {
    if (name !== lastName) {
      last = findHost(names, name);
      lastName = name;
    }
    return last;
  };
}

function findHost(names: ReadonlyMap<string, CompiledHost>, name: string): CompiledHost | null {
  const exact = names.get(name);
  if (exact !== undefined) return exact;
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const wildcard = names.get(`*${name.slice(dot)}`);
    if (wildcard !== undefined) return wildcard;
  }
  return names.get("*") ?? null;
}

function isSameSource(a: HostSource, b: HostSource): boolean {
  return a.host === b.host && a.waf === b.waf && a.schemaKey === b.schemaKey && a.botAction === b.botAction &&
    a.aiNames === b.aiNames &&
    a.slots.every((slot, i) => slot === b.slots[i]) &&
    a.alarmSlot === b.alarmSlot && a.maintenanceUntil === b.maintenanceUntil &&
    a.wafPausedUntil === b.wafPausedUntil && a.challengeMode === b.challengeMode;
}

function rateOf({ id, rate_limit, targets }: Host, slots: Snapshot["targetSlots"]): HostRate | null {
  return rate_limit === null ? null : hostRate(id, rate_limit, slots[targets[0]?.id ?? ""] ?? -1);
}

/** A path's own limit has buckets of its own, and the adaptive rate leaves it alone. */
function pathRate({ id }: Host, path: HostPath): HostRate | null {
  const limit = path.rate_limit ?? null;
  return limit === null ? null : hostRate(`${id} ${pathName(path)}`, limit, -1);
}

function compileHost(
  { host, waf, schemas, botAction, challengeMode, aiNames, alarmSlot, maintenanceUntil, wafPausedUntil }:
    HostSource,
  targetSlots: Snapshot["targetSlots"],
  health: TargetHealth,
  needs: ReturnType<typeof needsPlan>,
): CompiledHost {
  const whole: CompiledHost = {
    host,
    policy: waf.hostPolicy(host),
    watched: needs === null ? null : needs(host),
    balancer: createBalancer(host, targetSlots, health),
    clientDoor: host.client_auth.mode === "off" ? null : new ClientDoor(host.client_auth),
    schemas: schemas.length === 0 ? null : new HostSchemas(schemas),
    rate: rateOf(host, targetSlots),
    routes: null,
    ...hostPlan(host, null),
    whiteList: networkSet(host.whitelist_cidrs),
    bots: botPlan(host, botAction),
    challengesSuspects: challengesSuspects(host, botAction),
    robots: robotsAnswer(host, aiNames),
    countries: countriesOf(host),
    challenge: challengePlan(host.id, host.challenge, challengeMode),
    alarmSlot,
    maintenanceUntil,
    wafPausedUntil,
    maintenanceExempt: networkSet(host.maintenance.exempt_cidrs),
    fixedHeaders: securityHeaders(host, false),
    fixedHeadersTls: securityHeaders(host, true),
  };
  const routes = host.paths.map((path) => {
    const below = hostBelow(host, path);
    const entry: CompiledHost = {
      ...whole,
      ...hostPlan(host, path),
      host: below,
      rate: path.rate_limit === undefined ? whole.rate : pathRate(host, path),
      challenge: path.challenge === undefined
        ? whole.challenge
        : challengePlan(host.id, below.challenge, challengeMode),
      policy: path.waf === undefined ? whole.policy : waf.hostPolicy(below),
      watched: path.waf === undefined || needs === null ? whole.watched : needs(below),
      balancer: path.targets.length === 0 ? whole.balancer : createBalancer(below, targetSlots, health),
    };
    return { prefix: path.prefix, regex: path.regex, entry };
  });
  return { ...whole, routes: routeTable(routes) };
}

function networkSet(networks: readonly string[]): CidrMap<true> {
  const set = new CidrMap<true>();
  for (const network of networks) set.set(networkOf(network), true);
  return set;
}
