import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import { sessionCookie } from "../../identity/web_session.ts";
import {
  AccountStep,
  FirstHostStep,
  ProtectionStep,
  ReadyStep,
  SetupNeeded,
} from "../../../views/pages/setup/setup.tsx";
import { MailStep } from "../../../views/pages/setup/mail.tsx";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { shortHost } from "../host_form.ts";
import { readPreferences } from "../preferences.ts";
import { goTo, soloPage } from "../respond.tsx";
import { visitor } from "../session.ts";
import { smtpFields } from "./notifications.tsx";

/** Of the profile that the wizard makes. */
const MAIL_NAME = "operations";
const WIDE = { title: "Set up", wide: true } as const;

/** The first step: the account, with the token of the one-time link. The rest needs its session. */
export function accountStep(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/setup", async (c) => {
    const { needed } = await deps.perform(visitor(c), "setup.status", {});
    if (!needed) return c.redirect("/", 303);
    const options = { ...WIDE, theme: readPreferences(c.req.header("cookie")).theme };
    const token = c.req.query("token");
    if (token === undefined) return soloPage(c, deps, options, <SetupNeeded />);
    return soloPage(c, deps, options, <AccountStep token={token} form={EMPTY_FORM} />);
  });

  app.post("/setup", async (c) => {
    const form = new FormReader(c.var.form);
    const token = form.text("token");
    const name = form.text("name");
    const password = form.raw("password");
    const email = form.optional("email");
    try {
      await deps.perform(visitor(c), "setup.complete", {
        token,
        name,
        password,
        ...(email === undefined ? {} : { email }),
      });
      const session = await deps.perform(visitor(c), "auth.login", {
        name,
        password,
        user_agent: (c.req.header("user-agent") ?? "").slice(0, 512),
      });
      c.header("set-cookie", sessionCookie(session.token, deps.secure), { append: true });
      return c.redirect("/setup/protection", 303);
    } catch (thrown) {
      const { form: state, status } = formFailure(thrown, c.var.form);
      // A token that is not valid must be typed anew; one that is goes along unseen.
      const known = thrown instanceof AegisError && thrown.code === "forbidden" ? "" : token;
      const options = { ...WIDE, theme: readPreferences(c.req.header("cookie")).theme, status };
      return soloPage(c, deps, options, <AccountStep token={known} form={state} />);
    }
  });
}

/** Protection, first host, ready: each a change of its own, so that nothing is lost on the way. */
export function setupSteps(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/setup/protection", async (c) => {
    const { actor, view } = c.var.signedIn;
    const settings = await deps.perform(actor, "settings.get", {});
    return soloPage(
      c,
      deps,
      { ...WIDE, theme: view.theme, csrf: view.csrf },
      <ProtectionStep ctx={view} form={EMPTY_FORM} level={settings.waf.paranoia_level} />,
    );
  });

  app.post("/setup/protection", async (c) => {
    const { actor, view } = c.var.signedIn;
    const level = paranoiaOf(c.var.form["paranoia"]);
    try {
      await deps.perform(actor, "settings.update", { patch: { waf: { paranoia_level: level } } });
    } catch (thrown) {
      // Where the configuration file fixes the level, there is nothing to choose.
      if (!(thrown instanceof AegisError) || thrown.code !== "read_only") {
        const { form, status } = formFailure(thrown, c.var.form);
        return soloPage(
          c,
          deps,
          { ...WIDE, theme: view.theme, csrf: view.csrf, status },
          <ProtectionStep ctx={view} form={form} level={level} />,
        );
      }
    }
    return goTo(c, deps, "/setup/mail");
  });

  const mail = (c: Context<AdminEnv>, form: FormState, status = 200) => {
    const { view } = c.var.signedIn;
    const options = { ...WIDE, theme: view.theme, csrf: view.csrf, status };
    return soloPage(c, deps, options, <MailStep ctx={view} form={form} />);
  };
  app.get("/setup/mail", (c) => mail(c, EMPTY_FORM));
  app.post("/setup/mail", async (c) => {
    try {
      const form = new FormReader(c.var.form);
      const profile = { name: MAIL_NAME, ...smtpFields(form) };
      form.done();
      await deps.perform(c.var.signedIn.actor, "smtp.create", { profile });
      return goTo(c, deps, "/setup/host");
    } catch (thrown) {
      const { form, status } = formFailure(thrown, c.var.form, "profile.");
      return mail(c, form, status);
    }
  });

  app.get("/setup/host", (c) => {
    const { view } = c.var.signedIn;
    return soloPage(
      c,
      deps,
      { ...WIDE, theme: view.theme, csrf: view.csrf },
      <FirstHostStep ctx={view} form={EMPTY_FORM} />,
    );
  });

  app.post("/setup/host", async (c) => {
    const { actor, view } = c.var.signedIn;
    try {
      const host = await deps.perform(actor, "hosts.create", { host: shortHost(new FormReader(c.var.form)) });
      return goTo(c, deps, `/setup/ready?host=${encodeURIComponent(host.id)}`);
    } catch (thrown) {
      const { form, status } = formFailure(thrown, c.var.form, "host.");
      return soloPage(
        c,
        deps,
        { ...WIDE, theme: view.theme, csrf: view.csrf, status },
        <FirstHostStep ctx={view} form={form} />,
      );
    }
  });

  app.get("/setup/ready", async (c) => {
    const { actor, view } = c.var.signedIn;
    const id = c.req.query("host");
    const hosts = id === undefined
      ? await deps.perform(actor, "hosts.list", {})
      : [await deps.perform(actor, "hosts.get", { id })];
    return soloPage(
      c,
      deps,
      { ...WIDE, theme: view.theme, csrf: view.csrf },
      <ReadyStep hosts={hosts.map(({ id, domains, waf }) => ({ name: domains[0] ?? id, mode: waf.mode }))} />,
    );
  });
}

export function paranoiaOf(text: string | undefined): 1 | 2 | 3 | 4 {
  const level = Number(text);
  return level === 2 || level === 3 || level === 4 ? level : 1;
}
