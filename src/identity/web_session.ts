import { SESSION_LONGEST_MS } from "./sessions.ts";

/**
 * The browser's side of a session: its cookie, and where a changing request may come from. Pure functions; the faces
 * put them around their routes.
 */

const NAME = "aegis_session";
/** [SECURITY] A header longer than this is not read: nobody's real cookies are that long. */
const LONGEST_HEADER = 16_384;

/**
 * Name of the session cookie. [SECURITY] `__Host-` (RFC 6265bis §4.1.3.2) keeps other names and paths of the machine
 * from setting it; browsers accept the prefix on TLS only.
 */
function sessionCookieName(secure: boolean): string {
  return secure ? `__Host-${NAME}` : NAME;
}

/** The session's token from a Cookie header, or null. A cookie that stands there twice counts as none. */
export function readSessionToken(cookieHeader: string | null | undefined, secure: boolean): string | null {
  const values = parseCookies(cookieHeader).filter(([name]) => name === sessionCookieName(secure));
  return values.length === 1 ? values[0]![1] : null;
}

/** Set-Cookie of a session that begins. It lives as long as the session may; idle expiry is the server's. */
export function sessionCookie(token: string, secure: boolean): string {
  return cookie(secure, token, Math.floor(SESSION_LONGEST_MS / 1_000));
}

/** Set-Cookie that removes the session. */
export function endedSessionCookie(secure: boolean): string {
  return cookie(secure, "", 0);
}

/** `[name, value]` pairs of a Cookie header in its order; what is no pair is left out. */
export function parseCookies(header: string | null | undefined): [string, string][] {
  if (!header || header.length > LONGEST_HEADER) return [];
  const pairs: [string, string][] = [];
  for (const part of header.split(";")) {
    const equals = part.indexOf("=");
    const name = part.slice(0, Math.max(equals, 0)).trim();
    if (name !== "") pairs.push([name, part.slice(equals + 1).trim()]);
  }
  return pairs;
}

/** What a request says of where it comes from. */
export interface RequestOrigin {
  readonly origin: string | null | undefined;
  readonly secFetchSite: string | null | undefined;
}

/**
 * [SECURITY] True where a changing request comes from our own pages (CSRF, login CSRF). `expected` is scheme and
 * authority of the request itself, already checked against the names we serve. Without Origin the browser's
 * Sec-Fetch-Site decides; a client that sends neither is no browser, carries nobody's cookies by accident, and still
 * needs the CSRF token.
 */
export function isOwnOrigin(request: RequestOrigin, expected: string): boolean {
  if (request.origin !== null && request.origin !== undefined) return request.origin === expected;
  if (request.secFetchSite !== null && request.secFetchSite !== undefined) {
    return request.secFetchSite === "same-origin";
  }
  return true;
}

function cookie(secure: boolean, value: string, maxAgeSeconds: number): string {
  const guard = secure ? "; Secure" : "";
  return `${
    sessionCookieName(secure)
  }=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly${guard}; SameSite=Strict`;
}
