import type { Hono } from "hono";
import { DashboardPage } from "../../../views/pages/dashboard/dashboard.tsx";
import { TAIL_ROWS } from "../../../views/pages/dashboard/live_tail.tsx";
import type { Range } from "../../../views/model.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { page } from "../respond.tsx";

const RANGES: readonly Range[] = ["1h", "24h", "7d", "30d"];

export function dashboardRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/", async (c) => {
    const { actor, view } = c.var.signedIn;
    const range = RANGES.find((known) => known === c.req.query("range")) ?? "24h";
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
}
