import type { Hono } from "hono";
import { AuditPage } from "../../../views/pages/audit/audit.tsx";
import { HelpPage } from "../../../views/pages/help/help.tsx";
import { SystemPage } from "../../../views/pages/system/system.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { goTo, page } from "../respond.tsx";

/** What concerns the machine itself: audit log, system status, help. */
export function machineRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/audit", async (c) => {
    const { actor, view } = c.var.signedIn;
    const q = (c.req.query("q") ?? "").trim();
    const before = c.req.query("before");
    const { rows, next } = await deps.perform(actor, "audit.list", {
      ...(q === "" ? {} : { q }),
      ...(before === undefined ? {} : { before }),
    });
    const older = next === null
      ? null
      : `/audit?${new URLSearchParams({ ...(q === "" ? {} : { q }), before: next })}`;
    return page(
      c,
      deps,
      { title: "Audit log", section: "audit" },
      <AuditPage ctx={view} rows={rows} q={q} older={older} />,
    );
  });

  app.get("/system", async (c) => {
    const { actor, view } = c.var.signedIn;
    const status = await deps.perform(actor, "system.status", {});
    return page(c, deps, { title: "System", section: "system" }, <SystemPage ctx={view} status={status} />);
  });

  app.post("/system/reload", async (c) => {
    const { version } = await deps.perform(c.var.signedIn.actor, "system.reload", {});
    return goTo(c, deps, "/system", { text: `Read again; snapshot ${version} is in force` });
  });

  app.get("/system/trust", async (c) => {
    const bundle = await deps.perform(c.var.signedIn.actor, "system.trust_bundle", {});
    c.header("content-type", "application/zip");
    c.header("content-disposition", `attachment; filename="${bundle.file_name.replaceAll(/[^\w.-]/g, "_")}"`);
    return c.body(Uint8Array.fromBase64(bundle.content));
  });

  app.get(
    "/help",
    (c) => page(c, deps, { title: "Help", section: "help" }, <HelpPage ctx={c.var.signedIn.view} />),
  );
}
