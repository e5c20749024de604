/**
 * What pages are given. Plain data in the shapes that the operations return; times are milliseconds since 1970, UTC.
 * Views know nothing of stores, requests or sessions.
 */
import type { SequenceRowView } from "./model_correlation.ts";
import type { BanOrigin } from "../src/core/ban_wish.ts";
import type { ExchangeAction } from "../src/core/exchange.ts";
import type { FieldError } from "../src/core/errors.ts";
import type { Host } from "../src/core/host.ts";
import type { Role } from "../src/core/role.ts";
import type { Paranoia, RuleAction, RuleSwitch, Severity } from "../src/core/rule.ts";

export type { ExchangeAction, FieldError, Paranoia, Role, RuleSwitch, Severity };
export type Theme = "system" | "light" | "dark";
export type Range = "1h" | "24h" | "7d" | "30d";

/** Who looks, and when. Every page gets one. */
export interface ViewContext {
  readonly now: number;
  /** Goes into every form and into htmx's requests. */
  readonly csrf: string;
  readonly user: { readonly id: string; readonly name: string; readonly role: Role };
  readonly theme: Theme;
  /** Single-letter keys are on. */
  readonly keys: boolean;
  readonly publicName: string;
  readonly version: string;
  /** URLs of the fingerprinted files. */
  readonly assets: AssetUrls;
  /** What stands at the top of every page. */
  readonly banners: readonly BannerView[];
  /** Settings that the configuration file fixes (`proxies.trusted`). */
  readonly fixed: readonly string[];
}

/** Something that holds for a while: switched on by a person, or found by Aegis. */
export interface BannerView {
  readonly kind: "under_attack" | "statistics" | "load" | "maintenance" | "waf_pause";
  /** null: every host. */
  readonly host_id: string | null;
  readonly host_name: string | null;
  readonly until: number | null;
}

export interface AssetUrls {
  readonly css: string;
  readonly js: string;
  readonly htmx: string;
  readonly icon: string;
}

/** A form as it comes back: what was typed, and what is wrong with it. */
export interface FormState {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
  /** What is wrong with the whole. */
  readonly message: string | null;
  /** Of a form of settings: those of its fields that take no change (components/fixed.ts). */
  readonly fixed?: readonly string[];
}

export const EMPTY_FORM: FormState = Object.freeze({ values: {}, errors: [], message: null });

/** Said once after a change; `undo` is a form that takes it back. */
export interface ToastMessage {
  readonly text: string;
  readonly undo?: { readonly action: string; readonly fields: Readonly<Record<string, string>> };
}

export interface FindingView {
  readonly source: string;
  readonly rule_id: string;
  readonly rule_name: string;
  readonly family: string;
  readonly severity: Severity;
  readonly action: RuleAction;
  readonly points: number;
  readonly phase: string;
  readonly target: string;
  readonly value: string;
  readonly steps: readonly { readonly transformation: string; readonly output: string }[];
  readonly span: readonly [number, number];
  /** What the learned model said of the value; null: it was not asked. */
  readonly learned: {
    readonly score: number;
    readonly threshold: number;
    readonly pieces: readonly { readonly start: number; readonly end: number; readonly weight: number }[];
  } | null;
}

interface RequestFacts {
  readonly id: string;
  readonly at: number;
  readonly host_id: string;
  readonly host: string;
  readonly client: string;
  /** ISO 3166-1 alpha-2; empty: not known. */
  readonly country: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly action: ExchangeAction;
  readonly reason: string | null;
  readonly detail: string;
  readonly latency_ms: number;
  readonly response_bytes: number;
  readonly count: number;
}

export interface TrafficRow extends RequestFacts {
  readonly rules: readonly { readonly id: string; readonly name: string }[];
}

/** What a refused visitor says. */
export interface MistakeReportView {
  readonly request_id: string;
  readonly at: number;
  readonly host_name: string | null;
  readonly client: string;
  readonly text: string;
  readonly method: string;
  readonly target: string;
}

export interface TrafficDetail extends RequestFacts {
  readonly report: { readonly at: number; readonly text: string } | null;
  readonly protocol: string;
  readonly scheme: string;
  readonly host_name: string | null;
  readonly country_name: string;
  readonly city: string;
  readonly asn: number | null;
  readonly organisation: string;
  readonly user_agent: string;
  readonly program: {
    readonly bot_score: number;
    readonly reasons: readonly { readonly points: number; readonly text: string }[];
    readonly fingerprint: string;
    readonly http2: string;
    readonly ja4: string;
  } | null;
  readonly request_bytes: number;
  readonly upstream_ms: number | null;
  readonly waf_ms: number;
  readonly target_id: string;
  readonly target_url: string | null;
  readonly score: number;
  readonly threshold: number;
  readonly findings: readonly FindingView[];
  /** Time of the last refusal that the row counts. */
  readonly last_at: number;
  /** The row that counts it, where it is not that row's own request. */
  readonly counted_in: string | null;
  /** Of those that the row counts. */
  readonly samples: readonly {
    readonly id: string;
    readonly at: number;
    readonly method: string;
    readonly target: string;
    readonly status: number;
    readonly detail: string;
    readonly user_agent: string;
  }[];
  /** The whole request is kept for replay. */
  readonly evidence: { readonly until: number } | null;
  readonly neighbours: { readonly newer: string | null; readonly older: string | null };
  readonly client_facts: {
    readonly requests_24h: number;
    readonly blocked_24h: number;
    readonly first_seen: number | null;
  };
}

