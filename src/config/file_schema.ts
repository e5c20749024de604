import { z } from "zod";
import { BotSettings } from "./bots_schema.ts";
import { FileScan } from "./file_scan_schema.ts";
import { ChallengeSettings } from "./challenge_schema.ts";
import { Countries } from "./country_schema.ts";
import { Cidr, complain, TargetUrl } from "./fields.ts";
import { DEFAULT_RATE_LIMIT } from "../core/host_traffic.ts";
import { CircuitBreaker, ParanoiaLevel, Threshold } from "./host_schema.ts";
import { Adaptive, burstFault, RateFields } from "./host_traffic_schema.ts";
import { FileProxies } from "./proxy_schema.ts";
import { RuleSetKeys } from "./rule_set_keys.ts";
import { PRESET_NAMES } from "./presets.ts";
import { Bytes, ClearListen, Duration, Listen, Switch, TlsListen } from "./values.ts";

/**
 * aegis.yml. Hosts, streams and rules stay raw here: `file_hosts.ts`, `file_streams.ts` and `file_rules.ts` read them,
 * block by block, hosts with the preset's defaults. Keys that belong to parts this version does not have are in `not_yet.ts`.
 */

const Port = z.number().int().min(1).max(65_535);
const Milliseconds = z.number().int().min(100).max(86_400_000);

const Server = z.strictObject({
  port: Port,
  /** For the whole head. */
  read_timeout: Duration,
  write_timeout: Duration,
  idle_timeout: Duration,
  shutdown_timeout: Duration,
  max_header_bytes: Bytes.pipe(z.number().min(1_024).max(1_048_576)),
  max_body_bytes: Bytes,
  max_header_fields: z.number().int().min(16).max(1_024),
  max_request_line_bytes: Bytes.pipe(z.number().min(1_024).max(65_536)),
  handshake_timeout_ms: Milliseconds,
  head_timeout_ms: Milliseconds,
  idle_timeout_ms: Milliseconds,
  body_timeout_ms: Milliseconds,
  write_timeout_ms: Milliseconds,
  min_body_rate: z.number().int().min(0).max(1_000_000),
  min_body_rate_after_ms: Milliseconds,
  max_connections: z.number().int().min(16).max(1_000_000),
  shutdown_timeout_ms: Milliseconds,
}).partial();

const LogLevel = z.enum(["debug", "info", "warn", "error"]);
const LogFormat = z.enum(["json", "text"]);

const DefaultSite = z.union([
  z.union([z.literal(421), z.enum(["421"])]).transform(() => ({ kind: "421" as const })),
  z.union([z.literal(404), z.enum(["404"])]).transform(() => ({ kind: "404" as const })),
  z.enum(["close"]).transform(() => ({ kind: "close" as const })),
  z.strictObject({ redirect: z.url({ protocol: /^https?$/ }).max(2_048) }).transform(({ redirect }) => ({
    kind: "redirect" as const,
    url: redirect,
  })),
], { error: "expected 421, 404, close, or redirect: URL" });

const Backend = z.strictObject({
  url: TargetUrl,
  weight: z.number().int().min(1).max(1_000).default(1),
});

const HealthCheck = z.strictObject({
  interval: Duration,
  timeout: Duration,
  path: z.string().check(complain((path: string) => {
    if (/^\/[\x21-\x7e]*$/.test(path)) return null;
    return { message: `"${path}" is no path`, remedy: "write a path such as /health" };
  })),
  unhealthy_threshold: z.number().int().min(1).max(100),
  healthy_threshold: z.number().int().min(1).max(100),
}).partial();

const ShortRateLimit = z.strictObject({
  requests_per_second: RateFields.shape.requests_per_second,
  burst: RateFields.shape.burst,
  cleanup_interval: Duration,
}).partial().check(
  complain((limit: { requests_per_second?: number | undefined; burst?: number | undefined }) => {
    const { requests_per_second, burst } = DEFAULT_RATE_LIMIT;
    return burstFault({
      requests_per_second: limit.requests_per_second ?? requests_per_second,
      burst: limit.burst ?? burst,
    });
  }),
);

