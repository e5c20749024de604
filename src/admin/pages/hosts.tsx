import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import { TARGET_DEFAULTS } from "../../core/target.ts";
import { HOST_KINDS, type HostKind } from "../../core/host_kind.ts";
import type { TransformName } from "../../core/transform.ts";
import { EMPTY_FORM, type FormState, type HostView } from "../../../views/model.ts";
import { HOST_TABS, HostEditorPage, type HostTab } from "../../../views/pages/hosts/editor.tsx";
import { FILTERS, type HostFilter, HostListPage, type HostSort } from "../../../views/pages/hosts/list.tsx";
import { NewHostPage } from "../../../views/pages/hosts/new.tsx";
import { NEW_RATE_RULES, type NewRateRule } from "../../../views/pages/hosts/tabs/rate_rules.tsx";
import { RATE_RULE_DEFAULTS, RATE_RULE_PRESETS, type RateRule } from "../../core/rate_rule.ts";
import { HostTabFields } from "../../../views/pages/hosts/tab_fields.tsx";
import { TRANSFORM_TEXTS } from "../../../views/pages/hosts/tabs/transforms.tsx";
import { TestResult } from "../../../views/pages/hosts/test_result.tsx";
import { TlsTestResult } from "../../../views/pages/hosts/tls_test_result.tsx";
import { duration } from "../../../views/components/format.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { aboveForm, hostTrafficRoutes } from "./host_traffic.tsx";
import { robotsPreviewRoutes } from "./robots_preview.tsx";
import { FormReader } from "../form_reader.ts";
import { isLate, lateForm } from "../late_form.ts";
import { hostPatch, sentRows, shortHostOf } from "../host_form.ts";
import { errorPagePreview } from "./error_page_preview.ts";
import { fragment, goTo, page, wantsFragment } from "../respond.tsx";

type C = Context<AdminEnv>;
const SORTS: readonly HostSort[] = ["name", "waf", "requests", "blocked"];

export function hostRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/hosts", (c) => list(c, deps));
  app.get("/hosts/new", (c) => {
    const values: Record<string, string> = {};
    const [domains, target] = [c.req.query("domains"), c.req.query("target")];
    if (domains !== undefined) values["domains"] = domains;
    if (target !== undefined) values["targets.0.url"] = target;
    return newHost(c, deps, kindOf(c.req.query("kind")), 200, { ...EMPTY_FORM, values });
  });
  app.post("/hosts/new", async (c) => {
    const kind = kindOf(c.var.form["kind"]);
    try {
      const host = await deps.perform(c.var.signedIn.actor, "hosts.create", {
        host: shortHostOf(kind, new FormReader(c.var.form)),
      });
      return goTo(c, deps, pathOf(host), { text: `${nameOf(host)} is served` });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form, "host.");
      return newHost(c, deps, kind, failure.status, failure.form);
    }
  });
  app.post("/hosts/test", (c) => test(c, deps, { url: new FormReader(c.var.form).text("targets.0.url") }));
  app.post("/hosts/:id/tls-test", (c) => testTls(c, deps, c.req.param("id")));
  app.post("/hosts/:id/test", (c) => test(c, deps, { id: c.req.param("id") }));

  app.get("/hosts/:id", (c) => editor(c, deps, "general", 200, EMPTY_FORM));
  app.post("/hosts/:id", (c) => save(c, deps, "general"));
  changes(app, deps);
  app.get("/hosts/:id/error-page/:status", (c) => errorPagePreview(c, deps));
  hostTrafficRoutes(app, deps);
  robotsPreviewRoutes(app, deps);
  app.get("/hosts/:id/:tab", (c) => editor(c, deps, tabOf(c.req.param("tab")), 200, EMPTY_FORM));
  app.post("/hosts/:id/:tab", (c) => save(c, deps, tabOf(c.req.param("tab"))));
}

/** Last part of the path, and what it switches on for a while. */
const SWITCHES = {
  "under-attack": "hosts.under_attack",
  maintenance: "hosts.maintenance",
  "pause-waf": "hosts.pause_waf",
} as const;

