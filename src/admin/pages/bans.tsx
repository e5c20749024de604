import type { Context, Hono } from "hono";
import { type BanViewName, EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { BANS_SHOWN, BansPage } from "../../../views/pages/bans/bans.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";

type C = Context<AdminEnv>;

const VIEWS: readonly BanViewName[] = ["ban", "ip_timeout", "blacklist"];

export function banRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/bans", (c) => show(c, deps, 200, EMPTY_FORM));
  app.get("/bans/export.csv", (c) => download(c, deps, "csv"));
  app.get("/bans/export.json", (c) => download(c, deps, "json"));

  app.post("/bans", async (c) => {
    try {
      const form = new FormReader(c.var.form);
      const seconds = form.wholeOrNull("seconds");
      const reason = form.optional("reason");
      const host = form.optional("host_id");
      form.done();
      const ban = await deps.perform(c.var.signedIn.actor, "bans.create", {
        network: form.text("network"),
        ...(seconds === null ? {} : { seconds }),
        ...(reason === undefined ? {} : { reason }),
        ...(host === undefined ? {} : { host_id: host }),
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
    if (ban === undefined) return goTo(c, deps, "/bans", { text: "The ban is lifted" });
    const left = ban.expires_at === null
      ? ""
      : String(Math.max(1, Math.ceil((ban.expires_at - deps.clock.now()) / 1_000)));
    return goTo(c, deps, "/bans", {
      text: `${ban.network} is no longer banned`,
      undo: {
        action: "/bans",
        fields: {
          network: ban.network,
          seconds: left,
          reason: ban.reason,
          ...(ban.host_id === null ? {} : { host_id: ban.host_id }),
        },
      },
    });
  });
}

/** What the address of the page asks for. */
function filterOf(c: C): { q: string; view: BanViewName | "" } {
  const view = VIEWS.find((each) => each === c.req.query("view")) ?? "";
  return { q: (c.req.query("q") ?? "").trim().slice(0, 200), view };
}

function asInput({ q, view }: ReturnType<typeof filterOf>) {
  return { ...(q === "" ? {} : { q }), ...(view === "" ? {} : { view }) };
}

async function show(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view: ctx } = c.var.signedIn;
  const filter = filterOf(c);
  const bans = await deps.perform(actor, "bans.list", asInput(filter));
  const hosts = await deps.perform(actor, "hosts.list", {});
  const { automatic_bans } = await deps.perform(actor, "system.status", {});
  return page(
    c,
    deps,
    { title: "Bans", section: "shield", status },
    <BansPage
      ctx={ctx}
      bans={bans.slice(0, BANS_SHOWN)}
      total={bans.length}
      q={filter.q}
      view={filter.view}
      paused={automatic_bans.text}
      form={form}
      hosts={hosts.map(({ id, domains }) => ({ id, name: domains[0] ?? id }))}
    />,
  );
}

async function download(c: C, deps: AdminDeps, format: "csv" | "json"): Promise<Response> {
  const input = { ...asInput(filterOf(c)), format };
  const file = await deps.perform(c.var.signedIn.actor, "bans.export", input);
  c.header("content-type", format === "csv" ? "text/csv; charset=utf-8" : "application/json");
  c.header("content-disposition", `attachment; filename="aegis-bans.${format}"`);
  return c.body(Uint8Array.fromBase64(file.content));
}
