import type { Context, MiddlewareHandler } from "hono";
import { type Actor, nobody } from "../control/operation.ts";
import { endedSessionCookie, readSessionToken } from "../identity/web_session.ts";
import { ASSET_URLS } from "./assets.ts";
import type { AdminDeps, AdminEnv, SignedIn } from "./deps.ts";
import { readPreferences } from "./preferences.ts";
import { leaveTo, wantsFragment } from "./respond.tsx";

/** Who asks when nobody is signed in: somebody at this address. */
export function visitor(c: Context<AdminEnv>): Actor {
  return nobody(c.env.peerAddress);
}

/** Turns the cookie into a person, or null. */
export async function signedIn(c: Context<AdminEnv>, deps: AdminDeps): Promise<SignedIn | null> {
  const token = readSessionToken(c.req.header("cookie"), deps.secure);
  if (token === null || token === "" || token.length > 200) return null;
  const session = await deps.perform(visitor(c), "auth.resolve", { token });
  if (session === null) return null;
  const { user } = session;
  const preferences = readPreferences(c.req.header("cookie"));
  const actor: Actor = {
    kind: "person",
    id: user.id,
    name: user.name,
    role: user.role,
    address: c.env.peerAddress,
  };
  return {
    actor,
    token,
    sessionId: session.session_id,
    view: {
      now: deps.clock.now(),
      csrf: session.csrf,
      user: { id: user.id, name: user.name, role: user.role },
      theme: preferences.theme,
      keys: preferences.keys,
      publicName: deps.publicName,
      version: deps.version,
      assets: ASSET_URLS,
      banners: await deps.perform(actor, "shield.banners", {}),
      fixed: (await deps.perform(actor, "settings.fixed", {})).keys,
    },
  };
}

/** Everything behind it is for people who are signed in; others are led to the sign-in, or to the setup. */
export function signInRequired(deps: AdminDeps): MiddlewareHandler<AdminEnv> {
  return async (c, next) => {
    const session = await signedIn(c, deps);
    if (session !== null) {
      c.set("signedIn", session);
      return await next();
    }
    if (readSessionToken(c.req.header("cookie"), deps.secure) !== null) {
      c.header("set-cookie", endedSessionCookie(deps.secure), { append: true });
    }
    const { needed } = await deps.perform(visitor(c), "setup.status", {});
    return leaveTo(c, needed ? "/setup" : `/sign-in?next=${encodeURIComponent(comeBackTo(c))}`);
  };
}

/** After the sign-in the page is shown again; a form that was sent meanwhile is not repeated. */
function comeBackTo(c: Context<AdminEnv>): string {
  if (c.req.method === "GET" && !wantsFragment(c)) {
    const url = new URL(c.req.url);
    return url.pathname + url.search;
  }
  const shown = c.req.header("hx-current-url") ?? c.req.header("referer");
  if (shown === undefined || !URL.canParse(shown)) return "/";
  const url = new URL(shown);
  return url.pathname + url.search;
}
