import type { MiddlewareHandler } from "hono";
import { equalInConstantTime } from "../identity/constant_time.ts";
import { isOwnOrigin } from "../identity/web_session.ts";
import { AegisError } from "../core/errors.ts";
import type { AdminDeps, AdminEnv } from "./deps.ts";
import { signedIn } from "./session.ts";

/** Rule imports are at most 4 MiB (spec 02), percent-encoded in a form. */
const LONGEST_FORM_BYTES = 13 * 1024 * 1024;
/** [SECURITY] Of forms that anybody may send: nobody makes us hold megabytes before saying who they are. */
const LONGEST_OPEN_FORM_BYTES = 16 * 1024;
const OPEN_FORMS: ReadonlySet<string> = new Set(["/sign-in", "/setup"]);

/**
 * [SECURITY] Nothing from elsewhere, no inline script or style, no frame around us (XSS, click-jacking, CWE-1021).
 * There is no `unsafe-eval` either: htmx attributes that would need it do nothing.
 */
const CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Headers of every answer, and an id to find it by. */
export function securityHeaders(): MiddlewareHandler<AdminEnv> {
  return async (c, next) => {
    c.set("requestId", crypto.randomUUID());
    await next();
    // A page of ours may say of itself that it may do less.
    if (!c.res.headers.has("content-security-policy")) {
      c.header("content-security-policy", CONTENT_SECURITY_POLICY);
    }
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "same-origin");
    if (!c.res.headers.has("cross-origin-opener-policy")) {
      c.header("cross-origin-opener-policy", "same-origin");
    }
    c.header("cross-origin-resource-policy", "same-origin");
    c.header("x-frame-options", "DENY");
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
  };
}

/** [SECURITY] Refuses names that are not ours (DNS rebinding): a foreign page could else read the administration. */
export function ownNamesOnly(deps: AdminDeps): MiddlewareHandler<AdminEnv> {
  const names = new Set(deps.hostNames.map((name) => name.toLowerCase()));
  return async (c, next) => {
    const name = new URL(c.req.url).hostname.toLowerCase().replace(/^\[(.*)\]$/, "$1");
    if (names.has(name)) return await next();
    return c.text("This name is not served by the administration of Aegis.\n", 421);
  };
}

/**
 * Reads the form of a changing request once. [SECURITY] It must come from one of our pages (Origin or
 * Sec-Fetch-Site), so that nobody is signed in as somebody else either (login CSRF).
 */
export function readForm(deps: AdminDeps): MiddlewareHandler<AdminEnv> {
  return async (c, next) => {
    c.set("form", {});
    if (c.req.method === "GET" || c.req.method === "HEAD") return await next();
    const origin = { origin: c.req.header("origin"), secFetchSite: c.req.header("sec-fetch-site") };
    if (!isOwnOrigin(origin, new URL(c.req.url).origin)) {
      throw new AegisError("forbidden", "this form does not come from the administration itself");
    }
    const isOpen = OPEN_FORMS.has(c.req.path);
    // Who is not signed in is led to the sign-in further on, and what was sent is not read.
    if (isOpen || await signedIn(c, deps) !== null) {
      c.set("form", await formFields(c.req.raw, isOpen ? LONGEST_OPEN_FORM_BYTES : LONGEST_FORM_BYTES));
    }
    await next();
  };
}

/** [SECURITY] The CSRF token of the session, as a field or as the header that app.js sets. */
export function csrfChecked(): MiddlewareHandler<AdminEnv> {
  return async (c, next) => {
    if (c.req.method === "GET" || c.req.method === "HEAD") return await next();
    const given = c.req.header("x-csrf-token") ?? c.var.form["csrf"] ?? "";
    if (!equalInConstantTime(given, c.var.signedIn.view.csrf)) {
      throw new AegisError(
        "forbidden",
        "this page is too old to change anything: load it again, then repeat the change",
      );
    }
    await next();
  };
}

async function formFields(request: Request, most: number): Promise<Record<string, string>> {
  const type = request.headers.get("content-type") ?? "";
  if (request.body === null || type === "") return {};
  if (type.startsWith("multipart/form-data")) return await partFields(request.body, type, most);
  if (!type.startsWith("application/x-www-form-urlencoded")) {
    throw new AegisError("invalid_input", "the form has an unknown encoding");
  }
  const text = await boundedText(request.body, most);
  return Object.fromEntries(new URLSearchParams(text));
}

/** Of forms with a file: its text stands under its field's name. */
async function partFields(
  body: ReadableStream<Uint8Array>,
  type: string,
  most: number,
): Promise<Record<string, string>> {
  const whole = await boundedBlob(body, most);
  try {
    const parts = await new Response(whole, { headers: { "content-type": type } }).formData();
    const fields: Record<string, string> = {};
    for (const [name, value] of parts) fields[name] = typeof value === "string" ? value : await value.text();
    return fields;
  } catch (cause) {
    throw new AegisError("invalid_input", "the form cannot be read", { cause });
  }
}

async function boundedText(body: ReadableStream<Uint8Array>, most: number): Promise<string> {
  return await (await boundedBlob(body, most)).text();
}

async function boundedBlob(body: ReadableStream<Uint8Array>, most: number): Promise<Blob> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) throw new AegisError("invalid_input", "what was sent is too large");
    chunks.push(chunk);
  }
  return new Blob(chunks as Uint8Array<ArrayBuffer>[]);
}
