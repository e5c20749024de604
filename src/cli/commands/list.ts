import type { Command } from "commander";
import { parseDuration } from "../../config/values.ts";
import type { OperationOutput } from "../../control/operation.ts";
import { AegisError } from "../../core/errors.ts";
import { act, type CliContext, type Options } from "../context.ts";
import { EXIT, UsageError } from "../failure.ts";
import type { Instance } from "../instance.ts";
import { safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";
import { readNamedFile } from "../read_file.ts";

type List = OperationOutput<"lists.list">[number];

const EXAMPLES = `
Examples:
  aegis list show
  aegis list enable tor-exits
  aegis list add "Neighbours" https://lists.example/hostile.txt --every 6h
  aegis list add "Our CrowdSec" http://127.0.0.1:8080 --crowdsec --key KEY --every 1m
  aegis list offer "Our CrowdSec" --machine aegis --password-file password.txt
  aegis list offer "Our CrowdSec" --off
  aegis list refresh spamhaus-drop`;

/** `aegis list`. */
export function addList(program: Command, cli: CliContext): void {
  const list = program.command("list").summary("subscribed lists of banned addresses").description(
    "Subscribed lists of banned addresses.",
  ).addHelpText("after", EXAMPLES);

  act(
    list.command("show").alias("list").description("Show the lists and how each stands."),
    (_, options) =>
      cli.withInstance(options, async (instance) => {
        const lists = await instance.call("lists.list", {});
        if (options.json === true) return cli.json(lists);
        const rows = lists.map((each) => [
          each.id,
          each.name,
          each.state,
          String(each.entries),
          String(each.answered + each.dropped),
          each.fetched_at === null ? "never" : timeText(each.fetched_at),
          [each.enabled ? each.error : "", each.offer_error].filter((text) => text !== "").join("; "),
        ]);
        const head = ["ID", "NAME", "STATE", "NETWORKS", "STOPPED", "FETCHED", "TROUBLE"];
        cli.out(...tableLines(head, rows, cli.terminal.columns));
      }),
  );

  const add = list.command("add").description("Subscribe to a list: an address or CIDR a line.")
    .argument("<name>").argument("<url>").option("--every <duration>", "e.g. 1h (default: 12h)")
    .option("--crowdsec", "it is a CrowdSec Local API").option("--key <key>", "its key, sent as X-Api-Key");
  act(add, ([name, url], options) =>
    cli.withInstance(options, async (instance) => {
      const made = await instance.call("lists.create", {
        name: name!,
        url: url!,
        kind: options.crowdsec === true ? "crowdsec" : "networks",
        ...(typeof options.every === "string" ? { every_seconds: seconds(options.every) } : {}),
        ...(typeof options.key === "string" ? { key: options.key } : {}),
      });
      report(cli, options, made, `added ${made.name} as ${made.id}`);
    }));

  for (const [verb, enabled] of [["enable", true], ["disable", false]] as const) {
    const command = list.command(verb).description(`Switch a list ${enabled ? "on" : "off"}.`);
    act(
      command.argument("<list>", "id or name"),
      ([name], options) =>
        cli.withInstance(options, async (instance) => {
          const { id } = await found(instance, name!);
          const after = await instance.call("lists.update", { id, enabled });
          report(cli, options, after, `${after.name} is ${enabled ? "on" : "off"}`);
        }),
    );
  }

  const refresh = list.command("refresh").description("Fetch a list now.").argument("<list>", "id or name");
  act(refresh, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const { id } = await found(instance, name!);
      const after = await instance.call("lists.refresh", { id });
      const isGood = after.error === "";
      report(
        cli,
        options,
        after,
        isGood
          ? `${after.name}: ${after.entries} ${after.entries === 1 ? "network" : "networks"}`
          : `${after.name}: ${after.error}`,
      );
      if (!isGood) cli.exitCode = EXIT.failed;
    }));

  const offer = list.command("offer").description("Offer own bans to a CrowdSec Local API, or no longer.")
    .argument("<list>", "id or name").option("--machine <name>", "as cscli machines add named it")
    .option("--password-file <file>", "its password").option(
      "--off",
      "bans that were offered are taken back",
    );
  act(offer, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const { id } = await found(instance, name!);
      const after = await instance.call("lists.update", {
        id,
        offers: options.off !== true,
        ...(typeof options.machine === "string" ? { machine: options.machine } : {}),
        ...(typeof options.passwordFile === "string"
          ? { password: readNamedFile(options.passwordFile, "--password-file").trim() }
          : {}),
      });
      report(
        cli,
        options,
        after,
        `${after.name} is ${after.offers ? "offered" : "no longer offered"} own bans`,
      );
    }));

  const remove = list.command("remove").description("End a subscription.").argument("<list>", "id or name");
  act(remove, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const gone = await found(instance, name!);
      await instance.call("lists.delete", { id: gone.id });
      report(cli, options, gone, `removed ${gone.name}`);
    }));
}

async function found(instance: Instance, name: string): Promise<List> {
  const lists = await instance.call("lists.list", {});
  const list = lists.find((each) => each.id === name) ?? lists.find((each) => each.name === name);
  if (list === undefined) throw new AegisError("not_found", `there is no list ${name}; see: aegis list show`);
  return list;
}

function report(cli: CliContext, options: Options, list: List, line: string): void {
  if (options.json === true) cli.json(list);
  else cli.out(safeText(line));
}

function seconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new UsageError(`--every takes a duration such as 30m or 12h, not "${text}"`);
  return Math.round(ms / 1_000);
}
