import type { OperationInput } from "../control/operation.ts";
import type { HostTab } from "../../views/pages/hosts/editor.tsx";
import type { FormReader } from "./form_reader.ts";

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
    preserve_host: form.isOn("preserve_host"),
    websocket: form.isOn("websocket"),
  }),
  targets: (form) => ({ targets: targets(form) }),
  tls: (form) => ({
    certificate: form.text("certificate") as "auto",
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
    },
  }),
  access: (form) => ({
    whitelist_cidrs: form.list("whitelist_cidrs"),
    blacklist_cidrs: form.list("blacklist_cidrs"),
    allowed_methods: form.list("allowed_methods").map((method) => method.toUpperCase()),
    max_body_bytes: form.whole("max_body_bytes"),
  }),
  headers: (form) => ({
    security_headers: form.text("security_headers") as "standard",
    server_header: form.text("server_header"),
  }),
  timeouts: (form) => ({
    timeouts: {
      connect_ms: form.whole("timeouts.connect_ms"),
      response_head_ms: form.whole("timeouts.response_head_ms"),
      body_idle_ms: form.whole("timeouts.body_idle_ms"),
      write_ms: form.whole("timeouts.write_ms"),
      tunnel_idle_ms: form.whole("timeouts.tunnel_idle_ms"),
    },
    health: {
      path: form.text("health.path"),
      interval_ms: form.whole("health.interval_ms"),
      timeout_ms: form.whole("health.timeout_ms"),
      unhealthy_threshold: form.whole("health.unhealthy_threshold"),
      learned: form.text("waf.learned") as "score",
      healthy_threshold: form.whole("health.healthy_threshold"),
    },
  }),
};

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
