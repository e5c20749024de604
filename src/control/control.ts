import { LocalCa } from "../certificates/local_ca.ts";
import type { Config } from "../config/config.ts";
import type { AddressLists } from "../core/address_list.ts";
import type { Clock } from "../core/clock.ts";
import { errorText } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import type { Notice } from "../core/notice.ts";
import type { Logger } from "../core/ports.ts";
import { ALARM_HOSTS } from "../gateway/shared_alarm.ts";
import type { UpstreamTransport } from "../gateway/upstream/transport.ts";
import type { UpstreamTls } from "../core/upstream_tls.ts";
import type { Stream } from "../core/stream.ts";
import type { CertificatePair, ListenerAddress, Snapshot } from "../core/snapshot.ts";
import type { Lookup } from "../gateway/upstream/resolver.ts";
import { systemLookup } from "../gateway/upstream/resolver.ts";
import { LoginLimiter } from "../identity/login_limiter.ts";
import { PasswordHasher } from "../identity/passwords.ts";
import { type AddressWords, contains, parseCidr } from "../lib/ip.ts";
import type { Store } from "../store/store.ts";
import { adminCertificate, hostCertificates, kept } from "./host_certificates.ts";
import { servedHosts } from "./canary.ts";
import { withFound } from "./host_sources.ts";
import type { GeoSource } from "./geo/geo_source.ts";
import { type ChallengeFigures, NO_CHALLENGES } from "./challenge.ts";
import { challengeKeys } from "./challenge_keys.ts";
import { LiveTail } from "./live.ts";
import { Notices } from "./notices.ts";
import { Sender } from "./notifications/sender.ts";
import type { OperationOutput } from "./operation.ts";
import { UPLOADED } from "./certificate_choice.ts";
import { BanHitBook } from "./ban_hits.ts";
import { BanDesk } from "./ban_wishes.ts";
import { BotListBook } from "./bot_lists/bot_list_book.ts";
import { ClockWatch } from "./clock_watch.ts";
import { BanOffers } from "./lists/ban_offers.ts";
import { ListKeeper } from "./lists/list_keeper.ts";
import { Publisher } from "./publisher.ts";
import { RuleCatalogue } from "./rule_catalogue.ts";
import { RuleTester } from "./rule_tester.ts";
import { type AlarmFigures, NO_ALARM } from "./alarm_watch.ts";
import { type LimitFigures, NO_LIMITS } from "./limit_figures.ts";
import { type AnalystFigures, NO_ANALYST } from "./analyst_link.ts";
import { fetchOverNetwork, type FetchText } from "./proxies/cdn_fetch.ts";
import { ProxyBook } from "./proxies/proxy_book.ts";
import { NO_TRAFFIC, type TrafficFigures } from "./traffic_watch.ts";
import { type StreamStates, type TryStreamPort, tryStreamPort } from "./stream_ports.ts";
import { takeDeclaredSchemas } from "./schemas/declared_schemas.ts";
import { restoreRelease } from "./releases/releases.ts";
import { SchemaShelf } from "./schemas/schema_shelf.ts";
import { SetupToken } from "./setup_token.ts";
import { upstreamTls } from "./upstream_tls.ts";
import { gatewaySettings, type Settings, settingsInForce } from "./settings.ts";

/** What the active checks know of targets. */
export interface TargetStates {
  state(targetId: string): TargetState;
}

export interface TargetState {
  /** null: not checked yet. */
  readonly up: boolean | null;
  /** Why it is down, or how it answered; for people. */
  readonly text: string;
  /** Milliseconds since 1970, of the last check and of the last change from up to down or back. */
  readonly checked_at: number | null;
  readonly since: number | null;
}

/** What only the running process knows; the offline CLI gives what it has. */
export type SystemFacts = Omit<
  OperationOutput<"system.status">,
  "database" | "snapshot_version" | "ruleset_version" | "automatic_bans"
>;

