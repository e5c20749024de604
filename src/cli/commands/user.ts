import type { Command } from "commander";
import { AegisError } from "../../core/errors.ts";
import { ROLES } from "../../core/role.ts";
import type { Role } from "../../core/role.ts";
import { nearest } from "../../lib/nearest.ts";
import type { OperationOutput } from "../../control/operation.ts";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../failure.ts";
import type { Instance } from "../instance.ts";
import { askNewPassword } from "../passwords.ts";
import { safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";

type User = OperationOutput<"users.list">[number];

const EXAMPLES = `
Examples:
  aegis user add ann --role admin
  aegis user passwd ann < password.txt
  aegis user sessions ann --revoke`;

/** `aegis user`. Passwords are asked for or read from standard input, never taken from the command line. */
export function addUser(program: Command, cli: CliContext): void {
  const user = program.command("user").summary("people who may sign in").description(
    "People who may sign in.",
  )
    .addHelpText("after", EXAMPLES);

  const add = user.command("add").description("Add a user.").argument("<name>")
    .option("--role <role>", ROLES.join(", "), "viewer").option("--email <address>");
  act(add, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const role = roleOf(String(options.role));
      const email = typeof options.email === "string" ? { email: options.email } : {};
      const password = await askNewPassword(cli.terminal, name!);
      report(
        cli,
        options.json,
        "added",
        await instance.call("users.create", { name: name!, role, password, ...email }),
      );
    }));

  const list = user.command("list").description("List users.");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const users = await instance.call("users.list", {});
      if (options.json === true) return cli.json(users);
      const rows = users.map((each) => [
        each.name,
        each.role,
        each.enabled ? "yes" : "no",
        timeText(each.last_seen_at),
        each.email ?? "",
      ]);
      cli.out(...tableLines(["NAME", "ROLE", "ENABLED", "LAST SEEN", "E-MAIL"], rows, cli.terminal.columns));
    }));

  const passwd = user.command("passwd").description("Set a user's password; ends the user's sessions.")
    .argument("<name>");
  act(passwd, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await findUser(instance, name!);
      const password = await askNewPassword(cli.terminal, found.name);
      await instance.call("users.set_password", { id: found.id, password });
      report(cli, options.json, "password set for", found);
    }));

  for (const [verb, enabled] of [["enable", true], ["disable", false]] as const) {
    const command = user.command(verb).description(
      enabled ? "Let a user sign in again." : "Shut a user out at once.",
    )
      .argument("<name>");
    act(command, ([name], options) =>
      cli.withInstance(options, async (instance) => {
        const { id } = await findUser(instance, name!);
        report(cli, options.json, `${verb}d`, await instance.call("users.set_enabled", { id, enabled }));
      }));
  }

  const remove = user.command("delete").description("Delete a user.").argument("<name>");
  act(remove, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await findUser(instance, name!);
      await instance.call("users.delete", { id: found.id });
      report(cli, options.json, "deleted", found);
    }));

  const role = user.command("role").description("Change what a user may do.").argument("<name>")
    .argument("<role>", ROLES.join(", "));
  act(role, ([name, wanted], options) =>
    cli.withInstance(options, async (instance) => {
      const { id } = await findUser(instance, name!);
      const changed = await instance.call("users.set_role", { id, role: roleOf(wanted!) });
      report(cli, options.json, `${changed.role} is now`, changed);
    }));

  const sessions = user.command("sessions").description("List open sessions, or end a user's.").argument(
    "[name]",
  )
    .option("--revoke", "end the sessions that are listed");
  act(sessions, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const user = name === undefined ? null : await findUser(instance, name);
      if (options.revoke === true && user === null) throw new UsageError("--revoke needs the name of a user");
      const open = (await instance.call("sessions.list", {})).filter((each) =>
        user === null || each.user_id === user.id
      );
      if (options.revoke === true) {
        for (const { id } of open) await instance.call("sessions.revoke", { id });
      }
      if (options.json === true) return cli.json(open);
      const rows = open.map((each) => [
        each.user_name,
        each.address,
        timeText(each.last_seen_at),
        timeText(each.expires_at),
        each.user_agent,
      ]);
      cli.out(...tableLines(["USER", "ADDRESS", "LAST SEEN", "ENDS", "BROWSER"], rows, cli.terminal.columns));
      if (options.revoke === true) {
        cli.out(`ended ${open.length} ${open.length === 1 ? "session" : "sessions"}`);
      }
    }));
}

function report(cli: CliContext, json: unknown, done: string, user: User): void {
  if (json === true) cli.json(user);
  else cli.out(`${done} ${safeText(user.name)}`);
}

function roleOf(text: string): Role {
  const role = ROLES.find((each) => each === text);
  if (role === undefined) {
    throw new UsageError(`there is no role "${text}"; the roles are ${ROLES.join(", ")}`);
  }
  return role;
}

async function findUser(instance: Instance, name: string): Promise<User> {
  const users = await instance.call("users.list", {});
  const found = users.find((each) => each.name === name) ??
    users.find((each) => each.id === name || each.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(name, users.map((each) => each.name));
  const hint = near === null ? "see: aegis user list" : `did you mean "${near}"?`;
  throw new AegisError("not_found", `there is no user "${name}"; ${hint}`);
}
