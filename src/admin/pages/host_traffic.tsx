import type { Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import type { HostView } from "../../../views/model.ts";
import { CanaryPanel, CanaryTable } from "../../../views/pages/hosts/canary_panel.tsx";
import type { HostTab } from "../../../views/pages/hosts/editor.tsx";
import { ReadinessCard } from "../../../views/pages/hosts/readiness.tsx";
import { TargetTable } from "../../../views/pages/hosts/target_table.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { narrowestExceptions } from "../exception_scopes.ts";
import { makeExceptions } from "../make_exceptions.ts";
import { withReplayedFindings } from "../replayed_findings.ts";
import { fragment, goTo } from "../respond.tsx";

type C = Context<AdminEnv>;

/** What is so now, above the form of a tab. */
export async function aboveForm(c: C, deps: AdminDeps, tab: HostTab, host: HostView): Promise<Child> {
  const { actor, view } = c.var.signedIn;
  if (host.targets.length === 0) return null;
  if (tab === "targets") {
    return <TargetTable data={await deps.perform(actor, "hosts.targets", { id: host.id })} />;
  }
  if (tab === "protection" && host.waf.mode === "detect") {
    const readiness = await deps.perform(actor, "hosts.readiness", { id: host.id });
    const mayExcept = view.user.role !== "viewer";
    const mayChange = host.origin === "database" && mayExcept;
    return <ReadinessCard ctx={view} hostId={host.id} {...{ readiness, mayChange, mayExcept }} />;
  }
  if (tab !== "canary") return null;
  const data = await deps.perform(actor, "hosts.canary", { id: host.id });
  return <CanaryPanel ctx={view} data={data} mayChange={host.origin === "database"} />;
}

export function hostTrafficRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.post("/hosts/:id/enforce", async (c) => {
    const { actor } = c.var.signedIn;
    const host = await deps.perform(actor, "hosts.get", { id: c.req.param("id") });
    await deps.perform(actor, "hosts.update", {
      id: host.id,
      version: host.version,
      host: { waf: { mode: "enforce" } },
    });
    const path = `/hosts/${encodeURIComponent(host.id)}`;
    return goTo(c, deps, `${path}/protection`, {
      text: `${host.domains[0] ?? host.id} refuses from now on what it detected`,
      undo: { action: `${path}/mode`, fields: { mode: host.waf.mode } },
    });
  });
  app.post("/hosts/:id/readiness/:request/except", async (c) => {
    const { actor } = c.var.signedIn;
    const request = await deps.perform(actor, "traffic.get", { id: c.req.param("request") });
    const wanted = narrowestExceptions(await withReplayedFindings(deps, actor, request));
    const toast = await makeExceptions(deps, actor, wanted);
    return goTo(c, deps, `/hosts/${encodeURIComponent(c.req.param("id"))}/protection`, toast);
  });
  app.get("/hosts/:id/targets/now", async (c) => {
    const data = await deps.perform(c.var.signedIn.actor, "hosts.targets", { id: c.req.param("id") });
    return fragment(c, <TargetTable data={data} />);
  });
  app.get("/hosts/:id/canary/now", async (c) => {
    const data = await deps.perform(c.var.signedIn.actor, "hosts.canary", { id: c.req.param("id") });
    return fragment(c, <CanaryTable data={data} />);
  });
  app.post("/hosts/:id/canary/rollback", async (c) => {
    const { actor } = c.var.signedIn;
    const { host_id, host_name } = await deps.perform(actor, "hosts.canary_rollback", {
      id: c.req.param("id"),
    });
    const path = pathOf(host_id);
    return goTo(c, deps, path, {
      text: `${host_name}: the canary gets no more traffic`,
      undo: { action: `${path}/reset`, fields: {} },
    });
  });
  app.post("/hosts/:id/canary/reset", async (c) => {
    const { actor } = c.var.signedIn;
    const { host_id, host_name } = await deps.perform(actor, "hosts.canary_reset", { id: c.req.param("id") });
    return goTo(c, deps, pathOf(host_id), { text: `${host_name}: the canary has its share again` });
  });
  app.post("/hosts/:id/canary/promote", async (c) => {
    const { actor } = c.var.signedIn;
    const host = await deps.perform(actor, "hosts.canary_promote", { id: c.req.param("id") });
    const path = pathOf(host.id);
    // The same once more changes the sides back.
    return goTo(c, deps, path, {
      text: `${host.domains[0]}: the canaries are primaries now`,
      undo: { action: `${path}/promote`, fields: {} },
    });
  });
}

function pathOf(id: string): string {
  return `/hosts/${encodeURIComponent(id)}/canary`;
}
