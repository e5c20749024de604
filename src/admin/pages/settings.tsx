import type { Context, Hono } from "hono";
import type { OperationInput } from "../../control/operation.ts";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { SettingsPage } from "../../../views/pages/settings/settings.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";
import { changedSettings } from "../settings_patch.ts";
import { paranoiaOf } from "./setup.tsx";

type Patch = OperationInput<"settings.update">["patch"];

export function settingsRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/settings", (c) => show(c, deps, 200, EMPTY_FORM));

  app.post("/settings", async (c) => {
    const { actor } = c.var.signedIn;
    try {
      const wanted = settingsOf(new FormReader(c.var.form));
      const patch = changedSettings(await deps.perform(actor, "settings.get", {}), wanted);
      if (Object.keys(patch).length === 0) return goTo(c, deps, "/settings", { text: "Nothing was changed" });
      await deps.perform(actor, "settings.update", { patch });
      return goTo(c, deps, "/settings", { text: "Saved and in force" });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form, "patch.");
      return show(c, deps, failure.status, failure.form);
    }
  });
}

async function show(
  c: Context<AdminEnv>,
  deps: AdminDeps,
  status: number,
  form: FormState,
): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const settings = await deps.perform(actor, "settings.get", {});
  return page(
    c,
    deps,
    { title: "Settings", section: "settings", status },
    <SettingsPage ctx={view} settings={settings} form={form} />,
  );
}

function settingsOf(form: FormReader) {
  const kind = form.text("default_site.kind");
  const wanted = {
    waf: {
      paranoia_level: paranoiaOf(form.text("waf.paranoia_level")),
      threshold: form.whole("waf.threshold"),
      inspect_body_bytes: form.whole("waf.inspect_body_bytes"),
      inspect_total_bytes: form.whole("waf.inspect_total_bytes"),
      auto_blacklist_min_severity: form.text("waf.auto_blacklist_min_severity") as "high",
      auto_blacklist_action: form.text("waf.auto_blacklist_action") as "timeout",
      auto_blacklist_scope: form.text("waf.auto_blacklist_scope") as "host",
      auto_blacklist_timeout_seconds: form.whole("waf.auto_blacklist_timeout_seconds"),
      rule_set_keys: form.list("waf.rule_set_keys"),
    },
    file_scan: {
      clamd: form.text("file_scan.clamd"),
      max_bytes: form.whole("file_scan.max_bytes"),
      timeout_ms: form.whole("file_scan.timeout_ms"),
    },
    whitelist_cidrs: form.list("whitelist_cidrs"),
    blacklist_cidrs: form.list("blacklist_cidrs"),
    ban_answer: form.text("ban_answer") as "403",
    l4_conn_limit: form.whole("l4_conn_limit"),
    l7_rate_limit: form.whole("l7_rate_limit"),
    l7_burst_limit: form.whole("l7_burst_limit"),
    upstreams: { allow_private: form.isOn("upstreams.allow_private") },
    default_site: kind === "redirect"
      ? { kind, url: form.text("default_site.url") } as const
      : { kind: kind as "421" },
    log: { retention_days: form.whole("log.retention_days"), max_size: form.whole("log.max_size") },
    server: {
      max_header_bytes: form.whole("server.max_header_bytes"),
      max_header_fields: form.whole("server.max_header_fields"),
      max_request_line_bytes: form.whole("server.max_request_line_bytes"),
      max_connections: form.whole("server.max_connections"),
      handshake_timeout_ms: form.whole("server.handshake_timeout_ms"),
      head_timeout_ms: form.whole("server.head_timeout_ms"),
      idle_timeout_ms: form.whole("server.idle_timeout_ms"),
      body_timeout_ms: form.whole("server.body_timeout_ms"),
      write_timeout_ms: form.whole("server.write_timeout_ms"),
      min_body_rate: form.whole("server.min_body_rate"),
      min_body_rate_after_ms: form.whole("server.min_body_rate_after_ms"),
      shutdown_timeout_ms: form.whole("server.shutdown_timeout_ms"),
    },
  };
  form.done();
  return wanted satisfies Patch;
}
