import type { Context, Hono } from "hono";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { BansPage } from "../../../views/pages/bans/bans.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";

export function banRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/bans", (c) => show(c, deps, 200, EMPTY_FORM));

  app.post("/bans", async (c) => {
    try {
      const form = new FormReader(c.var.form);
      const seconds = form.wholeOrNull("seconds");
      const reason = form.optional("reason");
      form.done();
      const ban = await deps.perform(c.var.signedIn.actor, "bans.create", {
        network: form.text("network"),
        ...(seconds === null ? {} : { seconds }),
        ...(reason === undefined ? {} : { reason }),
      });
      return goTo(c, deps, "/bans", {
        text: `${ban.network} is banned`,
        undo: { action: `/bans/${encodeURIComponent(ban.id)}/delete`, fields: {} },
      });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      return show(c, deps, failure.status, failure.form);
    }
  });

  app.post("/bans/:id/delete", async (c) => {
    const { actor } = c.var.signedIn;
    const id = c.req.param("id");
    const ban = (await deps.perform(actor, "bans.list", {})).find((each) => each.id === id);
    await deps.perform(actor, "bans.delete", { id });
    const left = ban?.expires_at === null || ban === undefined
      ? ""
      : String(Math.ceil((ban.expires_at - deps.clock.now()) / 1_000));
    return goTo(c, deps, "/bans", {
      text: `${ban?.network ?? "The ban"} is lifted`,
      ...(ban === undefined || ban.host_id !== null
        ? {}
        : { undo: { action: "/bans", fields: { network: ban.network, seconds: left, reason: ban.reason } } }),
    });
  });
}

async function show(
  c: Context<AdminEnv>,
  deps: AdminDeps,
  status: number,
  form: FormState,
): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const bans = await deps.perform(actor, "bans.list", {});
  return page(
    c,
    deps,
    { title: "Bans", section: "bans", status },
    <BansPage ctx={view} bans={bans} form={form} />,
  );
}
