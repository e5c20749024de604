import { equal, notEqual, ok } from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import {
  beginSession,
  csrfToken,
  endSession,
  hashToken,
  MAX_SESSIONS,
  resolveSession,
  type Session,
  SESSION_IDLE_MS,
  SESSION_LONGEST_MS,
  type SessionPort,
} from "./sessions.ts";

const HOUR_MS = 3_600_000;

class MemorySessions implements SessionPort {
  readonly rows = new Map<string, Session>();
  touches = 0;
  insert(session: Session): void {
    this.rows.set(session.id, session);
  }
  byTokenHash(tokenHash: string): Session | null {
    return [...this.rows.values()].find((row) => row.tokenHash === tokenHash) ?? null;
  }
  touch(id: string, lastSeenAt: number, idleExpiresAt: number): void {
    this.touches++;
    this.rows.set(id, { ...this.rows.get(id)!, lastSeenAt, idleExpiresAt });
  }
  delete(id: string): boolean {
    return this.rows.delete(id);
  }
  list(userId: string): Session[] {
    return [...this.rows.values()].filter((row) => row.userId === userId).sort((a, b) =>
      b.lastSeenAt - a.lastSeenAt
    );
  }
}

const WHO = { userId: "u1", address: "127.0.0.1", userAgent: "test" };

Deno.test("a token opens its session, and the port never sees the token", () => {
  const [port, clock] = [new MemorySessions(), new ManualClock()];
  const { token, session } = beginSession(port, clock, WHO);
  equal(token.length, 43);
  equal(session.tokenHash, hashToken(token));
  ok(!JSON.stringify([...port.rows.values()]).includes(token));
  equal(resolveSession(port, clock, token)?.userId, "u1");
  equal(resolveSession(port, clock, beginSession(port, clock, WHO).token.replace(/^./, "~")), null);
  equal(resolveSession(port, clock, "A".repeat(43)), null);
});

Deno.test("use moves the idle expiry on, but notes itself once a minute at most", () => {
  const [port, clock] = [new MemorySessions(), new ManualClock()];
  const { token } = beginSession(port, clock, WHO);
  resolveSession(port, clock, token);
  equal(port.touches, 0);
  for (let hours = 0; hours < 30; hours += 10) {
    clock.advance(10 * HOUR_MS);
    ok(resolveSession(port, clock, token) !== null);
  }
  equal(port.touches, 3);
  clock.advance(SESSION_IDLE_MS);
  equal(resolveSession(port, clock, token), null);
  equal(port.rows.size, 0);
});

Deno.test("no use keeps a session longer than seven days", () => {
  const [port, clock] = [new MemorySessions(), new ManualClock()];
  const { token } = beginSession(port, clock, WHO);
  for (let ms = 0; ms + 6 * HOUR_MS < SESSION_LONGEST_MS; ms += 6 * HOUR_MS) {
    clock.advance(6 * HOUR_MS);
    ok(resolveSession(port, clock, token) !== null);
  }
  clock.advance(6 * HOUR_MS);
  equal(resolveSession(port, clock, token), null);
});

Deno.test("signing out ends the session of the token and no other", () => {
  const [port, clock] = [new MemorySessions(), new ManualClock()];
  const [one, other] = [beginSession(port, clock, WHO), beginSession(port, clock, WHO)];
  equal(endSession(port, one.token), true);
  equal(endSession(port, one.token), false);
  equal(resolveSession(port, clock, one.token), null);
  ok(resolveSession(port, clock, other.token) !== null);
});

Deno.test("one person holds a bounded number of sessions: the one unused for longest ends", () => {
  const [port, clock] = [new MemorySessions(), new ManualClock()];
  const first = beginSession(port, clock, WHO);
  for (let i = 0; i < MAX_SESSIONS; i++) {
    clock.advance(1_000);
    beginSession(port, clock, WHO);
  }
  equal(port.rows.size, MAX_SESSIONS);
  equal(resolveSession(port, clock, first.token), null);
});

Deno.test("a CSRF token belongs to one session", () => {
  const [port, clock] = [new MemorySessions(), new ManualClock()];
  const [one, other] = [beginSession(port, clock, WHO).token, beginSession(port, clock, WHO).token];
  notEqual(csrfToken(one), csrfToken(other));
  equal(csrfToken(one), csrfToken(one));
});
