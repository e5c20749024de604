import type { LocalCa } from "../certificates/local_ca.ts";
import type { Config } from "../config/config.ts";
import type { Clock } from "../core/clock.ts";
import type { Host } from "../core/host.ts";
import type { Notice } from "../core/notice.ts";
import type { Logger } from "../core/ports.ts";
import type { UpstreamTransport } from "../gateway/upstream/transport.ts";
import type { UpstreamTls } from "../core/upstream_tls.ts";
import type { Stream } from "../core/stream.ts";
import type { CertificatePair } from "../core/snapshot.ts";
import type { Lookup } from "../gateway/upstream/resolver.ts";
import type { LoginLimiter } from "../identity/login_limiter.ts";
import type { PasswordHasher } from "../identity/passwords.ts";
import type { AddressWords } from "../lib/ip.ts";
import type { Store } from "../store/store.ts";
import type { hostCertificates, kept } from "./certificates/host_certificates.ts";
import type { GeoSource } from "./geo/geo_source.ts";
import type { ChallengeFigures } from "./shield/challenge_figures.ts";
import type { LiveTail } from "./traffic/live.ts";
import type { Notices } from "./notices.ts";
import type { BanHitBook } from "./bans/ban_hits.ts";
import type { BanDesk } from "./bans/ban_desk.ts";
import type { BotListBook } from "./bot_lists/bot_list_book.ts";
import type { ClockWatch } from "./clock_watch.ts";
import type { BanOffers } from "./lists/ban_offers.ts";
import type { ListKeeper } from "./lists/list_keeper.ts";
import type { Publisher } from "./publisher.ts";
import type { RuleCatalogue } from "./rules/rule_catalogue.ts";
import type { RuleJudge } from "./rules/rule_judge.ts";
import type { AlarmFigures } from "./shield/alarm_watch.ts";
import type { LimitFigures } from "./shield/limit_figures.ts";
import type { AnalystFigures } from "./analyst_link.ts";
import type { FetchText } from "./proxies/cdn_fetch.ts";
import type { ProxyBook } from "./proxies/proxy_book.ts";
import type { TrafficFigures } from "./targets/traffic_watch.ts";
import type { TryStreamPort } from "./streams/try_stream_port.ts";
import type { StreamStates } from "./streams/stream_states.ts";
import type { SchemaShelf } from "./schemas/schema_shelf.ts";
import type { SetupToken } from "./setup_token.ts";
import type { SystemFacts } from "./system_facts.ts";
import type { TargetStates } from "./targets/target_states.ts";
import type { Settings } from "./settings/settings_in_force.ts";

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
  /** Tries requests by hand. */
  readonly ruleJudge: RuleJudge;
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
