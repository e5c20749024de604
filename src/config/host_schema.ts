import { z } from "zod";
import { HOST_DEFAULTS } from "../core/host.ts";
import { TARGET_DEFAULTS } from "../core/target.ts";
import { BotsInput, BotsPatch } from "./bots_schema.ts";
import { Evidence } from "./evidence_schema.ts";
import { HostFileScan, HostFileScanInput } from "./file_scan_schema.ts";
import { ChallengeFields, ChallengeInput, ChallengePath } from "./challenge_schema.ts";
import { CompressionFields } from "./compression_schema.ts";
import { Countries } from "./country_schema.ts";
import { CorsInput, CorsPatch } from "./cors_schema.ts";
import { ErrorPagesFields } from "./error_pages_schema.ts";
import { kindCheck } from "./kind_check.ts";
import { HOST_KINDS } from "../core/host_kind.ts";
import { HeaderEditsFields, HeaderEditsInput } from "./header_edits_schema.ts";
import { RedirectInput } from "./redirect_schema.ts";
import { ResponseFilterInput, ResponseFilterPatch } from "./response_filter_schema.ts";
import { RateRuleList } from "./rate_rule_schema.ts";
import { TransformList } from "./transform_schema.ts";
import { PathInput, PathList } from "./path_schema.ts";
import {
  CertificateBundle,
  Cidr,
  complain,
  Domain,
  HeaderValue,
  Method,
  normalDomain,
  RevocationLists,
  TargetUrl,
} from "./fields.ts";
import {
  Adaptive,
  AdaptiveInput,
  Canary,
  CanaryInput,
  RateLimitInput,
  RateLimitPatch,
} from "./host_traffic_schema.ts";

/**
 * A host as people write it: in aegis.yml, in REST and in the form. `HostInput` fills in the defaults of spec 01;
 * `HostPatch` changes what it names and nothing else, inside nested objects too.
 */

const ms = (most: number) => z.number().int().min(1).max(most);
const DAY_MS = 86_400_000;

const TargetInput = z.strictObject({
  url: TargetUrl,
  weight: z.number().int().min(1).max(1000).default(TARGET_DEFAULTS.weight),
  backup: z.boolean().default(TARGET_DEFAULTS.backup),
  role: z.enum(["primary", "canary"]).default(TARGET_DEFAULTS.role),
  verify_tls: z.boolean().default(TARGET_DEFAULTS.verify_tls),
  protocol: z.enum(["http1", "h2"]).default(TARGET_DEFAULTS.protocol),
});

const Health = z.strictObject({
  path: z.string().max(2048).check(complain((path: string) => {
    if (path === "" || /^\/[\x21-\x7e]*$/.test(path)) return null;
    return { message: `"${path}" is no path`, remedy: "write /health, or leave it empty for a TCP connect" };
  })),
  interval_ms: ms(DAY_MS),
  timeout_ms: ms(300_000),
  unhealthy_threshold: z.number().int().min(1).max(100),
  healthy_threshold: z.number().int().min(1).max(100),
});

export const CircuitBreaker = z.strictObject({
  failure_threshold: z.number().int().min(1).max(32),
  success_threshold: z.number().int().min(1).max(100),
  open_timeout_ms: ms(DAY_MS),
  half_open_max_requests: z.number().int().min(1).max(50),
});

const Hsts = z.strictObject({
  enabled: z.boolean(),
  max_age: z.number().int().min(0).max(63_072_000),
  include_subdomains: z.boolean(),
  preload: z.boolean(),
});

const Timeouts = z.strictObject({
  connect_ms: ms(300_000),
  response_head_ms: ms(DAY_MS),
  body_idle_ms: ms(DAY_MS),
  write_ms: ms(DAY_MS),
  tunnel_idle_ms: ms(7 * DAY_MS),
  tunnel_total_ms: z.number().int().min(0).max(365 * DAY_MS),
});

export const ParanoiaLevel = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export const Threshold = z.number().int().min(1).max(1000);

const Waf = z.strictObject({
  mode: z.enum(["off", "detect", "enforce"]),
  paranoia: ParanoiaLevel.nullable(),
  threshold: Threshold.nullable(),
  rules: z.record(z.string().min(1).max(120), z.enum(["on", "off", "detect", "block", "challenge"])),
  learned: z.enum(["score", "detect", "off"]),
  response_bodies: z.boolean(),
});

