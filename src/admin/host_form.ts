import type { OperationInput } from "../control/operation.ts";
import type { HostTab } from "../../views/pages/hosts/editor.tsx";
import { ERROR_PAGE_KEYS } from "../core/error_pages.ts";
import type { HostKind } from "../core/host_kind.ts";
import { SECURITY_HEADERS, type SecurityHeader } from "../core/response_filter.ts";
import type { FormReader } from "./form_reader.ts";
import { readBots } from "./host_bots_form.ts";
import { readChallenge } from "./host_challenge_form.ts";
import { readHeaderEdits } from "./host_lines.ts";
import { readCanary, readLimits } from "./host_traffic_form.ts";
import { pathRows, readPaths } from "./host_path_form.ts";
import { rateRuleRows, readRateRules } from "./host_rate_rule_form.ts";
import { readTransforms, transformRows } from "./host_transform_form.ts";

type HostInput = OperationInput<"hosts.create">["host"];
type HostPatch = OperationInput<"hosts.update">["host"];
type RuleSwitches = NonNullable<NonNullable<HostPatch["waf"]>["rules"]>;

/** The short form: domains, one target, and the firewall's mode. */
export function shortHost(form: FormReader): HostInput {
  return {
    domains: form.list("domains"),
    targets: [{ url: form.text("targets.0.url") }],
    waf: { mode: form.text("waf.mode") as "detect" },
  };
}

/** A redirect host, or one that answers 404. */
export function shortHostOf(kind: HostKind, form: FormReader): HostInput {
  if (kind === "proxy") return shortHost(form);
  const domains = form.list("domains");
  return kind === "dead" ? { domains, kind } : { domains, kind, redirect: redirect(form) };
}

function redirect(form: FormReader): NonNullable<HostInput["redirect"]> {
  return {
    url: form.text("redirect.url"),
    keep_path: form.isOn("redirect.keep_path"),
    status: form.whole("redirect.status") as 301,
  };
}

/** What one tab of the editor changes. Texts that the schema refuses are passed on: it says why. */
export function hostPatch(tab: HostTab, form: FormReader): HostPatch {
  const patch = TAB_PATCHES[tab](form);
  form.done();
  return patch;
}

const TAB_PATCHES: Readonly<Record<HostTab, (form: FormReader) => HostPatch>> = {
  general: (form) => ({
    domains: form.list("domains"),
    notes: form.text("notes"),
    ...(form.has("redirect.url") ? { redirect: redirect(form) } : {}),
    ...(form.has("is_proxy")
      ? { preserve_host: form.isOn("preserve_host"), websocket: form.isOn("websocket") }
      : {}),
  }),
  paths: (form) => ({ paths: readPaths(form) }),
  transforms: (form) => ({ transforms: readTransforms(form) }),
  "error-pages": (form) => ({ error_pages: errorPages(form) }),
  limits: readLimits,
  "rate-rules": (form) => ({ rate_rules: readRateRules(form) }),
  canary: readCanary,
  targets: (form) => ({
    balance: form.text("balance") as "round-robin",
    targets: targets(form),
    mtls_upstream: {
      certificate_id: form.text("mtls_upstream.certificate_id") || null,
      ca: form.text("mtls_upstream.ca"),
      server_name: form.text("mtls_upstream.server_name"),
    },
  }),
  tls: (form) => ({
    certificate: form.text("certificate") as "auto",
    certificate_id: form.text("certificate_id") || null,
    client_auth: {
      mode: form.text("client_auth.mode") as "off",
      ca: form.text("client_auth.ca"),
      crl: form.text("client_auth.crl"),
      subject_header: form.text("client_auth.subject_header"),
    },
    tls_min_version: form.text("tls_min_version") as "1.2",
    force_https: form.isOn("force_https"),
    hsts: {
      enabled: form.isOn("hsts.enabled"),
      max_age: form.whole("hsts.max_age"),
      include_subdomains: form.isOn("hsts.include_subdomains"),
      preload: form.isOn("hsts.preload"),
    },
  }),
  protection: (form) => ({
    waf: {
      mode: form.text("waf.mode") as "detect",
      threshold: form.wholeOrNull("waf.threshold"),
      paranoia: form.wholeOrNull("waf.paranoia") as 1 | null,
      rules: ruleSwitches(form),
      learned: form.text("waf.learned") as "score",
      response_bodies: form.isOn("waf.response_bodies"),
    },
    evidence: form.wholeOrNull("evidence") ?? "off",
    file_scan: {
      mode: form.text("file_scan.mode") as "detect",
      on_failure: form.text("file_scan.on_failure") as "pass",
    },
  }),
  access: (form) => ({
    whitelist_cidrs: form.list("whitelist_cidrs"),
    blacklist_cidrs: form.list("blacklist_cidrs"),
    maintenance: { exempt_cidrs: form.list("maintenance.exempt_cidrs") },
    blocked_countries: form.list("blocked_countries"),
    allowed_countries: form.list("allowed_countries"),
    allowed_methods: form.list("allowed_methods").map((method) => method.toUpperCase()),
    max_body_bytes: form.whole("max_body_bytes"),
  }),
  challenge: (form) => ({ challenge: readChallenge(form) }),
  bots: (form) => ({ bots: readBots(form) }),
  headers: (form) => ({
    security_headers: form.text("security_headers") as "standard",
    server_header: form.text("server_header"),
    response_filter: responseFilter(form),
    ...(form.has("request_headers.set")
      ? {
        request_headers: readHeaderEdits(form, "request_headers") as HostPatch["request_headers"],
        response_headers: readHeaderEdits(form, "response_headers") as HostPatch["response_headers"],
        compression: {
          enabled: form.isOn("compression.enabled"),
          min_bytes: form.whole("compression.min_bytes"),
          encodings: form.list("compression.encodings") as ["gzip"],
        },
      }
      : {}),
  }),
  cors: (form) => ({ cors: form.isOn("cors.on") ? cors(form) : null }),
  timeouts: (form) => ({
    timeouts: {
      connect_ms: form.whole("timeouts.connect_ms"),
      response_head_ms: form.whole("timeouts.response_head_ms"),
      body_idle_ms: form.whole("timeouts.body_idle_ms"),
      write_ms: form.whole("timeouts.write_ms"),
      tunnel_idle_ms: form.whole("timeouts.tunnel_idle_ms"),
      tunnel_total_ms: form.whole("timeouts.tunnel_total_ms"),
    },
    health: {
      path: form.text("health.path"),
      interval_ms: form.whole("health.interval_ms"),
      timeout_ms: form.whole("health.timeout_ms"),
      unhealthy_threshold: form.whole("health.unhealthy_threshold"),
      healthy_threshold: form.whole("health.healthy_threshold"),
    },
  }),
};