export interface ControlParts {
  readonly store: Store;
  readonly clock: Clock;
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

/** What operations work with. One for a process; the faces only hand it to `perform`. */
export interface Control {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: Config;
  readonly targets: TargetStates;
  readonly traffic: TrafficFigures;
  readonly alarm: AlarmFigures;
  readonly limits: LimitFigures;
  challenges(): ChallengeFigures;
  readonly analyst: AnalystFigures;
  readonly proxies: ProxyBook;
  readonly botLists: BotListBook;
  readonly fetchText: FetchText;
  readonly transport: UpstreamTransport;
  readonly lookup: Lookup;
  readonly publisher: Publisher;
  readonly localCa: LocalCa;
  readonly live: LiveTail;
  /** What addresses are looked up in; null while nothing runs. */
  readonly geo: GeoSource | null;
  readonly rules: RuleCatalogue;
  readonly schemas: SchemaShelf;
  readonly ruleTester: RuleTester;
  readonly setupToken: SetupToken;
  /** What bans and lists did. */
  readonly banHits: BanHitBook;
  /** Subscribed address lists; started by who runs gateways. */
  readonly lists: ListKeeper;
  /** Tells CrowdSec of bans; started by who runs gateways. */
  readonly banOffers: BanOffers;
  /** Bans last as long as they should when somebody sets the clock. */
  readonly clockWatch: ClockWatch;
  /** Where wishes for bans become bans. */
  readonly banDesk: BanDesk;
  /** Connections of this address are those of many clients: it is never banned for what they do. */
  isTrustedProxy(address: AddressWords): boolean;
  readonly signIns: LoginLimiter;
  readonly passwords: PasswordHasher;
  /** Settings in force. */
  settings(): Settings;
  /** How a host's targets are spoken to over TLS; null: as usual. */
  upstreamTls(host: Host): UpstreamTls | null;
  /** Of file and database, and of containers where those leave them their domains. */
  hosts(): readonly Host[];
  /** Of file and database. */
  streams(): readonly Stream[];
  readonly streamStates: StreamStates;
  /** Why nobody can listen on an address now, or null. */
  readonly tryPort: TryStreamPort;
  /** What gateways serve by, renewed where needed. */
  hostCertificates(): ReturnType<typeof hostCertificates>;
  /** Those of the local CA among them: what each is kept under, and its names. */
  localCertificates(): ReturnType<typeof kept>;
  /** The administration's own, renewed where needed. */
  adminCertificate(): CertificatePair;
  /** Keys the hashes that stand for secret values in findings; hex, 32 bytes. */
  hashKey(): string;
  facts(): SystemFacts;
  readonly notices: Notices;
  /** Tells people, by mail and webhook as they have set it up. Never throws and never waits. */
  notify(notice: Notice): void;
  readConfig(): Config | Promise<Config>;
  /** What `readConfig` read was refused later, by the gateways. */
  refusedConfig(why: unknown): void;
  /** Takes another configuration; what was started by the old one (listeners of admin, paths) stays as it is. */
  useConfig(config: Config): void;
}

/** Joins the parts. Nothing is sent before `publishAll`. */
export function createControl(parts: ControlParts): Control {
  const { store, clock } = parts;
  let config = parts.config;
  const localCa = new LocalCa({ secrets: store.secrets, shelf: store.certificates, clock });
  const rules = new RuleCatalogue(store.customRules, undefined, () => config.rules);
  const schemas = new SchemaShelf(store.apiSchemas);
  const notices = new Notices({
    store,
    clock,
    logger: parts.logger,
    sender: new Sender({
      transport: parts.transport,
      clock,
      lookup: parts.lookup ?? systemLookup,
      allowPrivate: () => control.settings().upstreams.allow_private,
    }),
    declared: () => config.webhook_url,
    instance: () => "aegis",
  });
  const certificateInputs = (hosts: readonly Host[]) => ({
    ca: localCa,
    config,
    hosts,
    stored: store.certificates.ofOrigin(UPLOADED),
    now: clock.now(),
  });
  const control: Control = {
    store,
    clock,
    logger: parts.logger,
    targets: parts.targets,
    traffic: parts.traffic ?? NO_TRAFFIC,
    alarm: parts.alarm ?? NO_ALARM,
    limits: parts.limits ?? NO_LIMITS,
    challenges: () => parts.challenges?.() ?? NO_CHALLENGES,
    analyst: parts.analyst ?? NO_ANALYST,
    proxies: new ProxyBook({
      config: () => config,
      settings: () => control.settings(),
      cdnNetworks: store.cdnNetworks,
      now: () => clock.now(),
      readFile: (path) => Deno.readTextFileSync(path),
    }),
    botLists: new BotListBook(store.botLists),
    fetchText: parts.fetchText ?? fetchOverNetwork,
    transport: parts.transport,
    lookup: parts.lookup ?? systemLookup,
    get config() {
      return config;
    },
    geo: parts.geo ?? null,
    localCa,
    rules,
    schemas,
    ruleTester: new RuleTester(),
    live: new LiveTail({
      watch: parts.watch,
      ruleName: (id) => rules.nameOf(id),
      mask: () => config.log.mask,
    }),
    setupToken: new SetupToken(store, () => config.data_dir),
    banHits: new BanHitBook(store, clock, parts.logger),
    lists: new ListKeeper({
      store,
      clock,
      logger: parts.logger,
      transport: parts.transport,
      share: (lists) => parts.shareLists?.(lists),
      isOffline: () => config.offline,
    }),
    banOffers: new BanOffers({
      store,
      clock,
      logger: parts.logger,
      transport: parts.transport,
      isOffline: () => config.offline,
    }),
    clockWatch: new ClockWatch(clock, (ms) => followClock(control, ms)),
    banDesk: new BanDesk({
      store,
      clock,
      logger: parts.logger,
      settings: () => control.settings(),
      hosts: () => control.hosts(),
      isTrustedProxy: (address) => control.isTrustedProxy(address),
      checkClock: () => control.clockWatch.check(),
      notify: (notice) => notices.notify(notice),
      prepare: () => control.publisher.prepare(),
    }),
    isTrustedProxy: (address) =>
      isProxySender(control.publisher.current, address) || control.proxies.isTrusted(address),
    signIns: new LoginLimiter(clock),
    passwords: new PasswordHasher(),
    publisher: new Publisher({
      store,
      clock,
      targetCells: parts.targetCells,
      alarmHosts: ALARM_HOSTS,
      listeners: () => parts.listeners(config),
      hosts: () => servedHosts(control),
      streams: () => control.streams(),
      rules: () => rules.all(),
      learned: () => rules.learned,
      schemas: () => schemas.published(),
      settings: () => gatewaySettings(control.settings(), control.hashKey()),
      challengeKeys: () => challengeKeys(store.secrets, clock.now()),
      certificates: (hosts) => hostCertificates(certificateInputs(hosts)),
      proxies: () => control.proxies.publish(),
      publishedBots: () => control.botLists.published(),
      upstreamTls: (hosts) => upstreamTls(hosts, store.certificates.ofOrigin(UPLOADED)),
      check: (snapshot) => parts.check(snapshot),
      send: (snapshot) => parts.send(snapshot),
    }),
    settings: () => settingsInForce(config, store.settings.get()),
    upstreamTls: (host) => upstreamTls([host], store.certificates.ofOrigin(UPLOADED))[host.id] ?? null,
    hosts: () => withFound([...config.hosts, ...store.hosts.list()], parts.found?.() ?? []),
    hostCertificates: () => hostCertificates(certificateInputs(control.hosts())),
    localCertificates: () => kept(certificateInputs(control.hosts())),
    adminCertificate: () => adminCertificate(certificateInputs(control.hosts())),
    streams: () => [...config.streams, ...store.streams.list()],
    streamStates: parts.streams,
    tryPort: parts.tryPort ?? tryStreamPort,
    hashKey: () => secretOf(store, "hash_key"),
    facts: () => parts.facts(),
    notices,
    notify: (notice) => notices.notify(notice),
    readConfig: () => parts.readConfig(),
    refusedConfig: (why) => parts.refusedConfig(why),
    useConfig: (next) => {
      config = next;
    },
  };
  restoreRelease(control);
  return control;
}

/**
 * The machine's clock was set: what is stored with an end on it ends as late as before, here and in the gateways. False:
 * the table takes nothing now (a full disk).
 */
function followClock(control: Control, ms: number): boolean {
  const { store, logger, publisher } = control;
  logger.warn("the clock was set; bans last as long as before", { by_ms: ms });
  try {
    store.bans.shift(ms);
  } catch (thrown) {
    logger.error("bans could not follow the clock", { error: errorText(thrown) });
    return false;
  }
  if (publisher.version === 0) return true;
  publishAll(control).catch((thrown) =>
    logger.error("bans could not follow the clock", { error: errorText(thrown) })
  );
  return true;
}

/** Puts everything in force that is stored: at the start, after a reload, when certificates were renewed. */
export async function publishAll(control: Control): Promise<void> {
  const send = control.store.transaction(() => {
    takeDeclaredSchemas(control);
    return control.publisher.prepare();
  });
  await send();
}

/** True for those whose PROXY header says which client a connection is of. */
function isProxySender(snapshot: Snapshot | null, address: AddressWords): boolean {
  const senders = [
    ...snapshot?.listeners.flatMap((listener) => listener.proxy_protocol ?? []) ?? [],
    ...snapshot?.streams.flatMap((stream) => stream.proxy_protocol.senders) ?? [],
  ];
  return senders.some((sender) => {
    const cidr = parseCidr(sender);
    return cidr !== null && contains(cidr, address);
  });
}

/** 32 random bytes in hex, made when first asked for. */
function secretOf(store: Store, name: string): string {
  const known = store.secrets.get(name);
  if (known !== null) return known;
  const made = crypto.getRandomValues(new Uint8Array(32)).toHex();
  store.secrets.set(name, made);
  return made;
}