const ShortAdaptive = z.strictObject({
  evaluation_interval: Duration,
  latency_threshold_ms: Adaptive.shape.latency_threshold_ms,
  reduction_factor: Adaptive.shape.reduction_factor,
  recovery_factor: Adaptive.shape.recovery_factor,
  min_rate: Adaptive.shape.min_rate,
  max_rate: Adaptive.shape.max_rate.unwrap(),
}).partial();

const ShortBreaker = z.strictObject({
  failure_threshold: CircuitBreaker.shape.failure_threshold,
  success_threshold: CircuitBreaker.shape.success_threshold,
  open_timeout: Duration,
  half_open_max_requests: CircuitBreaker.shape.half_open_max_requests,
}).partial();

export const FileSchema = z.strictObject({
  database_path: z.string().min(1),
  data_dir: z.string().min(1),
  upstream_socket_dir: z.string().min(1),
  docker: z.strictObject({ socket: z.string().min(1).default("/var/run/docker.sock") }),
  offline: Switch,
  admin_listen: Listen,
  admin_tls: Switch,
  proxy_listen: ClearListen,
  https_listen: TlsListen,
  metrics_listen: Listen,
  workers: z.union([z.number().int().min(1).max(256), z.enum(["auto"])]),
  log: z.strictObject({
    level: LogLevel,
    format: LogFormat,
    mask: Switch,
    retention_days: z.number().int().min(1).max(3_650),
    max_size: Bytes.pipe(z.number().min(10_485_760)),
  }).partial(),
  preset: z.enum(PRESET_NAMES),
  server: Server,
  development: z.strictObject({ allow_loopback_backends: Switch }).partial(),
  hosts: z.array(z.unknown()).max(10_000),
  streams: z.array(z.unknown()).max(1_000),
  rules: z.array(z.unknown()),
  waf: z.strictObject({
    paranoia_level: ParanoiaLevel,
    threshold: Threshold,
    auto_blacklist_min_severity: z.enum(["off", "low", "medium", "high", "critical"]),
    auto_blacklist_action: z.enum(["timeout", "blacklist"]),
    auto_blacklist_scope: z.enum(["host", "global"]),
    auto_blacklist_timeout_seconds: z.number().int().min(60).max(86_400),
    rule_set_keys: RuleSetKeys,
  }).partial(),
  proxies: FileProxies,
  upstreams: z.strictObject({ allow_private: Switch }),
  default_site: DefaultSite,
  ban_answer: z.enum(["403", "close"]),
  bots: BotSettings.partial(),
  file_scan: FileScan.partial(),
  challenge: ChallengeSettings,
  whitelist_cidrs: z.array(Cidr).max(10_000),
  blacklist_cidrs: z.array(Cidr).max(10_000),
  /** MaxMind databases: of countries or cities, and of networks (ASN). */
  geoip_db_path: z.string().min(1),
  geoip_asn_db_path: z.string().min(1),
  blocked_countries: Countries,
  allowed_countries: Countries,
  toggles: z.strictObject({
    waf: Switch,
    geoip: Switch,
    challenge: Switch,
    anomaly: Switch,
    stats: Switch,
  }).partial(),
  l4_conn_limit: z.number().int().min(0).max(100_000),
  l7_rate_limit: z.number().int().min(0).max(1_000_000),
  l7_burst_limit: z.number().int().min(1).max(1_000_000),
  /** The short form: one host. */
  backends: z.array(Backend).min(1).max(256),
  health_check: HealthCheck,
  rate_limit: ShortRateLimit,
  adaptive: ShortAdaptive,
  circuit_breaker: ShortBreaker,
  logging: z.strictObject({ level: LogLevel, format: LogFormat }).partial(),
  /** The short form as flat JSON. */
  listen_ports: z.array(Port).min(1).max(64),
  upstream_addr: z.string().overwrite((text) => /^unix:|:\/\//.test(text) ? text : `http://${text}`).pipe(
    TargetUrl,
  ),
}).partial();

export type FileContent = z.output<typeof FileSchema>;
