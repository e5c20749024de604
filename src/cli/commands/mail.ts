import type { Command } from "commander";
import type { OperationInput, OperationOutput } from "../../control/operation.ts";
import { AegisError } from "../../core/errors.ts";
import { act, type CliContext, collect, type Options } from "../context.ts";
import { UsageError } from "../failure.ts";
import type { Instance } from "../instance.ts";
import { safeText } from "../safe_text.ts";
import { tableLines } from "../table.ts";
import { addChannelOptions, channelFields, secretIn } from "./channel_fields.ts";

type Profile = OperationOutput<"smtp.list">[number];
type Patch = OperationInput<"smtp.update">["profile"];

const EXAMPLES = `
Examples:
  aegis mail add ops --host mail.example.com --from aegis@example.com --to ops@example.com --user aegis --password-file pw.txt
  aegis mail test ops
  aegis mail test ops --to me@example.com
  aegis mail edit ops --events attack_began,attack_ended,auto_ban
  aegis mail edit ops --off
  aegis mail remove ops`;

/** `aegis mail`: mail servers, and who gets mail by them. */
export function addMail(program: Command, cli: CliContext): void {
  const mail = program.command("mail").summary("mail servers, and who is told by mail").description(
    "Mail profiles: a server, and who gets mail by it.",
  ).addHelpText("after", EXAMPLES);

  const add = addFields(mail.command("add").description("Add a mail profile.").argument("<name>"));
  act(add, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const { host, from_address, ...rest } = fieldsOf(options);
      if (host === undefined || from_address === undefined) {
        throw new UsageError("--host and --from are needed: the server, and who mails come from");
      }
      const made = await instance.call("smtp.create", {
        profile: { ...rest, name: name!, host, from_address },
      });
      report(cli, options, made, `added ${made.name}; try it: aegis mail test ${made.name}`);
    }));

  const edit = addFields(mail.command("edit").description("Change a profile; what is not said stays."));
  edit.argument("<name>").option("--name <name>", "its new name");
  act(edit, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const renamed = typeof options.name === "string" ? { name: options.name } : {};
      const profile = { ...fieldsOf(options), ...renamed };
      const { id } = await found(instance, name!);
      const after = await instance.call("smtp.update", { id, profile });
      report(cli, options, after, `${after.name} is saved and ${after.enabled ? "on" : "off"}`);
    }));

  act(
    mail.command("list").description("List the profiles."),
    (_, options) =>
      cli.withInstance(options, async (instance) => {
        const profiles = await instance.call("smtp.list", {});
        if (options.json === true) return cli.json(profiles);
        const rows = profiles.map((each) => [
          each.name,
          each.enabled ? "on" : "off",
          `${each.host}:${each.port} (${each.security})`,
          each.from_address,
          each.recipients.join(", "),
        ]);
        cli.out(...tableLines(["NAME", "STATE", "SERVER", "FROM", "TO"], rows, cli.terminal.columns));
      }),
  );

  const test = mail.command("test").description("Send a test mail.").argument("<name>")
    .option("--to <address>", "instead of its recipients");
  act(test, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const { id } = await found(instance, name!);
      const to = typeof options.to === "string" ? { to: options.to } : {};
      const { ok, text } = await instance.call("smtp.test", { id, ...to });
      if (options.json === true) cli.json({ ok, text });
      else if (ok) cli.out(safeText(text));
      if (!ok) throw new AegisError("unavailable", text);
    }));

  const remove = mail.command("remove").description("Remove a profile.").argument("<name>");
  act(remove, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const gone = await found(instance, name!);
      await instance.call("smtp.delete", { id: gone.id });
      report(cli, options, gone, `removed ${gone.name}`);
    }));
}

function addFields(command: Command): Command {
  return addChannelOptions(
    command.option("--host <server>", "name or address of the mail server")
      .option("--port <number>", "587 where nothing is said")
      .option("--security <kind>", "starttls, tls or none")
      .option("--user <name>", "who signs in there").option("--password-file <file>", "its password")
      .option("--from <address>", "who mails come from").option("--from-name <name>", "how that is shown")
      .option("--to <address>", "who gets them; once for each", collect),
  );
}

function fieldsOf(options: Options): Patch {
  const text = (key: string) => typeof options[key] === "string" ? options[key] : undefined;
  const password = secretIn(options.passwordFile, "--password-file");
  const said = {
    host: text("host"),
    port: options.port === undefined ? undefined : Number(options.port),
    security: text("security") as Patch["security"],
    user: text("user"),
    password,
    from_address: text("from"),
    from_name: text("fromName"),
    recipients: Array.isArray(options.to) ? options.to.map(String) : undefined,
    ...channelFields(options),
  };
  // What was not said stays as it is.
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

async function found(instance: Instance, name: string): Promise<Profile> {
  const profiles = await instance.call("smtp.list", {});
  const profile = profiles.find((each) => each.id === name) ?? profiles.find((each) => each.name === name);
  if (profile === undefined) {
    throw new AegisError("not_found", `there is no mail profile ${name}; see: aegis mail list`);
  }
  return profile;
}

function report(cli: CliContext, options: Options, profile: Profile, line: string): void {
  if (options.json === true) cli.json(profile);
  else cli.out(safeText(line));
}
