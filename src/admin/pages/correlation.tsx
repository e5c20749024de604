import type { Context, Hono } from "hono";
import type { CorrelationFilter } from "../../../views/model_correlation.ts";
import { CorrelationDetailPage } from "../../../views/pages/correlation/detail.tsx";
import { CorrelationListPage } from "../../../views/pages/correlation/list.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { goTo, page } from "../respond.tsx";

type C = Context<AdminEnv>;

/** What correlated rules were met by. */
export function correlationRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/correlation", (c) => list(c, deps));
  app.get("/correlation/:id", async (c) => {
    const { actor, view } = c.var.signedIn;
    const event = await deps.perform(actor, "correlation.get", { id: c.req.param("id") });
    return page(
      c,
      deps,
      { title: event.rule_name, section: "correlation", status: 200 },
      <CorrelationDetailPage ctx={view} event={event} />,
    );
  });
  app.post("/correlation/:id/lift", async (c) => {
    const id = c.req.param("id");
    await deps.perform(c.var.signedIn.actor, "correlation.lift", { id });
    return goTo(c, deps, `/correlation/${encodeURIComponent(id)}`, { text: "The block is lifted" });
  });
}

async function list(c: C, deps: AdminDeps): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const filter = filterOf(c);
  const before = c.req.query("before") ?? "";
  const { host, rule, client, action } = filter;
  const found = await deps.perform(actor, "correlation.list", {
    ...(host === "" ? {} : { host }),
    ...(rule === "" ? {} : { rule }),
    ...(client === "" ? {} : { client }),
    ...(action === "" ? {} : { action }),
    ...(before === "" ? {} : { before }),
  });
  return page(
    c,
    deps,
    { title: "Correlation", section: "correlation", status: 200 },
    <CorrelationListPage ctx={view} {...found} filter={filter} />,
  );
}

function filterOf(c: C): CorrelationFilter {
  const asked = (name: string) => (c.req.query(name) ?? "").trim();
  const action = asked("action");
  return {
    host: asked("host"),
    rule: asked("rule"),
    client: asked("client"),
    action: action === "blocked" || action === "detected" ? action : "",
  };
}
