import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { Toast } from "../../views/components/toast.tsx";
import { Banners } from "../../views/layout/banners.tsx";
import { Shell } from "../../views/layout/shell.tsx";
import { Solo } from "../../views/layout/solo.tsx";
import { Logo } from "../../views/components/icon.tsx";
import type { Section } from "../../views/layout/nav.ts";
import type { Theme, ToastMessage } from "../../views/model.ts";
import { ASSET_URLS } from "./assets.ts";
import type { AdminDeps, AdminEnv } from "./deps.ts";
import { clearFlashCookie, flashCookie, isOwnPath, readFlash } from "./flash.ts";

export interface PageOptions {
  readonly title: string;
  readonly section: Section;
  readonly status?: number;
}

type C = Context<AdminEnv>;

/** htmx asks for a fragment; without script the same address answers the whole page. */
export function wantsFragment(c: C): boolean {
  return c.req.header("hx-request-type") === "partial";
}

/** True where the fragment goes into the element with this id. */
export function isFor(c: C, id: string): boolean {
  return wantsFragment(c) && (c.req.header("hx-target") ?? "").endsWith(`#${id}`);
}

/** A page for somebody who is signed in, whole or as what `#main` holds; the message of a redirect comes with it. */
export function page(c: C, deps: AdminDeps, options: PageOptions, body: Child): Response {
  const ctx = c.var.signedIn.view;
  const toast = takeFlash(c, deps);
  c.header("vary", "HX-Request-Type");
  if (!wantsFragment(c)) {
    return html(
      c,
      options.status ?? 200,
      <Shell
        ctx={ctx}
        title={options.title}
        section={options.section}
        toast={toast}
      >
        <Banners ctx={ctx} />
        {body}
      </Shell>,
    );
  }
  // After a redirect the address bar follows to where it led.
  if (c.req.method === "GET") c.header("hx-push-url", pathOf(c));
  return html(
    c,
    options.status ?? 200,
    <>
      <title>{options.title} · Aegis</title>
      <Banners ctx={ctx} />
      {body}
      {toast === null ? null : (
        <hx-partial hx-target="#toasts">
          <Toast ctx={ctx} message={toast} />
        </hx-partial>
      )}
    </>,
  );
}

/** A page without navigation: sign-in, setup. */
export function soloPage(
  c: C,
  deps: AdminDeps,
  options: {
    readonly title: string;
    readonly theme: Theme;
    readonly status?: number;
    readonly wide?: boolean;
    readonly csrf?: string;
  },
  body: Child,
): Response {
  if (wantsFragment(c)) {
    if (c.req.method === "GET") c.header("hx-push-url", pathOf(c));
    return html(
      c,
      options.status ?? 200,
      <>
        <title>{options.title} · Aegis</title>
        <div class="brand">
          <Logo />Aegis <small>{deps.publicName}</small>
        </div>
        {body}
      </>,
    );
  }
  return html(
    c,
    options.status ?? 200,
    <Solo
      title={options.title}
      theme={options.theme}
      assets={ASSET_URLS}
      publicName={deps.publicName}
      wide={options.wide === true}
      {...(options.csrf === undefined ? {} : { csrf: options.csrf })}
    >
      {body}
    </Solo>,
  );
}

/** A fragment as it stands. */
export function fragment(c: C, body: Child, status = 200): Response {
  c.header("vary", "HX-Request-Type");
  return html(c, status, <>{body}</>);
}

/** Where a change leads, and what is said there. */
export function goTo(c: C, deps: AdminDeps, path: string, message?: ToastMessage): Response {
  if (message !== undefined) c.header("set-cookie", flashCookie(message, deps.secure), { append: true });
  return c.redirect(path, 303);
}

/** The same where the page around must change too (signed out, other theme): htmx loads it anew. */
export function leaveTo(c: C, path: string): Response {
  if (!wantsFragment(c)) return c.redirect(path, 303);
  c.header("hx-redirect", path);
  return c.body(null, 204);
}

/** [SECURITY] A path that a form or link named, if it is ours; else `otherwise`. */
export function ownPath(path: string | undefined, otherwise: string): string {
  return path !== undefined && isOwnPath(path) ? path : otherwise;
}

function takeFlash(c: C, deps: AdminDeps): ToastMessage | null {
  const message = readFlash(c.req.header("cookie"), deps.secure);
  if (message !== null) c.header("set-cookie", clearFlashCookie(deps.secure), { append: true });
  return message;
}

function pathOf(c: C): string {
  const url = new URL(c.req.url);
  return url.pathname + url.search;
}

function html(c: C, status: number, body: Child): Response {
  c.header("content-type", "text/html; charset=utf-8");
  const text = String(body);
  return c.body(text.startsWith("<html") ? `<!doctype html>${text}` : text, status as 200);
}
