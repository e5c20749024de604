import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import { type AddressListView, EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { ListDetailPage } from "../../../views/pages/bans/list_detail.tsx";
import { ListsPage } from "../../../views/pages/bans/lists.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";

type C = Context<AdminEnv>;

/** Subscribed address lists, below the bans. */
export function listRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/bans/lists", (c) => show(c, deps, 200, EMPTY_FORM));
  app.post("/bans/lists", async (c) => {
    try {
      const form = new FormReader(c.var.form);
      const key = form.optional("key");
      const every_seconds = form.whole("every_seconds");
      form.done();
      const list = await deps.perform(c.var.signedIn.actor, "lists.create", {
        name: form.text("name"),
        kind: form.text("kind") === "crowdsec" ? "crowdsec" : "networks",
        url: form.text("url"),
        every_seconds,
        ...(key === undefined ? {} : { key }),
      });
      return goTo(c, deps, pathOf(list.id), { text: `${list.name} is added and being fetched` });
    } catch (thrown) {
      const failure = formFailure(thrown, withoutKey(c.var.form));
      return show(c, deps, failure.status, failure.form);
    }
  });

  app.get("/bans/lists/:id", (c) => detail(c, deps, 200, EMPTY_FORM));
  app.post("/bans/lists/:id", async (c) => {
    try {
      const form = new FormReader(c.var.form);
      const key = form.optional("key");
      const password = form.optional("password");
      const every_seconds = form.whole("every_seconds");
      // Only CrowdSec's page has these fields.
      const offer = c.var.form["machine"] === undefined
        ? {}
        : { offers: form.isOn("offers"), machine: form.text("machine") };
      form.done();
      const list = await deps.perform(c.var.signedIn.actor, "lists.update", {
        ...offer,
        ...(password === undefined ? {} : { password }),
        id: idOf(c),
        name: form.text("name"),
        url: form.text("url"),
        every_seconds,
        ...(key === undefined ? {} : { key }),
      });
      return goTo(c, deps, pathOf(list.id), { text: `${list.name} is saved` });
    } catch (thrown) {
      const failure = formFailure(thrown, withoutKey(c.var.form));
      return detail(c, deps, failure.status, failure.form);
    }
  });

  app.post("/bans/lists/:id/enabled", async (c) => {
    const enabled = c.var.form["enabled"] === "on";
    const list = await deps.perform(c.var.signedIn.actor, "lists.update", { id: idOf(c), enabled });
    return goTo(c, deps, "/bans/lists", {
      text: `${list.name} is ${enabled ? "on" : "off"}`,
      undo: { action: `${pathOf(list.id)}/enabled`, fields: { enabled: enabled ? "off" : "on" } },
    });
  });

  app.post("/bans/lists/:id/refresh", async (c) => {
    const list = await deps.perform(c.var.signedIn.actor, "lists.refresh", { id: idOf(c) });
    const text = list.error === "" ? `${list.name} is fresh` : `${list.name} could not be fetched`;
    return goTo(c, deps, pathOf(list.id), { text });
  });

  app.post("/bans/lists/:id/delete", async (c) => {
    const { id, name } = await listOf(c, deps);
    if (c.var.form["confirm"] !== name) {
      throw new AegisError("conflict", `the name does not fit: type ${name} to remove this list`);
    }
    await deps.perform(c.var.signedIn.actor, "lists.delete", { id });
    return goTo(c, deps, "/bans/lists", { text: `${name} is removed` });
  });
}

function idOf(c: C): string {
  return c.req.param("id") ?? "";
}

function pathOf(id: string): string {
  return `/bans/lists/${encodeURIComponent(id)}`;
}

async function listOf(c: C, deps: AdminDeps): Promise<AddressListView> {
  const lists = await deps.perform(c.var.signedIn.actor, "lists.list", {});
  const list = lists.find((each) => each.id === idOf(c));
  if (list === undefined) throw new AegisError("not_found", "there is no such list");
  return list;
}

/** [SECURITY] A key or password that was typed is not sent back in the page. */
function withoutKey(form: Readonly<Record<string, string>>): Record<string, string> {
  const { key: _key, password: _password, ...rest } = form;
  return rest;
}

async function show(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const lists = await deps.perform(actor, "lists.list", {});
  return page(
    c,
    deps,
    { title: "Lists", section: "shield", status },
    <ListsPage ctx={view} lists={lists} form={form} />,
  );
}

async function detail(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const list = await listOf(c, deps);
  return page(
    c,
    deps,
    { title: list.name, section: "shield", status },
    <ListDetailPage ctx={c.var.signedIn.view} list={list} form={form} />,
  );
}