/** Changes that act at once, each with its undo. */
function changes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.post("/hosts/:id/enabled", async (c) => {
    const enabled = c.var.form["enabled"] === "on";
    const host = await deps.perform(c.var.signedIn.actor, "hosts.set_enabled", {
      id: c.req.param("id"),
      enabled,
    });
    return goTo(c, deps, pathOf(host), {
      text: `${nameOf(host)} is ${enabled ? "served again" : "disabled"}`,
      undo: { action: `${pathOf(host)}/enabled`, fields: { enabled: enabled ? "off" : "on" } },
    });
  });
  for (const [place, operation] of Object.entries(SWITCHES)) {
    app.post(`/hosts/:id/${place}`, async (c) => {
      const minutes = new FormReader(c.var.form).whole("minutes");
      const id = c.req.param("id");
      const host = await deps.perform(c.var.signedIn.actor, operation, { id, minutes });
      return goTo(c, deps, pathOf(host), {
        text: minutes === 0
          ? `${nameOf(host)}: ended`
          : `${nameOf(host)}: on for ${duration(minutes * 60_000)}`,
        ...(minutes === 0 ? {} : { undo: { action: `${pathOf(host)}/${place}`, fields: { minutes: "0" } } }),
      });
    });
  }
  app.post("/hosts/:id/mode", async (c) => {
    const { actor } = c.var.signedIn;
    const before = await deps.perform(actor, "hosts.get", { id: c.req.param("id") });
    const mode = c.var.form["mode"] as HostView["waf"]["mode"];
    const host = await deps.perform(actor, "hosts.update", {
      id: before.id,
      host: { waf: { mode } },
      version: before.version,
    });
    return goTo(c, deps, `${pathOf(host)}/protection`, {
      text: `${nameOf(host)}: ${mode}`,
      undo: { action: `${pathOf(host)}/mode`, fields: { mode: before.waf.mode } },
    });
  });
  app.post("/hosts/:id/whitelist/remove", async (c) => {
    const { actor } = c.var.signedIn;
    const host = await deps.perform(actor, "hosts.get", { id: c.req.param("id") });
    const network = c.var.form["network"] ?? "";
    const whitelist = host.whitelist_cidrs.filter((cidr) => cidr !== network);
    await deps.perform(actor, "hosts.update", {
      id: host.id,
      host: { whitelist_cidrs: whitelist },
      version: host.version,
    });
    return goTo(c, deps, `${pathOf(host)}/access`, { text: `${network} is not on the white list any more` });
  });
  app.post("/hosts/:id/delete", async (c) => {
    const { actor } = c.var.signedIn;
    const host = await deps.perform(actor, "hosts.get", { id: c.req.param("id") });
    if (c.var.form["confirm"] !== nameOf(host)) {
      throw new AegisError("conflict", `the name does not fit: type ${nameOf(host)} to remove this host`);
    }
    await deps.perform(actor, "hosts.delete", { id: host.id });
    return goTo(c, deps, "/hosts", { text: `${nameOf(host)} is removed` });
  });
}

async function list(c: C, deps: AdminDeps): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const hosts: readonly HostView[] = await deps.perform(actor, "hosts.list", {});
  const q = (c.req.query("q") ?? "").trim().toLowerCase();
  const filter = FILTERS.find((known) => known.id === c.req.query("show")) ?? FILTERS[0];
  const sort = SORTS.find((known) => known === c.req.query("sort")) ?? "requests";
  const shown = hosts
    .filter((host) => filter === undefined || filter.fits(host))
    .filter((host) => q === "" || wordsOf(host).includes(q))
    .toSorted(ORDER[sort]);
  const id: HostFilter = filter?.id ?? "all";
  return page(
    c,
    deps,
    { title: "Hosts", section: "hosts" },
    <HostListPage
      ctx={view}
      hosts={hosts}
      shown={shown}
      q={c.req.query("q") ?? ""}
      filter={id}
      sort={sort}
      page={Math.trunc(Number(c.req.query("page"))) || 1}
    />,
  );
}

function newHost(c: C, deps: AdminDeps, kind: HostKind, status: number, form: FormState): Response {
  const { view } = c.var.signedIn;
  return page(
    c,
    deps,
    { title: "Add host", section: "hosts", status },
    <NewHostPage ctx={view} form={form} kind={kind} />,
  );
}

async function editor(
  c: C,
  deps: AdminDeps,
  tab: HostTab,
  status: number,
  form: FormState,
): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const host: HostView = await deps.perform(actor, "hosts.get", { id: c.req.param("id") ?? "" });
  const [exceptions, settings, stored] = await Promise.all([
    deps.perform(actor, "exceptions.list", { host: host.id }),
    deps.perform(actor, "settings.get", {}),
    deps.perform(actor, "certificates.list", {}),
  ]);
  const defaults = {
    paranoia: settings.waf.paranoia_level,
    threshold: settings.waf.threshold,
    target: TARGET_DEFAULTS,
  };
  const above = await aboveForm(c, deps, tab, host);
  const add = tab === "transforms" ? transformOf(c.req.query("add")) : null;
  const newRateRule = tab === "rate-rules" ? rateRuleOf(c.req.query("add")) : null;
  return page(
    c,
    deps,
    { title: nameOf(host), section: "hosts", status },
    <HostEditorPage ctx={view} host={host} tab={tab} form={form} exceptions={exceptions.length} above={above}>
      <HostTabFields
        host={host}
        tab={tab}
        form={form}
        defaults={defaults}
        add={add}
        newRateRule={newRateRule}
        certificates={stored.map((each) => ({ value: each.id, text: certificateText(each) }))}
      />
    </HostEditorPage>,
  );
}