const CertificateId = z.string().min(1).max(128).regex(/^\S+$/, "must not contain white space").nullable();

const MtlsUpstream = z.strictObject({
  certificate_id: CertificateId,
  ca: CertificateBundle,
  server_name: z.string().max(253).overwrite(normalDomain).check(complain((name: string) => {
    if (name === "" || /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(name)) return null;
    return {
      message: `"${name}" is no name`,
      remedy: "write a name such as app.internal, or leave it empty",
    };
  })),
});

const ClientAuth = z.strictObject({
  mode: z.enum(["off", "request", "require"]),
  ca: CertificateBundle,
  crl: RevocationLists,
  subject_header: z.string().max(64).overwrite((text) => text.trim().toLowerCase()).check(
    complain((name: string) => {
      if (name === "" || /^[a-z0-9][a-z0-9-]*$/.test(name)) return null;
      return { message: `"${name}" is no name of a header`, remedy: "write a name such as x-client-subject" };
    }),
  ),
});

const Targets = z.array(TargetInput).max(256);
const MaxBodyBytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Path = PathInput({
  target: TargetInput,
  timeouts: Timeouts.partial(),
  waf: Waf.partial(),
  maxBodyBytes: MaxBodyBytes,
  challenge: ChallengePath,
});
const FIELDS = {
  domains: z.array(Domain).min(1).max(256).check(complain((domains: string[]) => {
    const twice = domains.find((name, i) => domains.indexOf(name) !== i);
    if (twice === undefined) return null;
    return { message: `"${twice}" is named twice`, remedy: "name each domain once" };
  })),
  targets: Targets,
  enabled: z.boolean(),
  notes: z.string().max(10_000),
  balance: z.enum(["round-robin", "least-connections", "ip-hash", "random-two-choices"]),
  preserve_host: z.boolean(),
  websocket: z.boolean(),
  force_https: z.boolean(),
  tls_min_version: z.enum(["1.2", "1.3"]),
  certificate: z.enum(["none", "auto", "custom"]),
  certificate_id: CertificateId,
  max_body_bytes: MaxBodyBytes,
  allowed_methods: z.array(Method).max(64),
  server_header: HeaderValue,
  security_headers: z.enum(["off", "standard", "aggressive"]),
  whitelist_cidrs: z.array(Cidr).max(10_000),
  blacklist_cidrs: z.array(Cidr).max(10_000),
  blocked_countries: Countries,
  allowed_countries: Countries,
  paths: PathList(Path),
  kind: z.enum(HOST_KINDS),
  redirect: RedirectInput.nullable(),
  transforms: TransformList,
  rate_rules: RateRuleList,
  evidence: Evidence,
};

const Maintenance = z.strictObject({ exempt_cidrs: z.array(Cidr).max(1_000) });

const BREAKER = HOST_DEFAULTS.circuit_breaker;

