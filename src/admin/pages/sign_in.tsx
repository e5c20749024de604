import type { Hono } from "hono";
import { endedSessionCookie, sessionCookie } from "../../identity/web_session.ts";
import { SignInPage } from "../../../views/pages/sign_in/sign_in.tsx";
import { EMPTY_FORM } from "../../../views/model.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { readPreferences } from "../preferences.ts";
import { leaveTo, ownPath, soloPage } from "../respond.tsx";
import { signedIn, visitor } from "../session.ts";

/** Signing in, for everybody. */
export function signInRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/sign-in", async (c) => {
    const next = ownPath(c.req.query("next"), "/");
    if (await signedIn(c, deps) !== null) return c.redirect(next, 303);
    const { needed } = await deps.perform(visitor(c), "setup.status", {});
    if (needed) return c.redirect("/setup", 303);
    const { theme } = readPreferences(c.req.header("cookie"));
    const notice = c.req.query("done") === undefined ? null : "You are signed out.";
    return soloPage(
      c,
      deps,
      { title: "Sign in", theme },
      <SignInPage form={EMPTY_FORM} next={next} notice={notice} />,
    );
  });

  app.post("/sign-in", async (c) => {
    const form = new FormReader(c.var.form);
    const next = ownPath(form.text("next"), "/");
    try {
      const session = await deps.perform(visitor(c), "auth.login", {
        name: form.text("name"),
        password: form.raw("password"),
        user_agent: (c.req.header("user-agent") ?? "").slice(0, 512),
      });
      c.header("set-cookie", sessionCookie(session.token, deps.secure), { append: true });
      return c.redirect(next, 303);
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      const shown = {
        ...failure.form,
        errors: [{ field: "password", message: failure.form.message ?? "name or password is not right" }],
        message: null,
      };
      const { theme } = readPreferences(c.req.header("cookie"));
      const status = failure.status === 429 ? 429 : 422;
      return soloPage(
        c,
        deps,
        { title: "Sign in", theme, status },
        <SignInPage form={shown} next={next} notice={null} />,
      );
    }
  });
}

/** Signing out, behind the session and its CSRF token. */
export function signOutRoute(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.post("/sign-out", async (c) => {
    await deps.perform(c.var.signedIn.actor, "auth.logout", { token: c.var.signedIn.token });
    c.header("set-cookie", endedSessionCookie(deps.secure), { append: true });
    return leaveTo(c, "/sign-in?done=1");
  });
}
