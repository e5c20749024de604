import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import type { SchemaMode } from "../../core/api_schema.ts";
import type { OperationInput } from "../../control/operation.ts";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { SchemaEditorPage } from "../../../views/pages/schemas/editor.tsx";
import { SchemaListPage } from "../../../views/pages/schemas/list.tsx";
import { NewSchemaPage } from "../../../views/pages/schemas/new.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { isLate, lateForm } from "../late_form.ts";
import { goTo, page } from "../respond.tsx";

type C = Context<AdminEnv>;

export function schemaRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/schemas", async (c) => {
    const { actor, view } = c.var.signedIn;
    const schemas = await deps.perform(actor, "schemas.list", {});
    return page(
      c,
      deps,
      { title: "Schemas", section: "schemas" },
      <SchemaListPage ctx={view} schemas={schemas} />,
    );
  });
  app.get("/schemas/new", (c) => {
    const host = c.req.query("host");
    return newSchema(c, deps, 200, { ...EMPTY_FORM, values: host === undefined ? {} : { host } });
  });
  app.post("/schemas/new", async (c) => {
    const form = new FormReader(c.var.form);
    try {
      const schema = await deps.perform(c.var.signedIn.actor, "schemas.create", {
        schema: { host: form.text("host"), ...patchOf(form), ...documentOf(form) },
      });
      return goTo(c, deps, pathOf(schema.id), {
        text: `${schema.name} is taken: ${schema.endpoints} endpoints`,
      });
    } catch (thrown) {
      const failure = formFailure(thrown, withoutFile(c.var.form), "schema.");
      return newSchema(c, deps, failure.status, failure.form);
    }
  });
  app.get("/schemas/:id", (c) => editor(c, deps, 200, EMPTY_FORM));
  app.post("/schemas/:id", async (c) => {
    const form = new FormReader(c.var.form);
    try {
      const schema = await deps.perform(c.var.signedIn.actor, "schemas.update", {
        id: c.req.param("id"),
        schema: patchOf(form),
        version: form.whole("version"),
      });
      return goTo(c, deps, pathOf(schema.id), { text: `${schema.name} is saved and in force` });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form, "schema.");
      if (!isLate(thrown)) return editor(c, deps, failure.status, failure.form);
      const stored = await deps.perform(c.var.signedIn.actor, "schemas.get", { id: c.req.param("id") });
      const late = lateForm(failure.form, patchOf(new FormReader(c.var.form)), stored);
      return editor(c, deps, failure.status, late);
    }
  });
  changes(app, deps);
}

/** Changes that act at once. */
function changes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.post("/schemas/:id/ingest", async (c) => {
    try {
      const schema = await deps.perform(c.var.signedIn.actor, "schemas.ingest", {
        id: c.req.param("id"),
        document: documentOf(new FormReader(c.var.form)).document ?? "",
      });
      return goTo(c, deps, pathOf(schema.id), {
        text: `${schema.name} has ${schema.endpoints} endpoints now`,
      });
    } catch (thrown) {
      return editor(c, deps, formFailure(thrown, {}).status, formFailure(thrown, {}).form);
    }
  });
  app.post("/schemas/:id/refresh", async (c) => {
    const id = c.req.param("id");
    try {
      const schema = await deps.perform(c.var.signedIn.actor, "schemas.refresh", { id });
      return goTo(c, deps, pathOf(id), { text: `${schema.name} is fetched` });
    } catch (thrown) {
      return editor(c, deps, formFailure(thrown, {}).status, formFailure(thrown, {}).form);
    }
  });
  app.post("/schemas/:id/rules/:i", async (c) => {
    const i = Number(c.req.param("i"));
    const mode = c.var.form["mode"] ?? "inherit";
    const schema = await deps.perform(c.var.signedIn.actor, "schemas.set_rule", {
      id: c.req.param("id"),
      i,
      mode: mode === "inherit" ? null : mode as SchemaMode,
    });
    const rule = schema.rules[i];
    return goTo(c, deps, pathOf(schema.id), { text: `${rule?.method} ${rule?.path}: ${rule?.mode}` });
  });
  app.post("/schemas/:id/delete", async (c) => {
    const { actor } = c.var.signedIn;
    const schema = await deps.perform(actor, "schemas.get", { id: c.req.param("id") });
    if (c.var.form["confirm"] !== schema.name) {
      throw new AegisError("conflict", `the name does not fit: type ${schema.name} to remove this schema`);
    }
    await deps.perform(actor, "schemas.delete", { id: schema.id });
    return goTo(c, deps, "/schemas", { text: `${schema.name} is removed` });
  });
}

/** What both forms have. Texts that the operation refuses are passed on: it says why. */
function patchOf(form: FormReader): OperationInput<"schemas.update">["schema"] {
  const patch = {
    name: form.text("name"),
    url: form.text("url"),
    refresh_seconds: form.whole("refresh_seconds"),
    base_path: form.text("base_path") === "" ? null : form.text("base_path"),
    mode: form.text("mode") as SchemaMode,
    block_undefined: form.isOn("block_undefined"),
    strict_body: form.isOn("strict_body"),
  };
  form.done();
  return patch;
}

/** A file goes before a text. */
function documentOf(form: FormReader): { readonly document?: string } {
  const text = form.raw("file") === "" ? form.text("document") : form.raw("file");
  return text === "" ? {} : { document: text };
}

/** A file is chosen anew: its text does not come back. */
function withoutFile(form: Readonly<Record<string, string>>): Record<string, string> {
  const { file: _file, ...rest } = form;
  return rest;
}

async function newSchema(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const hosts = await deps.perform(actor, "hosts.list", {});
  const options = hosts.filter(({ kind }) => kind === "proxy")
    .map(({ id, domains }) => ({ value: id, text: domains[0] ?? id }));
  return page(
    c,
    deps,
    { title: "Add schema", section: "schemas", status },
    <NewSchemaPage ctx={view} form={form} hosts={options} />,
  );
}

async function editor(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const schema = await deps.perform(actor, "schemas.get", { id: c.req.param("id") ?? "" });
  return page(
    c,
    deps,
    { title: schema.name, section: "schemas", status },
    <SchemaEditorPage ctx={view} schema={schema} form={form} />,
  );
}

function pathOf(id: string): string {
  return `/schemas/${encodeURIComponent(id)}`;
}