export const HostInput = z.strictObject({
  domains: FIELDS.domains,
  kind: FIELDS.kind.default(HOST_DEFAULTS.kind),
  redirect: FIELDS.redirect.default(HOST_DEFAULTS.redirect),
  targets: FIELDS.targets.default([]),
  enabled: FIELDS.enabled.default(HOST_DEFAULTS.enabled),
  notes: FIELDS.notes.default(HOST_DEFAULTS.notes),
  balance: FIELDS.balance.default(HOST_DEFAULTS.balance),
  health: z.strictObject({
    path: Health.shape.path.default(HOST_DEFAULTS.health.path),
    interval_ms: Health.shape.interval_ms.default(HOST_DEFAULTS.health.interval_ms),
    timeout_ms: Health.shape.timeout_ms.default(HOST_DEFAULTS.health.timeout_ms),
    unhealthy_threshold: Health.shape.unhealthy_threshold.default(HOST_DEFAULTS.health.unhealthy_threshold),
    healthy_threshold: Health.shape.healthy_threshold.default(HOST_DEFAULTS.health.healthy_threshold),
  }).prefault({}),
  canary: CanaryInput.prefault({}),
  rate_limit: RateLimitInput.default(HOST_DEFAULTS.rate_limit),
  adaptive: AdaptiveInput.prefault({}),
  circuit_breaker: z.strictObject({
    failure_threshold: CircuitBreaker.shape.failure_threshold.default(BREAKER.failure_threshold),
    success_threshold: CircuitBreaker.shape.success_threshold.default(BREAKER.success_threshold),
    open_timeout_ms: CircuitBreaker.shape.open_timeout_ms.default(BREAKER.open_timeout_ms),
    half_open_max_requests: CircuitBreaker.shape.half_open_max_requests.default(
      BREAKER.half_open_max_requests,
    ),
  }).prefault({}),
  preserve_host: FIELDS.preserve_host.default(HOST_DEFAULTS.preserve_host),
  websocket: FIELDS.websocket.default(HOST_DEFAULTS.websocket),
  force_https: FIELDS.force_https.default(HOST_DEFAULTS.force_https),
  hsts: z.strictObject({
    enabled: Hsts.shape.enabled.default(HOST_DEFAULTS.hsts.enabled),
    max_age: Hsts.shape.max_age.default(HOST_DEFAULTS.hsts.max_age),
    include_subdomains: Hsts.shape.include_subdomains.default(HOST_DEFAULTS.hsts.include_subdomains),
    preload: Hsts.shape.preload.default(HOST_DEFAULTS.hsts.preload),
  }).prefault({}),
  tls_min_version: FIELDS.tls_min_version.default(HOST_DEFAULTS.tls_min_version),
  certificate: FIELDS.certificate.default(HOST_DEFAULTS.certificate),
  certificate_id: FIELDS.certificate_id.default(HOST_DEFAULTS.certificate_id),
  client_auth: z.strictObject({
    mode: ClientAuth.shape.mode.default(HOST_DEFAULTS.client_auth.mode),
    ca: ClientAuth.shape.ca.default(HOST_DEFAULTS.client_auth.ca),
    crl: ClientAuth.shape.crl.default(HOST_DEFAULTS.client_auth.crl),
    subject_header: ClientAuth.shape.subject_header.default(HOST_DEFAULTS.client_auth.subject_header),
  }).prefault({}),
  mtls_upstream: z.strictObject({
    certificate_id: CertificateId.default(HOST_DEFAULTS.mtls_upstream.certificate_id),
    ca: MtlsUpstream.shape.ca.default(HOST_DEFAULTS.mtls_upstream.ca),
    server_name: MtlsUpstream.shape.server_name.default(HOST_DEFAULTS.mtls_upstream.server_name),
  }).prefault({}),
  timeouts: z.strictObject({
    connect_ms: Timeouts.shape.connect_ms.default(HOST_DEFAULTS.timeouts.connect_ms),
    response_head_ms: Timeouts.shape.response_head_ms.default(HOST_DEFAULTS.timeouts.response_head_ms),
    body_idle_ms: Timeouts.shape.body_idle_ms.default(HOST_DEFAULTS.timeouts.body_idle_ms),
    write_ms: Timeouts.shape.write_ms.default(HOST_DEFAULTS.timeouts.write_ms),
    tunnel_idle_ms: Timeouts.shape.tunnel_idle_ms.default(HOST_DEFAULTS.timeouts.tunnel_idle_ms),
    tunnel_total_ms: Timeouts.shape.tunnel_total_ms.default(HOST_DEFAULTS.timeouts.tunnel_total_ms),
  }).prefault({}),
  max_body_bytes: FIELDS.max_body_bytes.default(HOST_DEFAULTS.max_body_bytes),
  allowed_methods: FIELDS.allowed_methods.default([...HOST_DEFAULTS.allowed_methods]),
  server_header: FIELDS.server_header.default(HOST_DEFAULTS.server_header),
  security_headers: FIELDS.security_headers.default(HOST_DEFAULTS.security_headers),
  response_filter: ResponseFilterInput.prefault({}),
  cors: CorsInput.default(null),
  bots: BotsInput.prefault({}),
  file_scan: HostFileScanInput.prefault({}),
  evidence: FIELDS.evidence.default(HOST_DEFAULTS.evidence),
  waf: z.strictObject({
    mode: Waf.shape.mode.default(HOST_DEFAULTS.waf.mode),
    paranoia: Waf.shape.paranoia.default(HOST_DEFAULTS.waf.paranoia),
    threshold: Waf.shape.threshold.default(HOST_DEFAULTS.waf.threshold),
    rules: Waf.shape.rules.default({ ...HOST_DEFAULTS.waf.rules }),
    learned: Waf.shape.learned.default(HOST_DEFAULTS.waf.learned),
    response_bodies: Waf.shape.response_bodies.default(false),
  }).prefault({}),
  challenge: ChallengeInput.prefault({}),
  whitelist_cidrs: FIELDS.whitelist_cidrs.default([...HOST_DEFAULTS.whitelist_cidrs]),
  blacklist_cidrs: FIELDS.blacklist_cidrs.default([...HOST_DEFAULTS.blacklist_cidrs]),
  blocked_countries: FIELDS.blocked_countries.default([...HOST_DEFAULTS.blocked_countries]),
  allowed_countries: FIELDS.allowed_countries.default([...HOST_DEFAULTS.allowed_countries]),
  maintenance: z.strictObject({
    exempt_cidrs: Maintenance.shape.exempt_cidrs.default([...HOST_DEFAULTS.maintenance.exempt_cidrs]),
  }).prefault({}),
  paths: FIELDS.paths.default([]),
  request_headers: HeaderEditsInput("request").prefault({}),
  response_headers: HeaderEditsInput("response").prefault({}),
  transforms: FIELDS.transforms.default([]),
  rate_rules: FIELDS.rate_rules.default([]),
  error_pages: z.strictObject({
    pages: ErrorPagesFields.shape.pages.default({}),
    brand: ErrorPagesFields.shape.brand.default(HOST_DEFAULTS.error_pages.brand),
    logo: ErrorPagesFields.shape.logo.default(HOST_DEFAULTS.error_pages.logo),
    accent_color: ErrorPagesFields.shape.accent_color.default(HOST_DEFAULTS.error_pages.accent_color),
    contact_email: ErrorPagesFields.shape.contact_email.default(HOST_DEFAULTS.error_pages.contact_email),
    contact_url: ErrorPagesFields.shape.contact_url.default(HOST_DEFAULTS.error_pages.contact_url),
    language: ErrorPagesFields.shape.language.default(HOST_DEFAULTS.error_pages.language),
    blocked_title: ErrorPagesFields.shape.blocked_title.default(HOST_DEFAULTS.error_pages.blocked_title),
    blocked_text: ErrorPagesFields.shape.blocked_text.default(HOST_DEFAULTS.error_pages.blocked_text),
    intercept: ErrorPagesFields.shape.intercept.default(HOST_DEFAULTS.error_pages.intercept),
  }).prefault({}),
  compression: z.strictObject({
    enabled: CompressionFields.shape.enabled.default(HOST_DEFAULTS.compression.enabled),
    min_bytes: CompressionFields.shape.min_bytes.default(HOST_DEFAULTS.compression.min_bytes),
    encodings: CompressionFields.shape.encodings.default([...HOST_DEFAULTS.compression.encodings]),
  }).prefault({}),
}).check(kindCheck());

