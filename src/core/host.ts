import { type ClientAuth, DEFAULT_CLIENT_AUTH } from "./client_auth.ts";
import { DEFAULT_HOST_CHALLENGE, type HostChallenge } from "./challenge.ts";
import { type Compression, DEFAULT_COMPRESSION } from "./compression.ts";
import type { Cors } from "./cors.ts";
import { DEFAULT_ERROR_PAGES, type ErrorPages } from "./error_pages.ts";
import type { EvidenceHours } from "./evidence.ts";
import { type HeaderEdits, NO_HEADER_EDITS } from "./header_edits.ts";
import { DEFAULT_HOST_FILE_SCAN, type HostFileScan } from "./file_scan.ts";
import { DEFAULT_HOST_BOTS, type HostBots } from "./host_bots.ts";
import type { HostKind, HostRedirect } from "./host_kind.ts";
import type { HostPath } from "./host_path.ts";
import { DEFAULT_RESPONSE_FILTER, type ResponseFilter } from "./response_filter.ts";
import type { RateRule } from "./rate_rule.ts";
import type { Transform } from "./transform.ts";
import {
  type Adaptive,
  type Canary,
  DEFAULT_ADAPTIVE,
  DEFAULT_CANARY,
  type RateLimit,
} from "./host_traffic.ts";
import { DEFAULT_TIMEOUTS, type HostTimeouts } from "./host_timeouts.ts";
import type { HostWaf } from "./host_waf.ts";
import type { Target } from "./target.ts";

/** A host after validation, all defaults filled in (spec 01, Hosts). Field names are the contract of REST and YAML. */
export interface Host {
  readonly id: string;
  /**
   * Exact names or `*.example.com`, lower case, A-labels, without port. `*` alone (only from `--to` and the short
   * form of aegis.yml, which describe one host) answers for every name that no other host has.
   */
  readonly domains: readonly string[];
  readonly enabled: boolean;
  readonly notes: string;
  readonly kind: HostKind;
  /** Of a redirect host; null for others. */
  readonly redirect: HostRedirect | null;
  /** None for redirect and dead hosts. */
  readonly targets: readonly Target[];
  /** How requests spread over the targets. */
  readonly balance: "round-robin" | "least-connections" | "ip-hash" | "random-two-choices";
  readonly circuit_breaker: CircuitBreaker;
  readonly canary: Canary;
  /** null: no limit. */
  readonly rate_limit: RateLimit | null;
  readonly adaptive: Adaptive;
  /** Behind `rate_limit`, in order. */
  readonly rate_rules: readonly RateRule[];
  readonly health: HealthCheck;
  /** The client's Host is passed on; else the target's own authority. */
  readonly preserve_host: boolean;
  /** Upgrades are allowed. */
  readonly websocket: boolean;
  readonly force_https: boolean;
  readonly hsts: Hsts;
  readonly tls_min_version: "1.2" | "1.3";
  /** `auto`: the stored certificate that matches, else the local CA. `none`: not served over TLS by its own. */
  readonly certificate: "none" | "auto" | "custom";
  /** Of `custom`: the stored certificate that this host is bound to; null else. */
  readonly certificate_id: string | null;
  /** Certificates that clients show to come in. */
  readonly client_auth: ClientAuth;
  /** How this host's targets are spoken to over TLS. */
  readonly mtls_upstream: MtlsUpstream;
  readonly timeouts: HostTimeouts;
  /** 0: no limit. */
  readonly max_body_bytes: number;
  /** Empty: all. */
  readonly allowed_methods: readonly string[];
  /** Value of the `server` header; empty: none. */
  readonly server_header: string;
  readonly security_headers: "off" | "standard" | "aggressive";
  readonly response_filter: ResponseFilter;
  /** null: the target answers for itself, and nothing is touched. */
  readonly cors: Cors | null;
  readonly waf: HostWaf;
  readonly bots: HostBots;
  readonly file_scan: HostFileScan;
  /** Hours that whole requests which rules refused, or would have, are kept sealed for replay. */
  readonly evidence: EvidenceHours;
  /** Paths that are served in another way than the rest. */
  readonly paths: readonly HostPath[];
  readonly request_headers: HeaderEdits;
  /** Of proxied answers. */
  readonly response_headers: HeaderEdits;
  /** In order, behind the header edits. */
  readonly transforms: readonly Transform[];
  readonly error_pages: ErrorPages;
  readonly compression: Compression;
  readonly challenge: HostChallenge;
  readonly whitelist_cidrs: readonly string[];
  readonly blacklist_cidrs: readonly string[];
  /** ISO 3166-1 alpha-2: besides the global ones. */
  readonly blocked_countries: readonly string[];
  /** Where there are any, only these may come in; instead of the global ones. */
  readonly allowed_countries: readonly string[];
  /** What holds while the maintenance page is switched on (core/timed_switch.ts). */
  readonly maintenance: Maintenance;
  /** `database` is editable; `file` (declared in aegis.yml) and `docker` (labels of containers) are read-only here. */
  readonly origin: "database" | "file" | "docker";
  /** Milliseconds since 1970. */
  readonly created_at: number;
  readonly updated_at: number;
  /** Grows by one with each change; REST shows it as ETag. */
  readonly version: number;
}

