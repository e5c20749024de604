import type { Hono } from "hono";
import { sparingOf } from "../../../views/pages/traffic/spare.tsx";
import type { OperationInput } from "../../control/operation.ts";
import { AegisError } from "../../core/errors.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { FormReader } from "../form_reader.ts";
import { goTo } from "../respond.tsx";

type Challenge = NonNullable<OperationInput<"hosts.update">["host"]["challenge"]>;

/** From a challenged request: what of it its host leaves out of the challenge from now on. */
export function spareRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.post("/traffic/:id/spare", async (c) => {
    const { actor } = c.var.signedIn;
    const form = new FormReader(c.var.form);
    const what = form.text("what");
    form.done();
    const request = await deps.perform(actor, "traffic.get", { id: c.req.param("id") });
    if (request.host_id === "") throw new AegisError("conflict", "no host answered this request");
    const host = await deps.perform(actor, "hosts.get", { id: request.host_id });
    const { exempt_paths, exempt_agents } = host.challenge;
    const { path, agent } = sparingOf(request);
    let challenge: Challenge;
    let text: string;
    if (what === "path" && path !== null) {
      challenge = { exempt_paths: [...new Set([...exempt_paths, path])] };
      text = `${path} and all below it is no longer challenged`;
    } else if (what === "agent" && agent !== null) {
      challenge = { exempt_agents: [...new Set([...exempt_agents, agent])] };
      text = `${agent} is not challenged any more`;
    } else if (what === "host") {
      challenge = { mode: "off" };
      text = "Nobody is challenged any more";
    } else throw new AegisError("invalid_input", "choose what is left out of the challenge");
    await deps.perform(actor, "hosts.update", { id: host.id, version: host.version, host: { challenge } });
    return goTo(c, deps, `/traffic/${encodeURIComponent(request.id)}`, {
      text: `${text} on ${host.domains[0] ?? host.id}`,
    });
  });
}
