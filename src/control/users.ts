import type { z } from "zod";
import { AegisError } from "../core/errors.ts";
import { mayManageRole, roleAllows } from "../identity/roles.ts";
import type { StoredUser } from "../store/users.ts";
import type { Bodies, Change, Context } from "./body.ts";
import type { userView as schema } from "./contract/users.ts";
import type { Control } from "./control.ts";
import { newId } from "./ids.ts";
import type { Actor, OperationArguments } from "./operation.ts";
import { hashNewPassword } from "./passwords.ts";

type Name =
  | "users.list"
  | "users.create"
  | "users.set_password"
  | "users.set_role"
  | "users.set_enabled"
  | "users.delete";

type NewUser = Pick<OperationArguments<"users.create">, "name" | "role" | "email">;

const MAX_USERS = 1_000;

export const usersBodies: Bodies<Name> = {
  "users.list": { read: ({ control }) => control.store.users.list().map(userView) },
  "users.create": {
    change: async ({ control, actor }, { password, ...user }) => {
      refuseUnlessManages(actor, user.role);
      const passwordHash = await hashNewPassword(control, password, [user.name, user.email ?? ""]);
      return (change) => userView(createUser(control, change, user, passwordHash));
    },
  },
  "users.set_password": {
    change: async (context, input) => {
      const { control } = context;
      const user = findUser(control, input.id);
      await refuseUnlessMaySetPassword(context, user, input.current_password);
      const passwordHash = await hashNewPassword(control, input.password, [user.name, user.email]);
      return (change) => {
        const current = findUser(control, input.id);
        control.store.users.update({ ...current, passwordHash, updatedAt: change.now });
        control.store.sessions.deleteOfUser(current.id);
        change.record(current.name, null, { password: "changed" });
        return {};
      };
    },
  },
  "users.set_role": {
    change: ({ control, actor }, { id, role }) => (change) => {
      refuseUnlessManages(actor, role);
      const user = managed(control, actor, id);
      if (user.role === "owner" && role !== "owner") refuseLastOwner(control, user);
      return update(control, change, user, { role });
    },
  },
  "users.set_enabled": {
    change: ({ control, actor }, { id, enabled }) => (change) => {
      const user = managed(control, actor, id);
      if (!enabled) {
        if (user.id === actor.id) throw new AegisError("conflict", "you cannot lock yourself out");
        refuseLastOwner(control, user);
        control.store.sessions.deleteOfUser(user.id);
      }
      return update(control, change, user, { enabled });
    },
  },
  "users.delete": {
    change: ({ control, actor }, { id }) => (change) => {
      const user = managed(control, actor, id);
      if (user.id === actor.id) throw new AegisError("conflict", "you cannot delete yourself");
      refuseLastOwner(control, user);
      control.store.users.delete(user.id);
      change.record(user.name, userView(user), null);
      return {};
    },
  },
};

/** Puts a new user into the store, inside the transaction of `change`. */
export function createUser(
  control: Control,
  change: Change,
  user: NewUser,
  passwordHash: string,
): StoredUser {
  if (control.store.users.byName(user.name) !== null) {
    const message = `the name ${user.name} is taken`;
    throw new AegisError("conflict", message, {
      fields: [{ field: "name", message, remedy: "choose another name" }],
    });
  }
  if (control.store.users.count() >= MAX_USERS) {
    throw new AegisError("conflict", `there are ${MAX_USERS} users already`);
  }
  const stored: StoredUser = {
    id: newId("user"),
    name: user.name,
    email: user.email ?? "",
    role: user.role,
    enabled: true,
    passwordHash,
    createdAt: change.now,
    updatedAt: change.now,
    lastSeenAt: null,
  };
  control.store.users.insert(stored);
  change.record(stored.name, null, userView(stored), stored);
  return stored;
}

export function userView(user: StoredUser): z.output<typeof schema> {
  return {
    id: user.id,
    name: user.name,
    email: user.email === "" ? null : user.email,
    role: user.role,
    enabled: user.enabled,
    created_at: user.createdAt,
    last_seen_at: user.lastSeenAt,
  };
}

function update(
  control: Control,
  change: Change,
  user: StoredUser,
  patch: Partial<Pick<StoredUser, "role" | "enabled">>,
) {
  const after = { ...user, ...patch, updatedAt: change.now };
  control.store.users.update(after);
  change.record(user.name, userView(user), userView(after));
  return userView(after);
}

/** By id; the terminal also names people by name. */
function findUser(control: Control, id: string): StoredUser {
  const user = control.store.users.get(id) ?? control.store.users.byName(id);
  if (user === null) throw new AegisError("not_found", `there is no user "${id}"`);
  return user;
}

/** A user whom the actor may change: nobody changes who has more rights. */
function managed(control: Control, actor: Actor, id: string): StoredUser {
  const user = findUser(control, id);
  refuseUnlessManages(actor, user.role);
  return user;
}

function refuseUnlessManages(actor: Actor, role: StoredUser["role"]): void {
  if (mayManageRole(actor.role, role)) return;
  throw new AegisError("forbidden", `only an owner may change or make users with the role ${role}`);
}

/** One's own with the current one, so that an unlocked screen is not enough; another's by who may manage them. */
async function refuseUnlessMaySetPassword(
  { control, actor }: Context,
  user: StoredUser,
  current: string | undefined,
): Promise<void> {
  if (actor.kind !== "person" || actor.id !== user.id) {
    if (!roleAllows(actor.role, "admin")) throw new AegisError("forbidden", "this needs the role admin");
    return refuseUnlessManages(actor, user.role);
  }
  const permit = control.signIns.attempt(user.name, actor.address);
  if (!permit.allowed) throw tooManyAttempts(permit.retryAfterMs);
  if (!await control.passwords.verify(current ?? "", user.passwordHash)) {
    const message = "the current password is not right";
    throw new AegisError("invalid_input", message, { fields: [{ field: "current_password", message }] });
  }
  control.signIns.succeeded(user.name, actor.address);
}

export function tooManyAttempts(retryAfterMs: number): AegisError {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return new AegisError("rate_limited", `too many attempts: try again in ${seconds} s`);
}

function refuseLastOwner(control: Control, user: StoredUser): void {
  if (user.role !== "owner" || !user.enabled) return;
  const others = control.store.users.list().filter((each) =>
    each.id !== user.id && each.role === "owner" && each.enabled
  );
  if (others.length === 0) {
    throw new AegisError("conflict", `${user.name} is the last owner: make another user an owner first`);
  }
}
