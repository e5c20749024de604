import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../core/clock.ts";

/** A signed-in browser, as the store keeps it. Times are milliseconds since 1970. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly idleExpiresAt: number;
  readonly expiresAt: number;
}

/** Where sessions are kept. */
export interface SessionPort {
  insert(session: Session): void;
  byTokenHash(tokenHash: string): Session | null;
  touch(id: string, lastSeenAt: number, idleExpiresAt: number): void;
  delete(id: string): boolean;
  /** Newest use first. */
  list(userId: string): readonly Session[];
}

export const SESSION_IDLE_MS = 12 * 3_600_000;
export const SESSION_LONGEST_MS = 7 * 24 * 3_600_000;
/** Sessions of one person; the one unused for longest ends when another begins. */
export const MAX_SESSIONS = 32;
/** Use is noted once in this time, so that reading a page does not write the database. */
const TOUCH_MS = 60_000;
const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const LONGEST_AGENT = 256;

/** Begins a session; the token is returned once and stored nowhere. */
export function beginSession(
  port: SessionPort,
  clock: Clock,
  who: { readonly userId: string; readonly address: string; readonly userAgent: string },
): { readonly token: string; readonly session: Session } {
  const now = clock.now();
  for (const old of port.list(who.userId).slice(MAX_SESSIONS - 1)) port.delete(old.id);
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const session: Session = {
    id: randomBytes(12).toString("base64url"),
    userId: who.userId,
    tokenHash: hashToken(token),
    address: who.address,
    userAgent: who.userAgent.slice(0, LONGEST_AGENT),
    createdAt: now,
    lastSeenAt: now,
    idleExpiresAt: now + SESSION_IDLE_MS,
    expiresAt: now + SESSION_LONGEST_MS,
  };
  port.insert(session);
  return { token, session };
}

/** The session of a token, its idle expiry moved on; null where there is none or it is over (then it is deleted). */
export function resolveSession(port: SessionPort, clock: Clock, token: string): Session | null {
  if (!TOKEN.test(token)) return null;
  const session = port.byTokenHash(hashToken(token));
  if (session === null) return null;
  const now = clock.now();
  if (now >= session.expiresAt || now >= session.idleExpiresAt) {
    port.delete(session.id);
    return null;
  }
  if (now - session.lastSeenAt < TOUCH_MS) return session;
  const idleExpiresAt = Math.min(now + SESSION_IDLE_MS, session.expiresAt);
  port.touch(session.id, now, idleExpiresAt);
  return { ...session, lastSeenAt: now, idleExpiresAt };
}

/** Ends the session of a token; false where there was none. */
export function endSession(port: SessionPort, token: string): boolean {
  const session = TOKEN.test(token) ? port.byTokenHash(hashToken(token)) : null;
  return session !== null && port.delete(session.id);
}

/** What the database keeps of a token: 256 random bits need no salt and no slow hash. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/**
 * [SECURITY] The CSRF token of a session (OWASP, HMAC-based token pattern): derived from the session's token, so it
 * cannot be made without it, ends with it, and is stored nowhere.
 */
export function csrfToken(sessionToken: string): string {
  return createHmac("sha256", sessionToken).update("aegis csrf 1").digest("base64url");
}
