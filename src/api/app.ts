import { type Context, Hono } from "hono";
import { AegisError, errorText } from "../core/errors.ts";
import type { Logger } from "../core/ports.ts";
import type { LiveTail } from "../control/traffic/live.ts";
import { type Actor, CONTRACT, nobody } from "../control/operation.ts";
import type { Perform } from "../control/perform.ts";
import { equalInConstantTime } from "../identity/constant_time.ts";
import { isOwnHost } from "../identity/host_guard.ts";
import { endedSessionCookie, isOwnOrigin, readSessionToken, sessionCookie } from "../identity/web_session.ts";
import { DOCS_CSP, docsPage } from "./docs_page.ts";
import { eventStream } from "./events.ts";
import { asSent, readInput } from "./input.ts";
import { openApiDocument } from "./openapi.ts";
import { HttpProblem, problemResponse } from "./problem.ts";
import { type Route, ROUTES } from "./routes.ts";

export interface ApiDeps {
  readonly perform: Perform;
  readonly live: Pick<LiveTail, "subscribe">;
  readonly logger: Logger;
  /** The listener speaks TLS: the cookie is `__Host-` and Secure. */
  readonly secure: boolean;
  /** Names that the listener answers to, lower case, without port; addresses are always answered. */
  readonly hostNames: readonly string[];
  /** A snapshot is in force and the database answers. */
  isReady(): boolean;
  readonly version: string;
}

interface ApiEnv {
  Bindings: { readonly peerAddress: string };
  Variables: { requestId: string };
}

interface Session {
  readonly actor: Actor;
  readonly token: string;
  readonly csrf: string;
}

const BASE = "/api/v1";

/** The REST API with `/healthz` and `/readyz`, as a `fetch` handler. */
export function createApi(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const document = openApiDocument(deps.version);
  app.use(async (c, next) => {
    c.set("requestId", crypto.randomUUID());
    // [SECURITY] Before anything else is looked at: a name that is not ours (DNS rebinding).
    if (!isOwnHost(new URL(c.req.url).hostname, deps.hostNames)) {
      c.res = problemResponse(new HttpProblem(421, "this name is not served here"), c.var.requestId);
    } else await next();
    setHeaders(c);
  });
  app.onError((thrown, c) => {
    if (!(thrown instanceof AegisError) || thrown.code === "internal") {
      deps.logger.error("request failed", { request_id: c.var.requestId, error: errorText(thrown) });
    }
    return problemResponse(thrown, c.var.requestId);
  });
  app.notFound((c) =>
    problemResponse(new AegisError("not_found", "there is nothing at this address"), c.var.requestId)
  );
  app.get("/healthz", (c) => c.text("ok\n"));
  app.get("/readyz", (c) => deps.isReady() ? c.text("ready\n") : c.text("not ready\n", 503));
  app.get(`${BASE}/openapi.json`, (c) => c.json(document));
  app.get(`${BASE}/docs`, (c) => {
    c.header("content-security-policy", DOCS_CSP);
    return c.html(docsPage(document));
  });
  app.get(`${BASE}/events`, async (c) => {
    const session = await signedIn(c, deps);
    if (session === null) throw new AegisError("not_signed_in", "please sign in");
    const isStillSignedIn = async () => await signedIn(c, deps) !== null;
    return eventStream({ ...deps, actor: session.actor, signal: c.req.raw.signal, isStillSignedIn });
  });
  for (const route of ROUTES) {
    app.on(route.method, BASE + honoPath(route.path), (c) => serve(c, deps, route));
  }
  for (const path of new Set([...ROUTES.map((route) => route.path), "/events", "/openapi.json", "/docs"])) {
    app.all(BASE + honoPath(path), (c) => {
      // `/rules/test` is also a `/rules/{id}`: what is said is what this very address allows.
      const allow = allowedMethods(c.req.path.slice(BASE.length));
      throw new HttpProblem(405, `${c.req.method} is not possible here: ${allow}`, { allow });
    });
  }
  return app;
}

