import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import { EMPTY_FORM, type FormState, type Role, type UserView } from "../../../views/model.ts";
import { UserListPage } from "../../../views/pages/users/list.tsx";
import { UserPage } from "../../../views/pages/users/user.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";

type C = Context<AdminEnv>;

export function userRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/users", (c) => list(c, deps, 200, EMPTY_FORM));
  app.post("/users", async (c) => {
    const form = new FormReader(c.var.form);
    const email = form.optional("email");
    try {
      const user = await deps.perform(c.var.signedIn.actor, "users.create", {
        name: form.text("name"),
        password: form.raw("password"),
        role: form.text("role") as Role,
        ...(email === undefined ? {} : { email }),
      });
      return goTo(c, deps, "/users", { text: `${user.name} can sign in` });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      return list(c, deps, failure.status, failure.form);
    }
  });

  app.get("/users/:id", (c) => one(c, deps, 200, EMPTY_FORM, EMPTY_FORM));
  app.post("/users/:id/role", async (c) => {
    try {
      const role = c.var.form["role"] as Role;
      const user = await deps.perform(c.var.signedIn.actor, "users.set_role", {
        id: c.req.param("id"),
        role,
      });
      return goTo(c, deps, pathOf(user), { text: `${user.name} is ${user.role}` });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      return one(c, deps, failure.status, failure.form, EMPTY_FORM);
    }
  });
  app.post("/users/:id/password", async (c) => {
    const id = c.req.param("id");
    try {
      await deps.perform(c.var.signedIn.actor, "users.set_password", {
        id,
        password: c.var.form["password"] ?? "",
      });
      return goTo(c, deps, `/users/${encodeURIComponent(id)}`, {
        text: "The password is set; all sessions ended",
      });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      return one(c, deps, failure.status, EMPTY_FORM, failure.form);
    }
  });
  app.post("/users/:id/enabled", async (c) => {
    const enabled = c.var.form["enabled"] === "on";
    const user = await deps.perform(c.var.signedIn.actor, "users.set_enabled", {
      id: c.req.param("id"),
      enabled,
    });
    return goTo(c, deps, pathOf(user), {
      text: `${user.name} ${enabled ? "can sign in again" : "may not sign in any more"}`,
      undo: { action: `${pathOf(user)}/enabled`, fields: { enabled: enabled ? "off" : "on" } },
    });
  });
  app.post("/users/:id/delete", async (c) => {
    const user = await find(c, deps);
    if (c.var.form["confirm"] !== user.name) {
      throw new AegisError("conflict", `the name does not fit: type ${user.name} to delete this user`);
    }
    await deps.perform(c.var.signedIn.actor, "users.delete", { id: user.id });
    return goTo(c, deps, "/users", { text: `${user.name} is deleted` });
  });
}

async function list(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const users = await deps.perform(actor, "users.list", {});
  return page(
    c,
    deps,
    { title: "Users", section: "users", status },
    <UserListPage ctx={view} users={users} form={form} />,
  );
}

async function one(
  c: C,
  deps: AdminDeps,
  status: number,
  role: FormState,
  password: FormState,
): Promise<Response> {
  const user = await find(c, deps);
  const { view } = c.var.signedIn;
  return page(
    c,
    deps,
    { title: user.name, section: "users", status },
    <UserPage ctx={view} user={user} roleForm={role} passwordForm={password} />,
  );
}

async function find(c: C, deps: AdminDeps): Promise<UserView> {
  const users = await deps.perform(c.var.signedIn.actor, "users.list", {});
  const user = users.find((each) => each.id === c.req.param("id"));
  if (user === undefined) throw new AegisError("not_found", "there is no such user");
  return user;
}

function pathOf(user: Pick<UserView, "id">): string {
  return `/users/${encodeURIComponent(user.id)}`;
}
