import type { Command } from "commander";
import { formatOf } from "../../control/notifications/channels.ts";
import { AegisError } from "../../core/errors.ts";
import type { WebhookFormat } from "../../notify/channel.ts";
import { act } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { UsageError } from "../failure.ts";
import { safeText } from "../safe_text.ts";
import { addChannelOptions, addHeaderOption, channelFields, headersIn, secretIn } from "./channel_fields.ts";
import { tableLines, timeText } from "../table.ts";

const EXAMPLES = `
Examples:
  aegis webhook add ops --url https://hooks.slack.com/services/T0/B0/xyz
  aegis webhook add pager --format pagerduty --secret-file key.txt
  aegis webhook edit ops --events attack_began,auto_ban
  aegis webhook edit ops --off
  aegis webhook test ops
  aegis webhook messages --state dead
  aegis webhook resend delivery-4k2m`;

/** `aegis webhook`: ways to people, and what was sent by them. */
export function addWebhook(program: Command, cli: CliContext): void {
  const webhook = program.command("webhook").summary("who is told of what happens").description(
    "Webhooks, and the messages of webhooks and mail.",
  ).addHelpText("after", EXAMPLES);

  const add = addFields(webhook.command("add").description("Add a webhook.").argument("<name>"))
    .option("--format <service>", "slack, discord, pagerduty or json; by the URL where nothing is said");
  act(add, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const made = await instance.call("webhooks.create", {
        webhook: { name: name!, format: formatNamed(options.format, options.url), ...fieldsOf(options) },
      });
      if (options.json === true) return cli.json(made);
      cli.out(safeText(`added ${made.name}; try it: aegis webhook test ${made.name}`));
    }));

  const edit = addFields(webhook.command("edit").description("Change a webhook; what is not said stays."))
    .argument("<name>").option("--name <name>", "its new name");
  act(edit, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const renamed = typeof options.name === "string" ? { name: options.name } : {};
      const after = await instance.call("webhooks.update", {
        id: name!,
        webhook: { ...fieldsOf(options), ...renamed },
      });
      if (options.json === true) return cli.json(after);
      cli.out(safeText(`${after.name} is saved and ${after.enabled ? "on" : "off"}`));
    }));

  const list = webhook.command("list").description("List webhooks and mail profiles.");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const webhooks = await instance.call("webhooks.list", {});
      const profiles = await instance.call("smtp.list", {});
      if (options.json === true) return cli.json({ webhooks, profiles });
      const rows = [
        ...webhooks.map((each) => [each.name, each.format, each.enabled ? "on" : "off", each.shown_url]),
        ...profiles.map((
          each,
        ) => [each.name, "mail", each.enabled ? "on" : "off", `${each.host}:${each.port}`]),
      ];
      cli.out(...tableLines(["NAME", "KIND", "STATE", "WHERE"], rows, cli.terminal.columns));
    }));

  const test = webhook.command("test").description("Send a test message.").argument(
    "<name>",
    "of a webhook or mail profile",
  );
  act(test, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const mail = (await instance.call("smtp.list", {})).find((each) => each.name === name);
      const { ok, text } = mail === undefined
        ? await instance.call("webhooks.test", { id: name! })
        : await instance.call("smtp.test", { id: mail.id });
      if (options.json === true) cli.json({ ok, text });
      else if (ok) cli.out(safeText(text));
      if (!ok) throw new AegisError("unavailable", text);
    }));

  const remove = webhook.command("remove").description("Remove a webhook.").argument("<name>");
  act(remove, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      await instance.call("webhooks.delete", { id: name! });
      if (options.json !== true) cli.out(safeText(`removed ${name}`));
    }));

  const messages = webhook.command("messages").description("What was sent, what waits, what did not arrive.")
    .option("--state <state>", "waiting, sent or dead");
  act(messages, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const state = stateOf(options.state);
      const all = await instance.call("notifications.list", state === undefined ? {} : { state });
      if (options.json === true) return cli.json(all);
      const rows = all.map((each) => [
        each.id,
        timeText(each.at),
        each.channel_name,
        each.state,
        String(each.attempts),
        each.error === "" ? each.subject : `${each.subject}: ${each.error}`,
      ]);
      const head = ["ID", "AT", "BY", "STATE", "TRIES", "MESSAGE"];
      cli.out(...tableLines(head, rows, cli.terminal.columns));
    }));

  const resend = webhook.command("resend").description("Try again what did not arrive.").argument("<id>");
  act(resend, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      const again = await instance.call("notifications.resend", { id: id! });
      if (options.json === true) return cli.json(again);
      cli.out(safeText(`${again.channel_name} gets it again`));
    }));
}

function addFields(command: Command): Command {
  return addChannelOptions(addHeaderOption(
    command.option("--url <url>", "as the service shows it")
      .option("--secret-file <file>", "the routing key of PagerDuty, or what signs JSON"),
  ));
}

function fieldsOf(options: Options) {
  const secret = secretIn(options.secretFile, "--secret-file");
  const headers = headersIn(options.header);
  return {
    ...(typeof options.url === "string" ? { url: options.url } : {}),
    ...(secret === undefined ? {} : { secret }),
    ...(headers === undefined ? {} : { headers }),
    ...channelFields(options),
  };
}

function formatNamed(text: unknown, url: unknown): WebhookFormat {
  if (text === undefined) return formatOf(String(url));
  if (text === "slack" || text === "discord" || text === "pagerduty" || text === "json") return text;
  throw new UsageError(`--format is slack, discord, pagerduty or json, not "${text}"`);
}

function stateOf(text: unknown): "waiting" | "sent" | "dead" | undefined {
  if (text === undefined || text === "waiting" || text === "sent" || text === "dead") return text;
  throw new UsageError(`--state is waiting, sent or dead, not "${text}"`);
}