async function serve(c: Context<ApiEnv>, deps: ApiDeps, route: Route): Promise<Response> {
  const isChange = route.method !== "GET";
  if (isChange) refuseForeignOrigin(c);
  const session = await signedIn(c, deps);
  // Before a body is read: who is not signed in cannot make us hold one.
  const needsSession = CONTRACT[route.operation].role !== "anyone" || route.session === "ends";
  if (needsSession && session === null) throw new AegisError("not_signed_in", "please sign in");
  if (isChange && needsSession) requireCsrf(c, session!.csrf);
  const actor = session?.actor ?? nobody(c.env.peerAddress);
  const input = await readInput(route, c.req.raw, c.req.param());
  // The operation validates what stands here, so the type is only promised.
  const asked = withSession(c, deps, route, input) as never;
  const output = await deps.perform(actor, route.operation, asked).catch((thrown: unknown) => {
    throw asSent(thrown, route);
  });
  return answer(deps, route, output);
}

/** The cookie's token, and the browser's name, where the route is about the session itself. */
function withSession(c: Context<ApiEnv>, deps: ApiDeps, route: Route, input: Record<string, unknown>) {
  if (route.session === undefined) return input;
  if (route.session === "begins") {
    return { ...input, user_agent: (c.req.header("user-agent") ?? "").slice(0, 512) };
  }
  const token = readSessionToken(c.req.header("cookie"), deps.secure);
  if (token === null || token === "") throw new AegisError("not_signed_in", "please sign in");
  return { ...input, token };
}

function answer(deps: ApiDeps, route: Route, output: unknown): Response {
  const headers = new Headers();
  const fields = output as Record<string, unknown> | null;
  if (route.session === "reads" && fields === null) throw new AegisError("not_signed_in", "please sign in");
  if (route.session === "ends") headers.set("set-cookie", endedSessionCookie(deps.secure));
  if (route.status === 204) return new Response(null, { status: 204, headers });
  if (route.versioned) headers.set("etag", `"${fields!.version}"`);
  if (route.file !== undefined) {
    headers.set("content-type", route.file);
    headers.set("content-disposition", `attachment; filename="${fields!.file_name}"`);
    return new Response(Uint8Array.fromBase64(String(fields!.content)), { headers });
  }
  if (route.session === "begins") {
    // [SECURITY] The token itself lives in the cookie only, where no script reads it.
    const { token, ...rest } = fields!;
    headers.set("set-cookie", sessionCookie(String(token), deps.secure));
    return Response.json(rest, { headers });
  }
  return Response.json(output, { status: route.status ?? 200, headers });
}

async function signedIn(c: Context<ApiEnv>, deps: ApiDeps): Promise<Session | null> {
  const token = readSessionToken(c.req.header("cookie"), deps.secure);
  if (token === null || token === "" || token.length > 200) return null;
  const address = c.env.peerAddress;
  const found = await deps.perform(nobody(address), "auth.resolve", { token });
  if (found === null) return null;
  const { id, name, role } = found.user;
  return { token, csrf: found.csrf, actor: { kind: "person", id, name, role, address } };
}

/** [SECURITY] Changes come from our own pages or from no page at all (CSRF, login CSRF). */
function refuseForeignOrigin(c: Context<ApiEnv>): void {
  const request = { origin: c.req.header("origin"), secFetchSite: c.req.header("sec-fetch-site") };
  if (isOwnOrigin(request, new URL(c.req.url).origin)) return;
  throw new AegisError("forbidden", "this request comes from another site");
}

/** [SECURITY] The token of the session, which another site cannot know (CSRF). */
function requireCsrf(c: Context<ApiEnv>, csrf: string): void {
  if (equalInConstantTime(c.req.header("x-csrf-token") ?? "", csrf)) return;
  throw new AegisError(
    "forbidden",
    "the header X-CSRF-Token is missing or not that of this session (GET /users/me shows it)",
  );
}

function setHeaders(c: Context<ApiEnv>): void {
  const { headers } = c.res;
  headers.set("x-request-id", c.var.requestId);
  headers.set("cache-control", "no-store");
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  headers.set("x-frame-options", "DENY");
  headers.set("cross-origin-resource-policy", "same-origin");
  if (!headers.has("content-security-policy")) {
    headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function allowedMethods(path: string): string {
  const fits = (pattern: string) => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
  const methods = ROUTES.filter((route) => fits(route.path)).map((route) => route.method);
  return (methods.length === 0 ? ["GET"] : [...new Set(methods)]).join(", ");
}
