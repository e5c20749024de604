import type { BanOrigin } from "./ban_wish.ts";
import type { PublishedBots } from "./bot_list.ts";
import type { ApiSchema } from "./api_schema.ts";
import type { FileScanSettings } from "./file_scan.ts";
import type { Host } from "./host.ts";
import type { ChallengeKey, ChallengeMode } from "./challenge.ts";
import type { BotSettings } from "./host_bots.ts";
import type { LearnedModel } from "./learned_model.ts";
import type { ListenerName } from "./connection.ts";
import type { UpstreamTls } from "./upstream_tls.ts";
import type { Stream } from "./stream.ts";
import type { TimedSwitch } from "./timed_switch.ts";
import type { TrustedProxy } from "./trusted_proxy.ts";
import type { Paranoia, Rule, RuleException, RuleSwitch } from "./rule.ts";

/**
 * All that a gateway thread needs to serve, as plain data. Control makes it, checks that it compiles, and sends it
 * whole; the thread compiles it beside the old one and swaps one reference. A request keeps the one it began with.
 */
export interface Snapshot {
  /** Grows by one with each publication. */
  readonly version: number;
  readonly listeners: readonly ListenerAddress[];
  readonly hosts: readonly Host[];
  readonly streams: readonly Stream[];
  /** Slot of each target's cell in shared memory, by target id; a stream's upstream has the stream's id. */
  readonly targetSlots: Readonly<Record<string, number>>;
  /** Slot of each host's alarm in shared memory, by host id. A host without one shares the global alarm. */
  readonly hostSlots: Readonly<Record<string, number>>;
  /** What operators have switched on for a while. */
  readonly switches: readonly TimedSwitch[];
  readonly rules: readonly Rule[];
  /** The model of the learned second opinion; null: none is asked. */
  readonly learned: LearnedModel | null;
  /** Rule id or family → the global switch; absent means `inherit`. */
  readonly ruleSwitches: Readonly<Record<string, RuleSwitch>>;
  readonly exceptions: readonly RuleException[];
  readonly bans: readonly Ban[];
  /** Whose word on clients is taken; replaced as a whole. */
  readonly proxies: readonly TrustedProxy[];
  readonly certificates: readonly CertificatePair[];
  /** In the order of their hosts' lists. */
  readonly schemas: readonly ApiSchema[];
  /** Served for names that no certificate covers: the local CA's fallback. */
  readonly fallbackCertificate: CertificatePair;
  /** By host id, of hosts that say how their targets are spoken to over TLS. */
  readonly upstreamTls: Readonly<Record<string, UpstreamTls>>;
  /** Newest first: that one signs, all of them are believed. */
  readonly challengeKeys: readonly ChallengeKey[];
  readonly publishedBots: PublishedBots;
  readonly settings: GatewaySettings;
}

export interface ListenerAddress {
  readonly name: ListenerName;
  readonly hostname: string;
  readonly port: number;
  /** The port as configured: 0 where any free one was asked for and `port` is what was given. */
  readonly asked: number;
  /** HTTP/2 by prior knowledge is taken in the clear (RFC 9113, 3.3); without it only HTTP/1.1. */
  readonly h2c?: boolean;
  /** Networks whose connections must begin with a PROXY header; absent: none is read from anybody. */
  readonly proxy_protocol?: readonly string[];
}