/**
 * The rows of the form that were sent, in the order in which they were: errors name places in what was sent. Null: the
 * tab has no such rows. `list`: the field that they make.
 */
export function sentRows(tab: HostTab, form: FormReader): { list: string; rows: readonly number[] } | null {
  if (tab === "paths") return { list: "paths", rows: pathRows(form) };
  if (tab === "rate-rules") return { list: "rate_rules", rows: rateRuleRows(form) };
  return tab === "transforms" ? { list: "transforms", rows: transformRows(form) } : null;
}

function errorPages(form: FormReader): NonNullable<HostPatch["error_pages"]> {
  const at = (name: string) => form.text(`error_pages.${name}`);
  const pages: NonNullable<NonNullable<HostPatch["error_pages"]>["pages"]> = {};
  for (const key of ERROR_PAGE_KEYS) {
    const html = at(`pages.${key}.html`);
    const css = at(`pages.${key}.css`);
    const javascript = at(`pages.${key}.javascript`);
    if (html + css + javascript !== "") pages[key] = { html, css, javascript };
  }
  return {
    pages,
    brand: at("brand"),
    logo: at("logo"),
    accent_color: at("accent_color"),
    contact_email: at("contact_email"),
    contact_url: at("contact_url"),
    language: at("language") as "auto",
    blocked_title: at("blocked_title"),
    blocked_text: at("blocked_text"),
    intercept: form.isOn("error_pages.intercept"),
  };
}

function cors(form: FormReader): NonNullable<HostPatch["cors"]> {
  return {
    origins: form.list("cors.origins"),
    methods: form.list("cors.methods"),
    headers: form.list("cors.headers"),
    expose_headers: form.list("cors.expose_headers"),
    credentials: form.isOn("cors.credentials"),
    max_age_seconds: form.whole("cors.max_age_seconds"),
    block_foreign: form.isOn("cors.block_foreign"),
  };
}

/** Of a host without targets the page has the switches only. */
function responseFilter(form: FormReader): NonNullable<HostPatch["response_filter"]> {
  const switches = SECURITY_HEADERS.map((name) => [name, form.isOn(`response_filter.headers.${name}`)]);
  return {
    headers: Object.fromEntries(switches) as Record<SecurityHeader, boolean>,
    content_security_policy: form.text("response_filter.content_security_policy"),
    ...(form.has("response_filter.remove")
      ? {
        remove: form.list("response_filter.remove"),
        same_site: form.isOn("response_filter.same_site"),
        same_site_exempt: form.list("response_filter.same_site_exempt"),
      }
      : {}),
  };
}

/** Rows with an address; the others are left out. */
function targets(form: FormReader): NonNullable<HostPatch["targets"]> {
  const rows: NonNullable<HostPatch["targets"]> = [];
  for (let i = 0; form.has(`targets.${i}.url`); i++) {
    const field = (name: string) => `targets.${i}.${name}`;
    if (form.text(field("url")) === "") continue;
    rows.push({
      url: form.text(field("url")),
      weight: form.whole(field("weight")),
      backup: form.isOn(field("backup")),
      role: form.text(field("role")) as "primary",
      protocol: form.text(field("protocol")) as "http1",
      verify_tls: form.isOn(field("verify_tls")),
    });
  }
  return rows;
}

/** Lines as `sqli-120: detect`. */
function ruleSwitches(form: FormReader): RuleSwitches {
  const switches: RuleSwitches = {};
  for (const line of form.text("waf.rules").split("\n")) {
    if (line.trim() === "") continue;
    const match = /^\s*([\w.-]+)\s*[:= ]\s*(on|off|detect|block|challenge)\s*$/.exec(line);
    if (match === null) {
      form.refuse(
        "waf.rules",
        `"${line.trim().slice(0, 60)}" cannot be read`,
        "write a rule, a colon and a switch, as sqli-120: detect",
      );
    } else {
      switches[match[1] ?? ""] = match[2] as "on";
    }
  }
  return switches;
}
