import type { Context, Hono } from "hono";
import type { Actor } from "../../control/operation.ts";
import type { ExceptionScope } from "../../../views/pages/traffic/exception_form.tsx";
import { AegisError } from "../../core/errors.ts";
import { TRAFFIC_RANGES, TrafficListPage } from "../../../views/pages/traffic/list.tsx";
import { ReportsPage } from "../../../views/pages/traffic/reports.tsx";
import { EvidencePage } from "../../../views/pages/traffic/evidence.tsx";
import { RequestDrawer, RequestPage } from "../../../views/pages/traffic/detail.tsx";
import { type ExchangeAction, type FormState, type TrafficDetail } from "../../../views/model.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { makeExceptions } from "../make_exceptions.ts";
import {
  actionOf,
  compileFilter,
  type FilterTerm,
  parseFilter,
  printFilter,
  withAction,
} from "../filter_language.ts";
import { FormReader } from "../form_reader.ts";
import { fragment, goTo, isFor, ownPath, page } from "../respond.tsx";
import { withReplayedFindings } from "../replayed_findings.ts";
import { ruleReasons } from "../rule_reasons.ts";
import { spareRoutes } from "./spare.ts";
import { exceptionInputs, exceptionScopes, exceptionsIn } from "../exception_scopes.ts";

type C = Context<AdminEnv>;

const RANGE_MS: Readonly<Record<string, number>> = {
  "15m": 900_000,
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
  "30d": 2_592_000_000,
};
/** What fits the weight of a page (45 kB). */
const ROWS = 40;

export function trafficRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  spareRoutes(app, deps);
  app.get("/traffic", (c) => list(c, deps));
  app.get("/traffic/reports", async (c) => {
    const { actor, view } = c.var.signedIn;
    const reports = await deps.perform(actor, "traffic.reports", {});
    const title = { title: "Called a mistake", section: "traffic" } as const;
    return page(c, deps, title, <ReportsPage ctx={view} reports={reports} />);
  });
  app.post("/traffic/reports/:id/close", async (c) => {
    await deps.perform(c.var.signedIn.actor, "traffic.close_report", { id: c.req.param("id") });
    return goTo(c, deps, "/traffic/reports", { text: "The report is off the list" });
  });
  app.get("/traffic/:id", (c) => detail(c, deps, 200, null));
  app.get("/traffic/:id/evidence", (c) => evidence(c, deps));

  app.post("/traffic/:id/exception", async (c) => {
    const { actor } = c.var.signedIn;
    const form = new FormReader(c.var.form);
    const request = await deps.perform(actor, "traffic.get", { id: c.req.param("id") });
    try {
      const wanted = exceptionInputs(await withReplayedFindings(deps, actor, request), form);
      const toast = await makeExceptions(deps, actor, wanted);
      return goTo(c, deps, `/traffic/${encodeURIComponent(request.id)}`, toast);
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      return detail(c, deps, failure.status, failure.form);
    }
  });

  app.post("/traffic/:id/ban", async (c) => {
    const { actor } = c.var.signedIn;
    const form = new FormReader(c.var.form);
    const request = await deps.perform(actor, "traffic.get", { id: c.req.param("id") });
    const seconds = form.wholeOrNull("seconds");
    const reason = form.optional("reason");
    form.done();
    const ban = await deps.perform(actor, "bans.create", {
      network: request.client,
      ...(seconds === null ? {} : { seconds }),
      ...(reason === undefined ? {} : { reason }),
    });
    return goTo(c, deps, `/traffic/${encodeURIComponent(request.id)}`, {
      text: `${ban.network} is banned`,
      undo: { action: `/bans/${encodeURIComponent(ban.id)}/delete`, fields: {} },
    });
  });

  app.post("/traffic/:id/allow", async (c) => {
    const { actor } = c.var.signedIn;
    const request = await deps.perform(actor, "traffic.get", { id: c.req.param("id") });
    if (request.host_id === "") throw new AegisError("conflict", "no host answered this request");
    const host = await deps.perform(actor, "hosts.get", { id: request.host_id });
    const back = `/traffic/${encodeURIComponent(request.id)}`;
    if (host.whitelist_cidrs.includes(request.client)) {
      return goTo(c, deps, back, { text: `${request.client} was on the white list already` });
    }
    await deps.perform(actor, "hosts.update", {
      id: host.id,
      version: host.version,
      host: { whitelist_cidrs: [...host.whitelist_cidrs, request.client] },
    });
    return goTo(c, deps, back, {
      text: `${request.client} is allowed on ${host.domains[0] ?? host.id}`,
      undo: {
        action: `/hosts/${encodeURIComponent(host.id)}/whitelist/remove`,
        fields: { network: request.client },
      },
    });
  });
}

