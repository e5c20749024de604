import type { Context, Hono } from "hono";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { ReleasePage } from "../../../views/pages/rules/release.tsx";
import { nameOf, ReleasesPage } from "../../../views/pages/rules/releases.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";

type C = Context<AdminEnv>;

/** Signed rule sets: taken, compared, put in force, and back. Registered before `/rules/:id`. */
export function releaseRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/rules/releases", (c) => list(c, deps, 200, EMPTY_FORM));
  app.post("/rules/releases", async (c) => {
    const form = new FormReader(c.var.form);
    try {
      const release = form.raw("file") === "" ? form.text("release") : form.raw("file");
      const made = await deps.perform(c.var.signedIn.actor, "releases.import", { release });
      return goTo(c, deps, `/rules/releases/${made.version}`, {
        text: `Signature, rules and tests are good. ${nameOf(made)} is kept, and not in force yet`,
      });
    } catch (thrown) {
      const { file: _file, ...typed } = c.var.form;
      const failure = formFailure(thrown, typed);
      return list(c, deps, failure.status, failure.form);
    }
  });
  app.post("/rules/releases/back", async (c) => {
    const made = await deps.perform(c.var.signedIn.actor, "releases.back", {});
    return goTo(c, deps, "/rules/releases", { text: `${nameOf(made)} is in force again` });
  });
  app.get("/rules/releases/:version", async (c) => {
    const { actor, view } = c.var.signedIn;
    const compared = await deps.perform(actor, "releases.compare", { version: c.req.param("version") });
    const title = { title: nameOf(compared.release), section: "rules" } as const;
    return page(c, deps, title, <ReleasePage ctx={view} compared={compared} />);
  });
  app.post("/rules/releases/:version/activate", async (c) => {
    const { actor } = c.var.signedIn;
    const made = await deps.perform(actor, "releases.activate", { version: c.req.param("version") });
    return goTo(c, deps, "/rules/releases", {
      text: `${nameOf(made)} is in force`,
      undo: { action: "/rules/releases/back", fields: {} },
    });
  });
  app.post("/rules/releases/:version/delete", async (c) => {
    const version = c.req.param("version");
    await deps.perform(c.var.signedIn.actor, "releases.delete", { version });
    return goTo(c, deps, "/rules/releases", { text: `Rule set ${version} is forgotten` });
  });
}

async function list(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const found = await deps.perform(actor, "releases.list", {});
  return page(
    c,
    deps,
    { title: "Rule sets", section: "rules", status },
    <ReleasesPage ctx={view} found={found} form={form} />,
  );
}
