import type { HeaderList } from "../core/header_list.ts";
import type { RateKey } from "../core/rate_rule.ts";

/** [SECURITY] Longer tokens are not taken apart: they are counted with their client's other requests. */
const LONGEST_TOKEN = 8_192;

/** What a request is counted by, as a byte string; null: it has no such value, and is counted with its client's others. */
export function rateKeyValue(key: RateKey, path: string, headers: HeaderList): string | null {
  switch (key.kind) {
    case "client":
      return null;
    case "path":
      return path;
    case "header":
      return headers.get(key.name) ?? null;
    case "cookie":
      return cookieOf(headers, key.name);
    case "jwt-sub":
      return subjectOf(headers.get("authorization"));
  }
}

function cookieOf(headers: HeaderList, name: string): string | null {
  for (const field of headers.all("cookie")) {
    for (let at = 0; at < field.length;) {
      const end = field.indexOf(";", at);
      const stop = end < 0 ? field.length : end;
      const equals = field.indexOf("=", at);
      if (equals >= 0 && equals < stop && field.slice(at, equals).trim() === name) {
        return field.slice(equals + 1, stop).trim();
      }
      at = stop + 1;
    }
  }
  return null;
}

/**
 * `sub` of a JSON Web Token (RFC 7519, 4.1.2) in the Authorization field (RFC 6750, 2.1). [SECURITY] Its signature is
 * not looked at: anybody can write any subject, so it tells honest clients apart and keeps no attacker out.
 */
function subjectOf(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > LONGEST_TOKEN) return null;
  const token = /^bearer +[\w-]+\.([\w-]+)\.[\w-]*$/i.exec(authorization);
  if (token === null) return null;
  try {
    const bytes = Uint8Array.fromBase64(token[1]!, { alphabet: "base64url" });
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const sub = (claims as { readonly sub?: unknown } | null)?.sub;
    return typeof sub === "string" && sub !== "" ? sub : null;
  } catch {
    return null; // no token of this kind: it is counted with its client's others
  }
}
