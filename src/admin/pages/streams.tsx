import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { StreamEditorPage, StreamNow } from "../../../views/pages/streams/editor.tsx";
import { LiveStreams, StreamListPage } from "../../../views/pages/streams/list.tsx";
import { NewStreamPage } from "../../../views/pages/streams/new.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { isLate, lateForm } from "../late_form.ts";
import { fragment, goTo, page } from "../respond.tsx";
import { shortStream, streamPatch } from "../stream_form.ts";

type C = Context<AdminEnv>;

/** Rows of the connection log that a page shows. */
const MOST_ROWS = 20;
/** Fields that a link to the form may fill in. */
const FROM_LINK = ["name", "listen", "upstream", "tls", "whitelist_cidrs"] as const;

export function streamRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/streams", async (c) => {
    const shown = await listed(c, deps);
    return page(c, deps, { title: "Streams", section: "streams" }, <StreamListPage {...shown} />);
  });
  app.get("/streams/live", async (c) => fragment(c, <LiveStreams {...await listed(c, deps)} />));
  app.get("/streams/new", (c) => {
    const given = FROM_LINK.flatMap((name) => {
      const value = c.req.query(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return newStream(c, deps, 200, { ...EMPTY_FORM, values: Object.fromEntries(given) });
  });
  app.post("/streams/new", async (c) => {
    try {
      const stream = await deps.perform(c.var.signedIn.actor, "streams.create", {
        stream: shortStream(new FormReader(c.var.form)),
      });
      return goTo(c, deps, pathOf(stream), { text: `${stream.name} is open` });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form, "stream.");
      return newStream(c, deps, failure.status, failure.form);
    }
  });
  app.get("/streams/:id", (c) => editor(c, deps, 200, EMPTY_FORM));
  app.get("/streams/:id/now", async (c) => {
    const stream = await deps.perform(c.var.signedIn.actor, "streams.get", { id: c.req.param("id") });
    return fragment(c, <StreamNow ctx={c.var.signedIn.view} stream={stream} />);
  });
  app.post("/streams/:id", async (c) => {
    const form = new FormReader(c.var.form);
    try {
      const version = form.whole("version");
      const stream = await deps.perform(c.var.signedIn.actor, "streams.update", {
        id: c.req.param("id"),
        stream: streamPatch(form),
        version,
      });
      return goTo(c, deps, pathOf(stream), { text: `${stream.name} is saved and in force` });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form, "stream.");
      if (!isLate(thrown)) return editor(c, deps, failure.status, failure.form);
      const stored = await deps.perform(c.var.signedIn.actor, "streams.get", { id: c.req.param("id") });
      const late = lateForm(failure.form, streamPatch(new FormReader(c.var.form)), stored);
      return editor(c, deps, failure.status, late);
    }
  });
  app.post("/streams/:id/enabled", async (c) => {
    const enabled = c.var.form["enabled"] === "on";
    const stream = await deps.perform(c.var.signedIn.actor, "streams.set_enabled", {
      id: c.req.param("id"),
      enabled,
    });
    return goTo(c, deps, pathOf(stream), {
      text: `${stream.name} is ${enabled ? "open again" : "disabled"}`,
      undo: { action: `${pathOf(stream)}/enabled`, fields: { enabled: enabled ? "off" : "on" } },
    });
  });
  app.post("/streams/:id/delete", async (c) => {
    const { actor } = c.var.signedIn;
    const stream = await deps.perform(actor, "streams.get", { id: c.req.param("id") });
    if (c.var.form["confirm"] !== stream.name) {
      throw new AegisError("conflict", `the name does not fit: type ${stream.name} to remove this stream`);
    }
    await deps.perform(actor, "streams.delete", { id: stream.id });
    return goTo(c, deps, "/streams", { text: `${stream.name} is removed` });
  });
}

async function listed(c: C, deps: AdminDeps) {
  const { actor, view } = c.var.signedIn;
  const [streams, connections] = await Promise.all([
    deps.perform(actor, "streams.list", {}),
    deps.perform(actor, "streams.connections", { limit: MOST_ROWS }),
  ]);
  return { ctx: view, streams, connections };
}

async function newStream(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { view } = c.var.signedIn;
  const certificates = await certificateOptions(c, deps);
  return page(
    c,
    deps,
    { title: "Add stream", section: "streams", status },
    <NewStreamPage ctx={view} form={form} certificates={certificates} />,
  );
}

async function editor(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const stream = await deps.perform(actor, "streams.get", { id: c.req.param("id") ?? "" });
  const [connections, certificates] = await Promise.all([
    deps.perform(actor, "streams.connections", { id: stream.id, limit: MOST_ROWS }),
    certificateOptions(c, deps),
  ]);
  return page(
    c,
    deps,
    { title: stream.name, section: "streams", status },
    <StreamEditorPage
      ctx={view}
      stream={stream}
      form={form}
      connections={connections}
      certificates={certificates}
    />,
  );
}

async function certificateOptions(c: C, deps: AdminDeps) {
  const stored = await deps.perform(c.var.signedIn.actor, "certificates.list", {});
  return stored.map(({ id, names }) => ({ value: id, text: names[0] ?? id }));
}

function pathOf(stream: { readonly id: string }): string {
  return `/streams/${encodeURIComponent(stream.id)}`;
}
