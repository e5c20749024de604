import { z } from "zod";
import { CDN_NAMES } from "../../core/trusted_proxy.ts";
import { ProxyEntry } from "../../config/proxy_schema.ts";
import { BotSettings } from "../../config/bots_schema.ts";
import { FileScan } from "../../config/file_scan_schema.ts";
import { ChallengeSettings } from "../../config/challenge_schema.ts";
import { Countries } from "../../config/country_schema.ts";
import { Cidr } from "../../config/fields.ts";
import { RuleSetKeys } from "../../config/rule_set_keys.ts";
import { nothing, paranoia } from "./common.ts";
import { contract } from "../operation_contract.ts";

const cidrs = z.array(Cidr).max(10_000);
const milliseconds = z.int().min(100).max(86_400_000);

const defaultSite = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("421") }),
  z.strictObject({ kind: z.literal("404") }),
  z.strictObject({ kind: z.literal("close") }),
  z.strictObject({ kind: z.literal("redirect"), url: z.url({ protocol: /^https?$/ }).max(2_048) }),
]);

const waf = z.strictObject({
  paranoia_level: paranoia,
  /** Points from which a request is refused. */
  threshold: z.int().min(1).max(1_000),
  inspect_body_bytes: z.int().min(1_024).max(16_777_216),
  inspect_total_bytes: z.int().min(1_048_576).max(1_073_741_824),
  /** Findings of refused requests from this severity on count towards an automatic block. */
  auto_blacklist_min_severity: z.enum(["off", "low", "medium", "high", "critical"]),
  /** `timeout` ends by itself, `blacklist` does not. */
  auto_blacklist_action: z.enum(["timeout", "blacklist"]),
  auto_blacklist_scope: z.enum(["host", "global"]),
  auto_blacklist_timeout_seconds: z.int().min(60).max(86_400),
  /** Public keys (Ed25519, base64) whose rule sets may be taken; none: only the one that comes with Aegis serves. */
  rule_set_keys: RuleSetKeys,
});

const server = z.strictObject({
  max_header_bytes: z.int().min(1_024).max(1_048_576),
  max_header_fields: z.int().min(16).max(1_024),
  max_request_line_bytes: z.int().min(1_024).max(65_536),
  handshake_timeout_ms: milliseconds,
  head_timeout_ms: milliseconds,
  idle_timeout_ms: milliseconds,
  body_timeout_ms: milliseconds,
  write_timeout_ms: milliseconds,
  min_body_rate: z.int().min(0).max(1_000_000),
  min_body_rate_after_ms: milliseconds,
  max_connections: z.int().min(16).max(1_000_000),
  shutdown_timeout_ms: milliseconds,
});

const log = z.strictObject({
  retention_days: z.int().min(1).max(3_650),
  /** Bytes; the oldest allowed rows leave first. */
  max_size: z.int().min(10_485_760),
});

const upstreams = z.strictObject({
  /** Targets on private and loopback addresses are allowed. */
  allow_private: z.boolean(),
});

/** Whole parts on or off. */
const toggles = z.strictObject({
  waf: z.boolean(),
  geoip: z.boolean(),
  challenge: z.boolean(),
  anomaly: z.boolean(),
  /** Rows and sums of allowed requests; refusals and findings are always kept. */
  stats: z.boolean(),
});

/** Whose word on a client's address is taken. */
const proxies = z.strictObject({
  trusted: z.array(ProxyEntry).max(1_000),
  /** Content delivery whose published networks are trusted. */
  cdn: z.array(z.enum(CDN_NAMES)).max(CDN_NAMES.length),
  /** What is found in other programs' lists is trusted without asking; nothing wider than /16, or /32 in IPv6. */
  auto_trust: z.boolean(),
});

const fields = {
  ban_answer: z.enum(["403", "close"]),
  default_site: defaultSite,
  whitelist_cidrs: cidrs,
  blacklist_cidrs: cidrs,
  blocked_countries: Countries,
  allowed_countries: Countries,
  /** Connections of one client at once; 0: no limit. */
  l4_conn_limit: z.int().min(0).max(100_000),
  /** Requests a second of one client over all hosts, scaled by its reputation; 0: no limit. */
  l7_rate_limit: z.int().min(0).max(1_000_000),
  /** So many at once after a pause. */
  l7_burst_limit: z.int().min(1).max(1_000_000),
};

/** All settings that are in force, defaults filled in. */
export const settings = z.strictObject({
  waf,
  file_scan: FileScan,
  challenge: ChallengeSettings,
  bots: BotSettings,
  server,
  log,
  upstreams,
  proxies,
  toggles,
  ...fields,
});

/** What changes; `null` takes a value back to its default. */
export const settingsPatch = z.strictObject({
  waf: nullable(waf),
  file_scan: nullable(FileScan),
  challenge: nullable(ChallengeSettings),
  bots: nullable(BotSettings),
  server: nullable(server),
  log: nullable(log),
  upstreams: nullable(upstreams),
  proxies: nullable(proxies),
  toggles: nullable(toggles),
  ...nullable(z.strictObject(fields)).unwrap().shape,
}).partial();

function nullable<S extends Record<string, z.ZodType>>(group: z.ZodObject<S>) {
  const shape = Object.fromEntries(
    Object.entries(group.shape).map(([key, value]) => [key, value.nullable().optional()]),
  ) as { [K in keyof S]: z.ZodOptional<z.ZodNullable<S[K]>> };
  return z.strictObject(shape).optional();
}

export const settingsContract = {
  "settings.get": contract({
    summary: "All settings that are in force",
    role: "viewer",
    changes: false,
    input: nothing,
    output: settings,
  }),
  "settings.fixed": contract({
    summary: "Settings that the configuration file fixes; they are changed there",
    role: "viewer",
    changes: false,
    input: nothing,
    output: z.strictObject({
      /** As `proxies.trusted`. */
      keys: z.array(z.string()),
    }),
  }),
  "settings.update": contract({
    summary: "Change settings; null takes one back to its default",
    role: "admin",
    changes: true,
    input: z.strictObject({ patch: settingsPatch }),
    output: settings,
  }),
};