export interface CertificatePair {
  readonly id: string;
  /** DNS names and addresses that it covers, `*.example.com` as written in it. */
  readonly names: readonly string[];
  /** Names that it is chosen for where these are not all that it covers. */
  readonly serves?: readonly string[];
  /** Leaf first, then the chain. */
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** One row of the ban table (spec 03): black lists, time-outs and bans are views of it. */
export interface Ban {
  readonly id: string;
  /** Address or CIDR. */
  readonly network: string;
  /** Host id, or null for everywhere. */
  readonly hostId: string | null;
  /** Milliseconds since 1970, or null: no end. */
  readonly expiresAt: number | null;
  readonly reason: string;
  readonly origin: BanOrigin;
}

export interface GatewaySettings {
  readonly waf: {
    readonly paranoia_level: Paranoia;
    readonly threshold: number;
    /** Bytes of a body that are held and parsed as a whole before the upstream sees any of it. */
    readonly inspect_body_bytes: number;
    /** Bytes of bodies under inspection in this thread at once; beyond it new bodies get `overload`. */
    readonly inspect_total_bytes: number;
  };
  readonly server: ServerSettings;
  readonly upstreams: { readonly allow_private: boolean };
  /** What an unknown Host gets. */
  readonly default_site: DefaultSite;
  readonly ban_answer: "403" | "close";
  readonly bots: BotSettings;
  readonly file_scan: FileScanSettings;
  /** Of hosts that name no mode. */
  readonly challenge: { readonly mode: ChallengeMode };
  readonly whitelist_cidrs: readonly string[];
  readonly blacklist_cidrs: readonly string[];
  /** ISO 3166-1 alpha-2. Whoever comes from these is refused … */
  readonly blocked_countries: readonly string[];
  /** … and, where there are any, whoever does not come from these. A host's own list stands in its place. */
  readonly allowed_countries: readonly string[];
  readonly toggles: Toggles;
  /** Concurrent connections of one client over all threads; 0: not tracked. */
  readonly l4_conn_limit: number;
  /** Requests a second of one client over all hosts, and so many at once after a pause; a rate of 0: no limit. */
  readonly l7_rate_limit: number;
  readonly l7_burst_limit: number;
  /** Keys the hashes that stand for secret values in findings; hex, 32 bytes. */
  readonly hashKey: string;
}

/** Whole parts, each on or off from the next request on (spec 03, Toggles). */
export interface Toggles {
  /** The rule engine. */
  readonly waf: boolean;
  /** Challenges but those that load or an attack force. */
  readonly challenge: boolean;
  /** What is judged by figures: far more requests than usual, and clients' behaviour. */
  readonly anomaly: boolean;
  /** Rows and sums of allowed requests; refusals and findings are always kept. */
  readonly stats: boolean;
  /** Look-ups of countries, and what is refused by them. */
  readonly geoip: boolean;
}

export type DefaultSite =
  | { readonly kind: "421" }
  | { readonly kind: "404" }
  | { readonly kind: "close" }
  | { readonly kind: "redirect"; readonly url: string };

/** Limits of a listener, in force before the host is known (spec 06 `server`, spec 01 `timeouts`). */
export interface ServerSettings {
  readonly max_header_bytes: number;
  readonly max_header_fields: number;
  readonly max_request_line_bytes: number;
  readonly handshake_timeout_ms: number;
  /** For the whole head, from its first byte. */
  readonly head_timeout_ms: number;
  /** Between requests of a connection. */
  readonly idle_timeout_ms: number;
  /** Without progress of the request body. */
  readonly body_timeout_ms: number;
  /** Without progress of a write. */
  readonly write_timeout_ms: number;
  /** Bytes a second that a body must keep up after `min_body_rate_after_ms`. */
  readonly min_body_rate: number;
  readonly min_body_rate_after_ms: number;
  /** Open connections of one thread; beyond it new ones are closed at accept. */
  readonly max_connections: number;
  readonly shutdown_timeout_ms: number;
}

export const DEFAULT_SERVER_SETTINGS: ServerSettings = Object.freeze({
  max_header_bytes: 65_536,
  max_header_fields: 128,
  max_request_line_bytes: 8_192,
  handshake_timeout_ms: 5_000,
  head_timeout_ms: 5_000,
  idle_timeout_ms: 120_000,
  body_timeout_ms: 60_000,
  write_timeout_ms: 60_000,
  min_body_rate: 240,
  min_body_rate_after_ms: 10_000,
  max_connections: 50_000,
  shutdown_timeout_ms: 30_000,
});
