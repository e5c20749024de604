import { type Context, Hono } from "hono";
import { AegisError, errorText } from "../core/errors.ts";
import { Note } from "../../views/components/note.tsx";
import { ErrorPage } from "../../views/pages/errors/error_page.tsx";
import { ASSETS } from "./assets.ts";
import type { AdminDeps, AdminEnv } from "./deps.ts";
import { STATUS_OF } from "./failure.ts";
import { csrfChecked, ownNamesOnly, readForm, securityHeaders } from "./guard.ts";
import { accountRoutes } from "./pages/account.tsx";
import { banRoutes } from "./pages/bans.tsx";
import { listRoutes } from "./pages/lists.tsx";
import { certificateRoutes } from "./pages/certificates.tsx";
import { correlationRoutes } from "./pages/correlation.tsx";
import { dashboardRoutes } from "./pages/dashboard.tsx";
import { hostRoutes } from "./pages/hosts.tsx";
import { liveRoutes } from "./pages/live.tsx";
import { machineRoutes } from "./pages/machine.tsx";
import { paletteRoutes } from "./pages/palette.tsx";
import { releaseRoutes } from "./pages/releases.tsx";
import { ruleToolRoutes } from "./pages/rule_tools.tsx";
import { ruleRoutes } from "./pages/rules.tsx";
import { geolocationRoutes } from "./pages/geolocation.tsx";
import { notificationRoutes } from "./pages/notifications.tsx";
import { schemaRoutes } from "./pages/schemas.tsx";
import { settingsRoutes } from "./pages/settings.tsx";
import { accountStep, setupSteps } from "./pages/setup.tsx";
import { shieldRoutes } from "./pages/shield/shield.tsx";
import { signInRoutes, signOutRoute } from "./pages/sign_in.tsx";
import { streamRoutes } from "./pages/streams.tsx";
import { trafficRoutes } from "./pages/traffic.tsx";
import { userRoutes } from "./pages/users.tsx";
import { readPreferences } from "./preferences.ts";
import { page, soloPage, wantsFragment } from "./respond.tsx";
import { signInRequired } from "./session.ts";

/**
 * The administration's pages. `fetch(request, { peerAddress })`: the request's URL carries scheme and authority as the
 * browser sent them, `peerAddress` the client's address.
 */
export function createAdminApp(deps: AdminDeps): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.use(securityHeaders(), ownNamesOnly(deps));
  app.get("/assets/:file", (c) => {
    const file = ASSETS.get(c.req.path);
    if (file === undefined) return c.text("There is no such file.\n", 404);
    c.header("content-type", file.type);
    c.header("cache-control", "public, max-age=31536000, immutable");
    return c.body(file.body);
  });
  app.use(readForm(deps));
  signInRoutes(app, deps);
  accountStep(app, deps);
  app.use(signInRequired(deps), csrfChecked());
  signOutRoute(app, deps);
  setupSteps(app, deps);
  dashboardRoutes(app, deps);
  liveRoutes(app, deps);
  trafficRoutes(app, deps);
  hostRoutes(app, deps);
  streamRoutes(app, deps);
  certificateRoutes(app, deps);
  ruleToolRoutes(app, deps);
  releaseRoutes(app, deps);
  ruleRoutes(app, deps);
  schemaRoutes(app, deps);
  correlationRoutes(app, deps);
  shieldRoutes(app, deps);
  banRoutes(app, deps);
  listRoutes(app, deps);
  userRoutes(app, deps);
  accountRoutes(app, deps);
  machineRoutes(app, deps);
  settingsRoutes(app, deps);
  geolocationRoutes(app, deps);
  notificationRoutes(app, deps);
  paletteRoutes(app, deps);
  app.notFound((c) => failed(c, deps, new AegisError("not_found", "there is no such page")));
  app.onError((thrown, c) => failed(c, deps, thrown));
  return app;
}

/** Whatever a route did not handle itself: what is wrong, what stays, and a number to find it by. */
function failed(c: Context<AdminEnv>, deps: AdminDeps, thrown: unknown): Response {
  const known = thrown instanceof AegisError;
  const status = known ? STATUS_OF[thrown.code] : 500;
  const requestId = c.var.requestId;
  if (status >= 500) {
    deps.logger.error("an admin page failed", {
      request_id: requestId,
      path: c.req.path,
      error: errorText(thrown),
    });
  }
  const text = known ? thrown.message : "Aegis could not do this, by a fault of its own";
  const message = text.slice(0, 1).toUpperCase() + text.slice(1);
  const fields = known ? thrown.fields : [];
  if (wantsFragment(c)) return beside(c, status, message, requestId);
  const body = (
    <ErrorPage
      title={status === 404 ? "Not found" : "That did not work"}
      message={message}
      fields={fields}
      requestId={requestId}
      retry={c.req.method === "GET" ? c.req.path : null}
    />
  );
  // Before the session is known there is no navigation to show.
  const isSignedIn = (c.var.signedIn as AdminEnv["Variables"]["signedIn"] | undefined) !== undefined;
  if (isSignedIn) return page(c, deps, { title: "That did not work", section: "help", status }, body);
  const { theme } = readPreferences(c.req.header("cookie"));
  return soloPage(c, deps, { title: "That did not work", theme, status, wide: true }, body);
}

/** Shown beside the page, so that what was typed is kept. */
function beside(c: Context<AdminEnv>, status: number, message: string, requestId: string): Response {
  c.header("hx-retarget", "#toasts");
  c.header("hx-reswap", "innerHTML");
  c.header("hx-push-url", "false");
  const note = (
    <div class="toast problem" role="alert">
      <Note kind="blocked" title={message}>
        <p class="muted">Nothing was changed. Request {requestId}.</p>
      </Note>
      <button type="button" class="btn" data-dismiss>Close</button>
    </div>
  );
  return c.html(String(note), status as 500);
}
