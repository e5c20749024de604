import type { Context, Hono } from "hono";
import { DashboardPage, NowFragment } from "../../../views/pages/dashboard/dashboard.tsx";
import { TAIL_ROWS } from "../../../views/pages/dashboard/live_tail.tsx";
import type { Range } from "../../../views/model.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { fragment, page, wantsFragment } from "../respond.tsx";

const RANGES: readonly Range[] = ["1h", "24h", "7d", "30d"];

export function dashboardRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/", async (c) => {
    const { actor, view } = c.var.signedIn;
    const range = rangeOf(c);
    const [data, latest] = await Promise.all([
      deps.perform(actor, "analytics.dashboard", { range }),
      deps.perform(actor, "traffic.query", { limit: TAIL_ROWS }),
    ]);
    return page(
      c,
      deps,
      { title: "Dashboard", section: "dashboard" },
      <DashboardPage ctx={view} data={data} latest={latest.rows} asTable={c.req.query("view") === "table"} />,
    );
  });

  app.get("/now", async (c) => {
    const { actor, view } = c.var.signedIn;
    if (!wantsFragment(c)) return c.redirect("/", 303);
    const data = await deps.perform(actor, "analytics.dashboard", { range: rangeOf(c) });
    return fragment(c, <NowFragment ctx={view} data={data} />);
  });
}

function rangeOf(c: Context<AdminEnv>): Range {
  return RANGES.find((known) => known === c.req.query("range")) ?? "24h";
}
