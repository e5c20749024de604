import type { Command } from "commander";
import { BOT_LISTS, type BotListName } from "../../core/bot_list.ts";
import type { OperationInput, OperationOutput } from "../../control/operation.ts";
import { act, collect } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { UsageError } from "../failure.ts";
import { safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";
import { readNamedFile } from "../read_file.ts";

type Settings = OperationOutput<"settings.get">["bots"];
type Patch = NonNullable<OperationInput<"settings.update">["patch"]["bots"]>;
type Kind = Settings["agents"][number]["kind"];

const EXAMPLES = `
Examples:
  aegis bot show
  aegis bot action block
  aegis bot know our-probe allowed
  aegis bot forget our-probe
  aegis bot lists
  aegis bot refresh google
  aegis bot refresh ai --file robots.json
  aegis bot explain --header 'User-Agent: our-probe/1' --header 'Accept: */*'
  aegis host edit shop.example.com --set bots.block_ai=true --set bots.robots.enabled=true`;

/** `aegis bot`. */
export function addBot(program: Command, cli: CliContext): void {
  const bots = program.command("bot").summary("programs that come instead of people").description(
    "Programs that come instead of people: what is done with them, and by what they are known.",
  ).addHelpText("after", EXAMPLES);

  act(
    bots.command("show").description("What is done, and the user agents that you made known."),
    (_, options) =>
      cli.withInstance(options, async (instance) => {
        report(cli, options, (await instance.call("settings.get", {})).bots);
      }),
  );

  const action = bots.command("action").description("What is done with requests that look automated.")
    .argument("<action>", "challenge or block");
  act(action, ([wanted], options) => change(cli, options, () => ({ action: wanted as "block" })));

  const know = bots.command("know").description("Make a user agent known.")
    .argument("<text>", "a part of it; ^ first: it begins so")
    .argument("<kind>", "scanner, scraper, headless, library, ai, ai_assistant or allowed");
  act(know, ([text, kind], options) =>
    change(cli, options, ({ agents }) => {
      const others = agents.filter((each) => each.text !== text!.toLowerCase());
      return { agents: [...others, { text: text!, kind: kind as Kind }] };
    }));

  const forget = bots.command("forget").description("Forget one that you made known.").argument("<text>");
  act(forget, ([text], options) =>
    change(cli, options, ({ agents }) => {
      const kept = agents.filter((each) => each.text !== text!.toLowerCase());
      if (kept.length === agents.length) {
        throw new UsageError(`"${text}" is not among those that you made known`);
      }
      return { agents: kept };
    }));

  addLists(bots, cli);
  const explain = bots.command("explain").description("Why requests with this head look automated, or not.")
    .option("--header <field>", "as the program sends it; once for each, in its order", collect)
    .option("--http2", "over HTTP/2; else over HTTP/1.1").option("--clear", "without TLS");
  act(explain, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("bots.explain", {
        headers: Array.isArray(options.header) ? options.header.map(String) : [],
        protocol: options.http2 === true ? "HTTP/2" : "HTTP/1.1",
        tls: options.clear !== true,
      });
      if (options.json === true) return cli.json(found);
      const verdict = found.looks_automated ? "looks automated" : `below the ${found.line} of automated ones`;
      const known = found.agent === null ? [] : [`known as ${found.agent.kind} by "${found.agent.text}"`];
      const reasons = found.reasons.map(({ points, text }) => `+${points} ${text}`);
      cli.out(...[`${found.score} points, ${verdict}`, ...known, ...reasons].map(safeText));
    }));
}

/** Published networks of crawlers, and names of AI crawlers. */
function addLists(bots: Command, cli: CliContext): void {
  act(
    bots.command("lists").description("Published networks of search engines, and names of AI crawlers."),
    (_, options) =>
      cli.withInstance(options, async (instance) => {
        reportLists(cli, options, await instance.call("bots.lists", {}));
      }),
  );
  const refresh = bots.command("refresh").description("Fetch such a list again, or take it from a file.")
    .argument("<name>", BOT_LISTS.join(", ")).option("--file <file>", "instead of the network")
    .option("--reset", "as it came with this version");
  act(refresh, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const list = { name: name as BotListName };
      if (options.reset === true) {
        return reportLists(cli, options, await instance.call("bots.reset_list", list));
      }
      const text = typeof options.file === "string" ? { text: readNamedFile(options.file, "--file") } : {};
      reportLists(cli, options, await instance.call("bots.take_list", { ...list, ...text }));
    }));
  const source = bots.command("ai-list").description("Where names of further AI crawlers are published.")
    .argument("[url]", "absent: nowhere");
  act(source, ([url], options) => change(cli, options, () => ({ ai_list_url: url ?? "" })));
}

function reportLists(cli: CliContext, options: Options, { lists, ai }: OperationOutput<"bots.lists">): void {
  if (options.json === true) return cli.json({ lists, ai });
  const rows = lists.map(({ name, entries, taken_at, error, source }) => [
    name,
    String(entries),
    taken_at === null ? "with this version" : timeText(taken_at),
    safeText(error === "" ? source : error),
  ]);
  cli.out(...tableLines(["LIST", "ENTRIES", "OF", "FROM"], rows, cli.terminal.columns));
}

/** `patch` says what differs from what is in force. */
function change(cli: CliContext, options: Options, patch: (before: Settings) => Patch): Promise<void> {
  return cli.withInstance(options, async (instance) => {
    const bots = patch((await instance.call("settings.get", {})).bots);
    report(cli, options, (await instance.call("settings.update", { patch: { bots } })).bots);
  });
}

function report(cli: CliContext, options: Options, { action, agents }: Settings): void {
  if (options.json === true) return cli.json({ action, agents });
  cli.out(
    action === "block" ? "what looks automated is refused" : "what looks automated is asked by the challenge",
  );
  if (agents.length === 0) return;
  cli.out(
    ...tableLines(["USER AGENT", "KIND"], agents.map(({ text, kind }) => [text, kind]), cli.terminal.columns),
  );
}