/**
 * What is absent stays as it is; lists (`domains`, `targets`, `paths`, `transforms`, `rate_rules`) and tables
 * (`waf.rules`, `error_pages.pages`, names of header edits) are replaced whole where they are named.
 */
export const HostPatch = z.strictObject({
  ...FIELDS,
  health: Health.partial(),
  circuit_breaker: CircuitBreaker.partial(),
  canary: Canary.partial(),
  rate_limit: RateLimitPatch,
  challenge: ChallengeFields.partial(),
  adaptive: Adaptive.partial(),
  hsts: Hsts.partial(),
  timeouts: Timeouts.partial(),
  client_auth: ClientAuth.partial(),
  mtls_upstream: MtlsUpstream.partial(),
  waf: Waf.partial(),
  maintenance: Maintenance.partial(),
  request_headers: HeaderEditsFields("request").partial(),
  response_headers: HeaderEditsFields("response").partial(),
  error_pages: ErrorPagesFields.partial(),
  compression: CompressionFields.partial(),
  response_filter: ResponseFilterPatch,
  cors: CorsPatch,
  bots: BotsPatch,
  file_scan: HostFileScan.partial(),
}).partial();

export { Path as PathInput };
export type HostInput = z.input<typeof HostInput>;
/** With every default filled in: a core `Host` but for `id`, `origin`, `created_at`, `updated_at` and `version`. */
export type HostFields = z.output<typeof HostInput>;
export type HostPatch = z.output<typeof HostPatch>;
export type TargetFields = z.output<typeof TargetInput>;
export type PathFields = z.output<typeof Path>;