async function save(c: C, deps: AdminDeps, tab: HostTab): Promise<Response> {
  const form = new FormReader(c.var.form);
  try {
    const version = form.whole("version");
    const host = await deps.perform(c.var.signedIn.actor, "hosts.update", {
      id: c.req.param("id") ?? "",
      host: hostPatch(tab, form),
      version,
    });
    return goTo(c, deps, tab === "general" ? pathOf(host) : `${pathOf(host)}/${tab}`, {
      text: `${nameOf(host)} is saved and in force`,
    });
  } catch (thrown) {
    const failure = formFailure(thrown, c.var.form, "host.");
    const state = isLate(thrown)
      ? lateForm(failure.form, hostPatch(tab, new FormReader(c.var.form)), await stored(c, deps))
      : failure.form;
    return editor(c, deps, tab, failure.status, atRows(state, sentRows(tab, form)));
  }
}

function stored(c: C, deps: AdminDeps): Promise<HostView> {
  return deps.perform(c.var.signedIn.actor, "hosts.get", { id: c.req.param("id") ?? "" });
}

async function test(c: C, deps: AdminDeps, input: { id: string } | { url: string }): Promise<Response> {
  const result = await tested(c, deps, input);
  if (wantsFragment(c)) return fragment(c, <TestResult result={result} />);
  return goTo(c, deps, "id" in input ? `/hosts/${encodeURIComponent(input.id)}` : "/hosts/new", {
    text: result.text,
  });
}

async function testTls(c: C, deps: AdminDeps, id: string): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const result = await deps.perform(actor, "hosts.test_tls", { id });
  if (wantsFragment(c)) return fragment(c, <TlsTestResult result={result} now={view.now} />);
  return goTo(c, deps, `/hosts/${encodeURIComponent(id)}/targets`, { text: result.text });
}

function certificateText(
  certificate: { names: readonly string[]; subject: string; not_after: number },
): string {
  const until = new Date(certificate.not_after).toISOString().slice(0, 10);
  return `${certificate.names[0] ?? certificate.subject}, until ${until}`;
}

async function tested(c: C, deps: AdminDeps, input: { id: string } | { url: string }) {
  try {
    return await deps.perform(c.var.signedIn.actor, "hosts.test", input);
  } catch (thrown) {
    if (!(thrown instanceof AegisError) || thrown.code === "internal") throw thrown;
    const field = thrown.fields[0];
    const text = field === undefined
      ? thrown.message
      : `${field.message}${field.remedy === undefined ? "" : `: ${field.remedy}`}`;
    return { reachable: false, status: null, latency_ms: null, text };
  }
}

/** As people count: h2 before h10. */
const NAMES = new Intl.Collator("en", { numeric: true });

function byName(a: HostView, b: HostView): number {
  return NAMES.compare(nameOf(a), nameOf(b));
}

const ORDER: Readonly<Record<HostSort, (a: HostView, b: HostView) => number>> = {
  name: byName,
  waf: (a, b) => a.waf.mode.localeCompare(b.waf.mode) || byName(a, b),
  requests: (a, b) => b.requests_24h - a.requests_24h || byName(a, b),
  blocked: (a, b) => b.blocked_24h - a.blocked_24h || byName(a, b),
};

function wordsOf(host: HostView): string {
  return [...host.domains, ...host.targets.map((target) => target.url), host.notes].join(" ").toLowerCase();
}

/** Errors name places in what was sent; the page shows them at the rows that this was made of. */
function atRows(form: FormState, sent: ReturnType<typeof sentRows>): FormState {
  if (sent === null) return form;
  const place = new RegExp(`^${sent.list}\\.(\\d+)`);
  const errors = form.errors.map((error) => ({
    ...error,
    field: error.field.replace(place, (_, i: string) => `${sent.list}.${sent.rows[Number(i)] ?? i}`),
  }));
  return { ...form, errors };
}

function kindOf(text: string | undefined): HostKind {
  return HOST_KINDS.find((kind) => kind === text) ?? "proxy";
}

function transformOf(text: string | undefined): TransformName | null {
  return text !== undefined && Object.hasOwn(TRANSFORM_TEXTS, text) ? text as TransformName : null;
}

/** What a new rate rule begins with; null: none is asked for. */
function rateRuleOf(text: string | undefined): RateRule | null {
  if (text === undefined || !Object.hasOwn(NEW_RATE_RULES, text)) return null;
  const name = text as NewRateRule;
  return name === "own"
    ? { name: "", count: 60, period_seconds: 60, ...RATE_RULE_DEFAULTS }
    : RATE_RULE_PRESETS[name];
}

function tabOf(text: string): HostTab {
  if (Object.hasOwn(HOST_TABS, text)) return text as HostTab;
  throw new AegisError("not_found", "there is no such page of a host");
}

function nameOf(host: Pick<HostView, "id" | "domains">): string {
  return host.domains[0] ?? host.id;
}

function pathOf(host: Pick<HostView, "id">): string {
  return `/hosts/${encodeURIComponent(host.id)}`;
}
