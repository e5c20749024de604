import type { HeaderList } from "../../core/header_list.ts";

/**
 * Gives cookies that say nothing of SameSite `Lax` (RFC 6265bis, 5.6.7), so that no other site's form acts in a
 * visitor's name (CSRF, CWE-352). `exempt`: names of cookies that stay as they are.
 */
export function addSameSite(headers: HeaderList, exempt: ReadonlySet<string>): void {
  if (leadsToSignIn(headers)) return;
  const { names, values } = headers;
  for (let i = 0; i < names.length; i++) {
    if (names[i] !== "set-cookie") continue;
    const cookie = values[i]!;
    if (/;\s*samesite\s*(?:[=;]|$)/i.test(cookie)) continue;
    if (exempt.size > 0 && exempt.has(nameOf(cookie))) continue;
    headers.extend(i, "; SameSite=Lax");
  }
}

/**
 * The answer sends the browser to another site that will POST back (SAML, OpenID Connect with `form_post`): what it
 * leaves in cookies has to come with that POST, which `Lax` would keep from it.
 */
function leadsToSignIn(headers: HeaderList): boolean {
  const location = headers.get("location");
  // [SECURITY] What a client has an application repeat in a redirect within the site exempts nothing.
  return location !== undefined &&
    /^(?:https?:)?\/\/[^#]*[?&](?:SAMLRequest=|response_mode=form_post)/i.test(location);
}

function nameOf(cookie: string): string {
  const end = cookie.search(/[=;]/);
  return (end < 0 ? cookie : cookie.slice(0, end)).trim();
}