async function list(c: C, deps: AdminDeps): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const q = (c.req.query("q") ?? "").trim();
  const range = Object.hasOwn(TRAFFIC_RANGES, c.req.query("range") ?? "")
    ? c.req.query("range") ?? "24h"
    : "24h";
  const from = instant(c.req.query("from"));
  const to = instant(c.req.query("to"));
  const before = c.req.query("before");
  const terms = parseFilter(q);
  const { filter, complaint } = compileFilter(terms);
  const result = await deps.perform(actor, "traffic.query", {
    ...filter,
    from: from ?? view.now - (RANGE_MS[range] ?? 86_400_000),
    ...(to === null ? {} : { to }),
    ...(before === undefined ? {} : { before }),
    limit: ROWS,
  });
  const reports = before === undefined && terms.length === 0
    ? await deps.perform(actor, "traffic.reports", {})
    : [];
  const empty = result.rows.length === 0 && terms.length === 0 && range === "30d" && from === null;
  const hrefOf = (other: readonly FilterTerm[], cursor?: string) => {
    const query = new URLSearchParams();
    if (other.length > 0) query.set("q", printFilter(other));
    if (from === null) query.set("range", range);
    else query.set("from", String(from));
    if (to !== null) query.set("to", String(to));
    if (cursor !== undefined) query.set("before", cursor);
    return `/traffic?${query}`;
  };
  const byAction = (action: ExchangeAction | null) => hrefOf(withAction(terms, action));
  return page(
    c,
    deps,
    { title: "Traffic", section: "traffic" },
    <TrafficListPage
      ctx={view}
      q={q}
      range={range}
      from={from}
      to={to}
      action={actionOf(terms)}
      chips={terms.filter((term) => term.field !== "action" || term.excluded).map((term) => ({
        text: printFilter([term]),
        without: hrefOf(terms.filter((other) => other !== term)),
      }))}
      byAction={{
        all: byAction(null),
        allowed: byAction("allowed"),
        detected: byAction("detected"),
        blocked: byAction("blocked"),
        challenged: byAction("challenged"),
      }}
      complaint={complaint}
      rows={result.rows}
      total={result.total}
      searchedTo={result.searched_to}
      older={result.next === null ? null : hrefOf(terms, result.next)}
      empty={empty}
      reports={reports.length}
    />,
  );
}

async function detail(c: C, deps: AdminDeps, status: number, form: FormState | null): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const request: TrafficDetail = await deps.perform(actor, "traffic.get", { id: c.req.param("id") ?? "" });
  const props = {
    ctx: view,
    request,
    reasons: await ruleReasons(deps, actor, request.findings),
    scopes: await triedScopes(deps, actor, await withReplayedFindings(deps, actor, request)),
    back: ownPath(listShownBefore(c), "/traffic"),
    ...(form === null ? {} : { form }),
  };
  if (isFor(c, "drawer")) return fragment(c, <RequestDrawer {...props} />);
  return page(
    c,
    deps,
    { title: `Request ${request.id}`, section: "traffic", status },
    <RequestPage {...props} />,
  );
}

async function evidence(c: C, deps: AdminDeps): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const id = c.req.param("id") ?? "";
  const request = await deps.perform(actor, "traffic.evidence", { id });
  const result = await deps.perform(actor, "traffic.replay", { id });
  const reasons = await ruleReasons(deps, actor, result.findings);
  return page(
    c,
    deps,
    { title: "The whole request", section: "traffic" },
    <EvidencePage ctx={view} request={request} result={result} reasons={reasons} />,
  );
}

/** Each scope with what it would have made of this request. */
async function triedScopes(deps: AdminDeps, actor: Actor, request: TrafficDetail): Promise<ExceptionScope[]> {
  if (request.findings.length === 0) return exceptionScopes(request);
  return await Promise.all(
    exceptionScopes(request).map(async (scope) => {
      const exceptions = exceptionsIn(request, scope, () => true);
      const outcome = await deps.perform(actor, "exceptions.preview", { request_id: request.id, exceptions });
      return { ...scope, outcome };
    }),
  );
}

/** The list as it was filtered, where the browser says that it came from there. */
function listShownBefore(c: C): string | undefined {
  const shown = c.req.header("hx-current-url") ?? c.req.header("referer");
  if (shown === undefined || !URL.canParse(shown)) return undefined;
  const url = new URL(shown);
  return url.pathname === "/traffic" ? url.pathname + url.search : undefined;
}

function instant(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
