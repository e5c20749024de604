import { AegisError } from "../core/errors.ts";
import { needsRehash } from "../identity/passwords.ts";
import { roleAllows } from "../identity/roles.ts";
import { beginSession, csrfToken, endSession, hashToken, resolveSession } from "../identity/sessions.ts";
import { clientNetwork, formatCidr, parseAddress } from "../lib/ip.ts";
import type { StoredSession } from "../store/sessions.ts";
import type { StoredUser } from "../store/users.ts";
import type { Bodies, Context } from "./body.ts";
import type { Control } from "./control.ts";
import { tooManyAttempts, userView } from "./users.ts";

type Name = "auth.login" | "auth.resolve" | "auth.logout" | "sessions.list" | "sessions.revoke";

/** A person counts as seen again after this long, so that reading a page does not write the database. */
const SEEN_EVERY_MS = 60_000;

export const authBodies: Bodies<Name> = {
  "auth.login": {
    change: async ({ control, actor }, { name, password, user_agent }) => {
      const permit = control.signIns.attempt(name, actor.address);
      if (!permit.allowed) throw tooManyAttempts(permit.retryAfterMs);
      const user = control.store.users.byName(name);
      const isRight = await control.passwords.verify(password, user?.passwordHash ?? null);
      // [SECURITY] One answer for unknown, disabled and wrong, so that names cannot be found out (CWE-204).
      if (user === null || !isRight || !user.enabled) {
        control.logger.warn("sign-in refused", { address: actor.address });
        throw new AegisError("not_signed_in", "name or password is not right");
      }
      control.signIns.succeeded(name, actor.address);
      const passwordHash = needsRehash(user.passwordHash) ? await control.passwords.hash(password) : null;
      return (change) => {
        const current = control.store.users.get(user.id);
        // Whoever was disabled, or got another password, while this one was derived does not come in by the old one.
        if (current === null || !current.enabled || current.passwordHash !== user.passwordHash) {
          throw new AegisError("not_signed_in", "name or password is not right");
        }
        if (passwordHash !== null) {
          control.store.users.update({ ...current, passwordHash, updatedAt: change.now });
        }
        control.store.users.seen(user.id, change.now);
        noticeNewAddress(control, user, actor.address, change.now);
        const who = { userId: user.id, address: actor.address, userAgent: user_agent ?? "" };
        const { token, session } = beginSession(control.store.sessions, control.clock, who);
        change.record(user.name, null, { session: session.id }, user);
        return {
          token,
          csrf: csrfToken(token),
          user: userView({ ...current, lastSeenAt: change.now }),
          expires_at: session.expiresAt,
        };
      };
    },
  },
  "auth.resolve": {
    read: ({ control }, { token }) => {
      const session = resolveSession(control.store.sessions, control.clock, token);
      const user = session === null ? null : control.store.users.get(session.userId);
      if (session === null || user === null || !user.enabled) return null;
      const now = control.clock.now();
      if (now - (user.lastSeenAt ?? 0) >= SEEN_EVERY_MS) control.store.users.seen(user.id, now);
      return { user: userView(user), csrf: csrfToken(token), session_id: session.id };
    },
  },
  "auth.logout": {
    change: ({ control }, { token }) => (change) => {
      const session = control.store.sessions.byTokenHash(hashToken(token));
      const user = session === null ? null : control.store.users.get(session.userId);
      endSession(control.store.sessions, token);
      if (session !== null && user !== null) change.record(user.name, { session: session.id }, null, user);
      else change.nothing();
      return {};
    },
  },
  "sessions.list": {
    read: (context) => {
      const { control, actor } = context;
      const users = new Map(control.store.users.list().map((user) => [user.id, user.name]));
      const now = control.clock.now();
      const all = control.store.sessions.list(seesAll(context) ? undefined : actor.id);
      return all.filter((session) => session.expiresAt > now && session.idleExpiresAt > now).map((
        session,
      ) => ({
        id: session.id,
        user_id: session.userId,
        user_name: users.get(session.userId) ?? "",
        address: session.address,
        user_agent: session.userAgent,
        created_at: session.createdAt,
        last_seen_at: session.lastSeenAt,
        expires_at: Math.min(session.expiresAt, session.idleExpiresAt),
      }));
    },
  },
  "sessions.revoke": {
    change: (context, { id }) => (change) => {
      const session = context.control.store.sessions.get(id);
      // [SECURITY] Another's session is "not there" for who may not end it: ids cannot be tried out (CWE-639).
      if (session === null || !mayRevoke(context, session)) {
        throw new AegisError("not_found", "there is no such session");
      }
      context.control.store.sessions.delete(id);
      const name = context.control.store.users.get(session.userId)?.name ?? session.userId;
      change.record(name, { session: id }, null);
      return {};
    },
  },
};

/** The first sign-in of all is not news, nor is one from the terminal of this machine. */
function noticeNewAddress(control: Control, user: StoredUser, address: string, now: number): void {
  const words = parseAddress(address);
  if (words === null) return;
  const network = formatCidr(clientNetwork(words));
  if (control.store.knownAddresses.seen(user.id, network, now) !== "new") return;
  const place = control.geo?.geo.lookUp(words)?.country;
  control.notify({
    kind: "sign_in_new_address",
    about: user.id,
    subject: `${user.name} signed in from a new address`,
    text:
      `${user.name} signed in from ${address}${
        place === undefined ? "" : ` (${place})`
      }, for the first time ` +
      "from there. Where that was somebody else: revoke the session and set another password.",
    at: now,
  });
}

function seesAll({ actor }: Context): boolean {
  return roleAllows(actor.role, "admin");
}

function mayRevoke(context: Context, session: StoredSession): boolean {
  const { control, actor } = context;
  if (actor.kind === "person" && session.userId === actor.id) return true;
  const owner = control.store.users.get(session.userId);
  return seesAll(context) && owner !== null && roleAllows(actor.role, owner.role);
}
