import type { Context, Hono } from "hono";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { AccountPage } from "../../../views/pages/account/account.tsx";
import { endedSessionCookie } from "../../identity/web_session.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { preferenceCookies } from "../preferences.ts";
import { goTo, leaveTo, page } from "../respond.tsx";

export function accountRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/account", (c) => show(c, deps, 200, EMPTY_FORM));

  app.post("/account/preferences", (c) => {
    const theme = c.var.form["theme"];
    const preferences = {
      theme: theme === "light" || theme === "dark" ? theme : "system",
      keys: c.var.form["keys"] === "on",
    } as const;
    for (const cookie of preferenceCookies(preferences, deps.secure)) {
      c.header("set-cookie", cookie, { append: true });
    }
    return leaveTo(c, "/account");
  });

  app.post("/account/password", async (c) => {
    const { actor } = c.var.signedIn;
    try {
      await deps.perform(actor, "users.set_password", {
        id: actor.id,
        password: c.var.form["password"] ?? "",
        current_password: c.var.form["current_password"] ?? "",
      });
      c.header("set-cookie", endedSessionCookie(deps.secure), { append: true });
      return leaveTo(c, "/sign-in?done=1");
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      return show(c, deps, failure.status, failure.form);
    }
  });

  app.post("/account/sessions/:id/revoke", async (c) => {
    await deps.perform(c.var.signedIn.actor, "sessions.revoke", { id: c.req.param("id") });
    return goTo(c, deps, "/account", { text: "The session is ended" });
  });
}

async function show(
  c: Context<AdminEnv>,
  deps: AdminDeps,
  status: number,
  form: FormState,
): Promise<Response> {
  const { actor, view, sessionId } = c.var.signedIn;
  const sessions = await deps.perform(actor, "sessions.list", {});
  return page(
    c,
    deps,
    { title: "Your account", section: "account", status },
    <AccountPage ctx={view} sessions={sessions.slice(0, 100)} sessionId={sessionId} form={form} />,
  );
}
