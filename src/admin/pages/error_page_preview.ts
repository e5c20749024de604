import type { Context } from "hono";
import { AegisError } from "../../core/errors.ts";
import { type Reason, REASONS } from "../../core/reason.ts";
import { errorLook } from "../../gateway/response/error_look.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";

/** One reason for each status that can be looked at. */
const REASON_OF: Readonly<Record<string, Reason>> = {
  "403": "waf",
  "502": "upstream_connect",
  "503": "no_target",
  "504": "upstream_timeout",
};

/** A host's page as visitors get it. */
export async function errorPagePreview(c: Context<AdminEnv>, deps: AdminDeps): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const reason = REASON_OF[c.req.param("status") ?? ""];
  if (reason === undefined) throw new AegisError("not_found", "there is no such page");
  const host = await deps.perform(actor, "hosts.get", { id: c.req.param("id") ?? "" });
  const look = errorLook(host.error_pages);
  const { status, publicText } = REASONS[reason];
  // [SECURITY] An operator's markup must not act as the administration: no origin, no script, no form (CWE-79).
  c.header("content-security-policy", `sandbox; ${look.policy(status).replace(/script-src [^;]*; ?/, "")}`);
  // Browsers show no sandboxed page that wants its openers kept apart (HTML, "obtain a cross-origin opener policy").
  c.header("cross-origin-opener-policy", "unsafe-none");
  return c.html(look.render({
    requestId: "00000000000000000000000000",
    reason,
    status,
    publicText,
    host: host.domains[0] ?? host.id,
    lang: look.languageFor(c.req.header("accept-language")),
    at: view.now,
  }));
}