export interface HostView extends Host {
  readonly state: "serving" | "down" | "disabled";
  readonly targets_state: readonly {
    readonly id: string;
    readonly url: string;
    readonly up: boolean | null;
    readonly text: string;
    readonly checked_at: number | null;
  }[];
  /** Ends of what is switched on for a while; null: off. */
  readonly switches: {
    readonly under_attack: number | null;
    readonly maintenance: number | null;
    readonly waf_pause: number | null;
  };
  readonly requests_24h: number;
  readonly blocked_24h: number;
  readonly detected_24h: number;
}

export interface RuleView {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly family: string;
  readonly severity: Severity;
  readonly action: RuleAction;
  readonly paranoia: Paranoia;
  readonly origin: "built-in" | "custom" | "file";
  readonly switch: RuleSwitch;
  readonly effective: "off" | "on" | "detect" | "block" | "challenge";
  readonly targets: readonly string[];
  readonly tags: readonly string[];
  readonly findings_24h: number;
}

export interface RuleDetail extends RuleView {
  readonly definition: string;
  readonly is_correlated: boolean;
  /** Of a custom rule, grows with each change. */
  readonly version: number;
  readonly tests: { readonly match: readonly unknown[]; readonly pass: readonly unknown[] };
}

export interface FamilyView {
  readonly id: string;
  readonly name: string;
  readonly rules: number;
  readonly enabled: number;
  readonly switch: RuleSwitch;
}

export interface RuleSetView {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly rules: number;
  readonly imported: number;
}

export interface BacktestView {
  readonly rule_id: string;
  readonly requests: number;
  readonly matched: number;
  readonly matched_allowed: number;
  readonly clients: number;
  readonly complete: boolean;
  readonly unseen_targets: readonly string[];
  readonly seen_whole: number;
  readonly samples: readonly {
    readonly id: string;
    readonly method: string;
    readonly host: string;
    readonly target: string;
    readonly action: ExchangeAction;
  }[];
}

export interface RuleTestResult {
  readonly matched: boolean;
  readonly verdict: "allowed" | "blocked" | "challenged" | "redirected";
  readonly action: ExchangeAction | "redirected";
  readonly mode: "off" | "detect" | "enforce";
  readonly score: number;
  readonly threshold: number;
  readonly pattern_valid: boolean;
  readonly pattern_error: string | null;
  readonly processing_us: number;
  readonly findings: readonly FindingView[];
  /** Where a sequence was run. */
  readonly sequence?: readonly SequenceRowView[] | undefined;
}

export interface ExceptionView {
  readonly id: string;
  readonly rule_id: string;
  readonly rule_name: string;
  readonly host_id: string | null;
  readonly host_name: string | null;
  readonly path: string | null;
  readonly targets: readonly string[];
  /** Of the learned second opinion: values that score higher are findings still. */
  readonly up_to_score: number | null;
  readonly note: string;
  readonly created_at: number;
  readonly created_by: string;
}

export interface BanView {
  readonly id: string;
  readonly network: string;
  readonly host_id: string | null;
  readonly host_name: string | null;
  readonly reason: string;
  readonly view: BanViewName;
  readonly origin: BanOrigin;
  readonly created_at: number;
  readonly created_by: string;
  readonly expires_at: number | null;
  readonly answered: number;
  readonly dropped: number;
  readonly last_hit_at: number | null;
  readonly removable: boolean;
}

export type BanViewName = "ban" | "ip_timeout" | "blacklist";

/** A subscribed list of addresses. */
export interface AddressListView {
  readonly id: string;
  readonly name: string;
  readonly kind: "networks" | "crowdsec";
  readonly url: string;
  readonly every_seconds: number;
  readonly enabled: boolean;
  readonly has_key: boolean;
  readonly entries: number;
  readonly left_out: number;
  readonly state: "off" | "waiting" | "fresh" | "stale" | "failed";
  readonly error: string;
  readonly tried_at: number | null;
  readonly fetched_at: number | null;
  readonly answered: number;
  readonly dropped: number;
  readonly last_hit_at: number | null;
  readonly offers: boolean;
  readonly machine: string;
  readonly has_password: boolean;
  readonly offered: number;
  readonly offered_at: number | null;
  readonly offer_error: string;
}

export interface UserView {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly enabled: boolean;
  readonly created_at: number;
  readonly last_seen_at: number | null;
}

export interface SessionView {
  readonly id: string;
  readonly user_id: string;
  readonly user_name: string;
  readonly address: string;
  readonly user_agent: string;
  readonly created_at: number;
  readonly last_seen_at: number;
  readonly expires_at: number;
}

export interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly actor_kind: string;
  readonly actor_name: string;
  readonly address: string;
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** One certificate, as the operations tell. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly not_before: number;
  readonly not_after: number;
  readonly serial: string;
  readonly fingerprint: string;
  readonly key_type: string;
  readonly self_signed: boolean;
}

export interface CertificateView extends CertificateFacts {
  readonly id: string;
  readonly chain_length: number;
  readonly created_at: number;
  readonly used_by: readonly {
    readonly host_id: string;
    readonly host_name: string;
    readonly as: "bound" | "matching" | "upstream";
  }[];
}

export interface CertificateDetail extends CertificateView {
  readonly chain: readonly CertificateFacts[];
  readonly pem: string;
}
