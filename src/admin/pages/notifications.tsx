import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import { NOTICE_KINDS } from "../../core/notice.ts";
import type { OperationInput } from "../../control/operation.ts";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { SmtpPage, WebhookPage } from "../../../views/pages/notifications/editor.tsx";
import { NotificationsPage } from "../../../views/pages/notifications/list.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";

type C = Context<AdminEnv>;
interface Named {
  readonly id: string;
  readonly name: string;
}

const MOST_MESSAGES = 100;

export function notificationRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/notifications", async (c) => {
    const { actor, view } = c.var.signedIn;
    const [profiles, webhooks, deliveries] = await Promise.all([
      deps.perform(actor, "smtp.list", {}),
      deps.perform(actor, "webhooks.list", {}),
      deps.perform(actor, "notifications.list", { limit: MOST_MESSAGES }),
    ]);
    const props = { ctx: view, profiles, webhooks, deliveries };
    return page(
      c,
      deps,
      { title: "Notifications", section: "notifications" },
      <NotificationsPage {...props} />,
    );
  });

  app.post("/notifications/messages/:id/resend", async (c) => {
    await deps.perform(c.var.signedIn.actor, "notifications.resend", { id: c.req.param("id") });
    return goTo(c, deps, "/notifications", { text: "It is sent again now" });
  });

  channelRoutes(app, deps, "smtp", showSmtp, saveSmtp);
  channelRoutes(app, deps, "webhooks", showWebhook, saveWebhook);
}

type Show = (c: C, deps: AdminDeps, id: string | null, status: number, form: FormState) => Promise<Response>;
type Save = (c: C, deps: AdminDeps, id: string | null) => Promise<string>;

/** Mail profiles and webhooks have the same pages. */
function channelRoutes(
  app: Hono<AdminEnv>,
  deps: AdminDeps,
  noun: "smtp" | "webhooks",
  show: Show,
  save: Save,
): void {
  const post = async (c: C, id: string | null) => {
    try {
      return goTo(c, deps, "/notifications", { text: `${await save(c, deps, id)} is saved` });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form, noun === "smtp" ? "profile." : "webhook.");
      return await show(c, deps, id, failure.status, failure.form);
    }
  };
  app.get(`/notifications/${noun}/new`, (c) => show(c, deps, null, 200, EMPTY_FORM));
  app.post(`/notifications/${noun}/new`, (c) => post(c, null));
  app.get(`/notifications/${noun}/:id`, (c) => show(c, deps, c.req.param("id"), 200, EMPTY_FORM));
  app.post(`/notifications/${noun}/:id`, (c) => post(c, c.req.param("id")));
  app.post(`/notifications/${noun}/:id/test`, async (c) => {
    const { text } = await deps.perform(c.var.signedIn.actor, `${noun}.test`, { id: c.req.param("id") });
    return goTo(c, deps, "/notifications", { text });
  });
  app.post(`/notifications/${noun}/:id/delete`, async (c) => {
    const id = c.req.param("id");
    const { actor } = c.var.signedIn;
    const list: readonly Named[] = await deps.perform(actor, `${noun}.list`, {});
    const { name } = found(list, id);
    if (c.var.form["confirm"] !== name) {
      throw new AegisError("conflict", `the name does not fit: type ${name} to delete it`);
    }
    await deps.perform(actor, `${noun}.delete`, { id });
    return goTo(c, deps, "/notifications", { text: `${name} is deleted` });
  });
}

async function showSmtp(...[c, deps, id, status, form]: Parameters<Show>): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const channel = id === null ? null : found(await deps.perform(actor, "smtp.list", {}), id);
  const title = channel?.name ?? "Add mail";
  const props = { ctx: view, channel, form };
  return page(c, deps, { title, section: "notifications", status }, <SmtpPage {...props} />);
}

async function showWebhook(...[c, deps, id, status, form]: Parameters<Show>): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const channel = id === null ? null : found(await deps.perform(actor, "webhooks.list", {}), id);
  const title = channel?.name ?? "Add webhook";
  const props = { ctx: view, channel, form };
  return page(c, deps, { title, section: "notifications", status }, <WebhookPage {...props} />);
}

async function saveSmtp(c: C, deps: AdminDeps, id: string | null): Promise<string> {
  const form = new FormReader(c.var.form);
  const profile = { ...commonFields(form), ...smtpFields(form) };
  form.done();
  const { actor } = c.var.signedIn;
  const saved = id === null
    ? await deps.perform(actor, "smtp.create", { profile })
    : await deps.perform(actor, "smtp.update", { id, profile });
  return saved.name;
}

/** The fields of `SmtpFields`. */
export function smtpFields(form: FormReader) {
  const password = form.raw("password");
  return {
    host: form.text("host"),
    port: form.whole("port"),
    security: form.text("security") as "starttls",
    user: form.text("user"),
    from_name: form.text("from_name"),
    from_address: form.text("from_address"),
    recipients: form.list("recipients"),
    ...(password === "" ? {} : { password }),
  };
}

async function saveWebhook(c: C, deps: AdminDeps, id: string | null): Promise<string> {
  const form = new FormReader(c.var.form);
  const url = form.optional("url");
  const secret = form.raw("secret");
  const headers = headersOf(form);
  const webhook: OperationInput<"webhooks.create">["webhook"] = {
    ...commonFields(form),
    format: form.text("format") as "slack",
    ...(url === undefined ? {} : { url }),
    ...(secret === "" ? {} : { secret }),
    ...(headers.length === 0 ? {} : { headers }),
  };
  form.done();
  const { actor } = c.var.signedIn;
  const saved = id === null
    ? await deps.perform(actor, "webhooks.create", { webhook })
    : await deps.perform(actor, "webhooks.update", { id, webhook });
  return saved.name;
}

function commonFields(form: FormReader) {
  return {
    name: form.text("name"),
    enabled: form.isOn("enabled"),
    kinds: NOTICE_KINDS.filter((kind) => form.isOn(`kind.${kind}`)),
  };
}

function headersOf(form: FormReader): [string, string][] {
  const lines = form.text("headers").split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    if (colon > 0) return [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
    form.refuse("headers", `"${line.slice(0, 40)}" has no colon`, "write Name: value");
    return [];
  });
}

function found<T extends { readonly id: string }>(list: readonly T[], id: string): T {
  const one = list.find((each) => each.id === id);
  if (one === undefined) throw new AegisError("not_found", "there is no such mail profile or webhook");
  return one;
}