export interface Maintenance {
  /** Addresses and networks that see the site as ever. */
  readonly exempt_cidrs: readonly string[];
}

/** Towards targets over TLS; empty fields leave what is usual. */
export interface MtlsUpstream {
  /** The stored certificate that is shown to targets that ask for one; null: none. */
  readonly certificate_id: string | null;
  /** PEM of the only authorities that are believed; empty: the built-in roots. */
  readonly ca: string;
  /** Sent and verified instead of the name in the target's URL; empty: that one. */
  readonly server_name: string;
}

/** When a target is spared after failures of real traffic, and how it comes back (spec 01, Balancing and health). */
export interface CircuitBreaker {
  /** Failures in a row that open it, 1 to 32. */
  readonly failure_threshold: number;
  /** Successful probes that close it. */
  readonly success_threshold: number;
  /** How long it stays open before probes may pass. */
  readonly open_timeout_ms: number;
  /** Probes that may be under way at once. */
  readonly half_open_max_requests: number;
}

export interface HealthCheck {
  /** Empty: a TCP connect is the check. */
  readonly path: string;
  readonly interval_ms: number;
  readonly timeout_ms: number;
  readonly unhealthy_threshold: number;
  readonly healthy_threshold: number;
}

export interface Hsts {
  readonly enabled: boolean;
  /** Seconds. */
  readonly max_age: number;
  readonly include_subdomains: boolean;
  readonly preload: boolean;
}

type Identity = "id" | "domains" | "targets" | "origin" | "created_at" | "updated_at" | "version";

/**
 * Every field that a host may leave out, as it then is (spec 01, Hosts). A host stored by an earlier version lacks the
 * fields that came later: it is read over these.
 */
export const HOST_DEFAULTS: Omit<Host, Identity> = Object.freeze({
  enabled: true,
  notes: "",
  kind: "proxy",
  redirect: null,
  balance: "round-robin",
  health: Object.freeze({
    path: "",
    interval_ms: 10_000,
    timeout_ms: 3_000,
    unhealthy_threshold: 3,
    healthy_threshold: 2,
  }),
  circuit_breaker: Object.freeze({
    failure_threshold: 5,
    success_threshold: 3,
    open_timeout_ms: 30_000,
    half_open_max_requests: 3,
  }),
  canary: DEFAULT_CANARY,
  rate_limit: null,
  adaptive: DEFAULT_ADAPTIVE,
  rate_rules: Object.freeze([]),
  preserve_host: true,
  websocket: true,
  force_https: false,
  hsts: Object.freeze({ enabled: false, max_age: 31_536_000, include_subdomains: false, preload: false }),
  tls_min_version: "1.2",
  certificate: "auto",
  certificate_id: null,
  client_auth: DEFAULT_CLIENT_AUTH,
  mtls_upstream: Object.freeze({ certificate_id: null, ca: "", server_name: "" }),
  timeouts: DEFAULT_TIMEOUTS,
  max_body_bytes: 0,
  allowed_methods: Object.freeze([]),
  server_header: "aegis",
  security_headers: "standard",
  response_filter: DEFAULT_RESPONSE_FILTER,
  cors: null,
  waf: Object.freeze({
    mode: "detect",
    paranoia: null,
    threshold: null,
    rules: Object.freeze({}),
    learned: "score",
    response_bodies: false,
  }),
  bots: DEFAULT_HOST_BOTS,
  file_scan: DEFAULT_HOST_FILE_SCAN,
  evidence: "off",
  paths: Object.freeze([]),
  request_headers: NO_HEADER_EDITS,
  response_headers: NO_HEADER_EDITS,
  transforms: Object.freeze([]),
  error_pages: DEFAULT_ERROR_PAGES,
  compression: DEFAULT_COMPRESSION,
  challenge: DEFAULT_HOST_CHALLENGE,
  whitelist_cidrs: Object.freeze([]),
  blacklist_cidrs: Object.freeze([]),
  blocked_countries: Object.freeze([]),
  allowed_countries: Object.freeze([]),
  maintenance: Object.freeze({ exempt_cidrs: Object.freeze([]) }),
});
