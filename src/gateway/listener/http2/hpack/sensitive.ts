/**
 * [SECURITY] Secrets go into no table, here or at any hop behind us: a table's entry can be guessed by what an attacker
 * gets compressed beside it (RFC 7541, 7.1.3; CVE-2012-4929).
 */
const SENSITIVE: ReadonlySet<string> = new Set([
  "authentication-info",
  "authorization",
  "cookie",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "set-cookie",
  "set-cookie2",
  "www-authenticate",
]);

/** True where the field's value is sent as a literal that is never indexed. `name` is lower case. */
export function isSensitive(name: string): boolean {
  return SENSITIVE.has(name);
}
