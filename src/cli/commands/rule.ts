import type { Command } from "commander";
import type { OperationInput } from "../../control/operation.ts";
import { parseSequence } from "../../control/rules/sequence_lines.ts";
import { describeField } from "../../config/refusal.ts";
import { act, collect } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { EXIT, UsageError } from "../failure.ts";
import { safeText } from "../safe_text.ts";
import { factLines, tableLines } from "../table.ts";
import { namingFile, readNamedFile } from "../read_file.ts";
import { addEdit } from "./rule_edit.ts";
import { addExceptions } from "./rule_exceptions.ts";
import { addReleases } from "./rule_releases.ts";
import { addBacktest, addBench, addSets } from "./rule_trials.ts";
import { explainLines } from "./rule_test_lines.ts";

const EXAMPLES = `
Examples:
  aegis rule list --family sql-injection
  aegis rule test '/search?q=1 union select name from users'
  aegis rule test /login -X POST -H 'content-type: application/json' --data '{"user":"x"}'
  aegis rule test --all
  aegis rule test --sequence requests.txt        # a line each: POST /login a=1 -> 401 x5
  aegis rule disable sqli-120
  aegis rule enable xss --as detect
  aegis rule edit own-001 --set severity=high --set host=shop.example.com
  aegis rule except sqli-120 --host shop.example.com --path '/t/*' --target args:message
  aegis rule except learned --host shop.example.com --target args:q --up-to-score 3
  aegis rule backtest own-001 --days 30
  aegis rule import --set in-depth
  aegis rule lint my-rules.yaml && aegis rule import my-rules.yaml`;

/** `aegis rule`. */
export function addRule(program: Command, cli: CliContext): void {
  const rule = program.command("rule").summary("rules of the WAF").description("Rules of the WAF.")
    .addHelpText("after", EXAMPLES);

  const list = rule.command("list").description("List rules.").option("-q, --query <words>")
    .option("--family <id>").option("--host <domain>", "as they are on this host")
    .option("--state <state>", "on, off, changed or found");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const filter = pick(options, { query: "q", family: "family", host: "host", state: "state" });
      const found = await instance.call("rules.list", filter as OperationInput<"rules.list">);
      if (options.json === true) return cli.json(found);
      const rows = found.rules.map((each) => [
        each.id,
        each.effective,
        each.severity,
        String(each.paranoia),
        String(each.findings_24h),
        each.name,
      ]);
      cli.out(
        ...tableLines(["RULE", "EFFECT", "SEVERITY", "PARANOIA", "24 H", "NAME"], rows, cli.terminal.columns),
      );
    }));

  const show = rule.command("show").description("Show a rule, its reason and its tests.").argument("<id>");
  act(show, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("rules.get", { id: id! });
      if (options.json === true) return cli.json(found);
      cli.out(
        ...factLines([
          ["rule", `${found.id}: ${found.name}`],
          ["why", found.why],
          ["effect", found.effective],
          ["found", `${found.findings_24h} times in 24 hours`],
        ]),
        "",
        ...found.definition.trimEnd().split("\n").map(safeText),
      );
    }));

  addTest(rule, cli);

  const lint = rule.command("lint").description("Check a rule file without keeping it.").argument(
    "<file>",
    "- reads standard input",
  );
  act(lint, ([file], options) =>
    cli.withInstance(options, async (instance) => {
      const text = await readText(cli, file!);
      const result = await namingFile(file!, "text", () => instance.call("rules.lint", { text }));
      if (!result.ok) cli.exitCode = EXIT.failed;
      if (options.json === true) return cli.json(result);
      for (const error of result.errors) cli.out(safeText(describeField({ file: file!, ...present(error) })));
      if (result.ok) cli.out(`${file}: ${result.rules} ${result.rules === 1 ? "rule" : "rules"}, no fault`);
    }));

  for (const [verb, setting] of [["enable", "inherit"], ["disable", "off"]] as const) {
    const command = rule.command(verb).description(
      setting === "off"
        ? "Switch a rule or family off everywhere."
        : "Let a rule or family follow its level again.",
    ).argument("<id>", "rule or family");
    if (verb === "enable") {
      command.option("--as <switch>", "on (whatever its level), detect, block or challenge instead");
    }
    act(command, ([id], options) =>
      cli.withInstance(options, async (instance) => {
        const to = options.as === undefined ? setting : switchNamed(String(options.as));
        await instance.call("rules.switch", { id: id!, switch: to });
        if (options.json === true) return cli.json({ id, switch: to });
        cli.out(`${verb}d ${id}${to === setting ? "" : ` as ${to}`}`);
      }));
  }

  const take = rule.command("import").description("Add custom rules from a file: all of them or none.")
    .argument("[file]", "YAML or JSON; - reads standard input").option(
      "--set <id>",
      "a set that comes with Aegis instead (aegis rule sets)",
    );
  act(take, ([file], options) =>
    cli.withInstance(options, async (instance) => {
      if (typeof options.set === "string") {
        const { imported } = await instance.call("rules.import_set", { id: options.set });
        if (options.json === true) return cli.json({ imported });
        return cli.out(`imported ${imported} ${imported === 1 ? "rule" : "rules"}`);
      }
      if (file === undefined) throw new UsageError("name a file, or a set with --set");
      const text = await readText(cli, file!);
      const format = file!.endsWith(".json") ? "json" : "yaml";
      const made = await namingFile(
        file!,
        "text",
        () => instance.call("rules.import", { text, format }),
      );
      if (options.json === true) return cli.json(made);
      cli.out(`imported ${made.imported} ${made.imported === 1 ? "rule" : "rules"}`);
      for (const { from, to } of made.renamed) {
        cli.out(safeText(`${from} is ${to} here: another rule has that id`));
      }
    }));

  const give = rule.command("export").description(
    "Write the custom rules to standard output, as YAML or with --json.",
  );
  act(give, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const { text } = await instance.call("rules.export", {
        format: options.json === true ? "json" : "yaml",
      });
      cli.out(text.trimEnd());
    }));

  addEdit(rule, cli);

  const drop = rule.command("delete").description("Delete a custom rule.").argument("<id>");
  act(drop, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      await instance.call("rules.delete", { id: id! });
      if (options.json === true) return cli.json({ id });
      cli.out(`deleted ${id}`);
    }));

  addExceptions(rule, cli);
  addSets(rule, cli);
  addBacktest(rule, cli);
  addBench(rule, cli);
  addReleases(rule, cli);
}

function switchNamed(text: string): "on" | "detect" | "block" | "challenge" {
  const known = (["on", "detect", "block", "challenge"] as const).find((each) => each === text);
  if (known === undefined) throw new UsageError(`--as takes on, detect, block or challenge, not "${text}"`);
  return known;
}

function addTest(rule: Command, cli: CliContext): void {
  const test = rule.command("test")
    .description(
      "Run a request through the rules and explain what they find; with --all, run every rule's own tests.\n" +
        "Exit code 1 where a request would be refused or a test fails.",
    )
    .argument("[path]", "path and query as in a request line; white space is percent-encoded for you")
    .option("-X, --method <method>", "method", "GET").option(
      "-H, --header <field>",
      "e.g. 'cookie: a=b'",
      collect,
    )
    .option("-d, --data <text>", "the request's body").option(
      "--host <domain>",
      "with the settings of this host",
    )
    .option("--paranoia <level>", "1 to 4").option("--rule <file>", "try this rule alone, from a YAML file")
    .option(
      "--sequence <file>",
      "requests, a line each, against the correlated rules; - reads standard input",
    )
    .option("--all", "run the tests inside every rule");
  act(test, ([path], options) =>
    cli.withInstance(options, async (instance) => {
      if (options.all === true) {
        const result = await instance.call("rules.run_tests", {});
        if (result.failed.length > 0) cli.exitCode = EXIT.failed;
        if (options.json === true) return cli.json(result);
        for (const each of result.failed) {
          cli.out(safeText(`${each.rule_id}: must ${each.kind}: ${each.text}`));
        }
        return cli.out(`${result.passed} passed, ${result.failed.length} failed`);
      }
      if (path === undefined && options.sequence === undefined) {
        throw new UsageError("name a path such as '/?id=1', or --all, or --sequence");
      }
      const own = typeof options.rule === "string" ? { rule: await readText(cli, options.rule) } : {};
      const host = typeof options.host === "string" ? { host: options.host } : {};
      const result = await instance.call("rules.test", {
        ...(typeof options.sequence === "string"
          ? { sequence: parseSequence(await readText(cli, options.sequence)) }
          : { request: requestOf(path!, options) }),
        ...own,
        ...host,
        ...(options.paranoia === undefined ? {} : { paranoia: Number(options.paranoia) as 1 | 2 | 3 | 4 }),
      });
      if (result.verdict !== "allowed") cli.exitCode = EXIT.failed;
      if (options.json === true) return cli.json(result);
      cli.out(...explainLines(result));
    }));
}

function requestOf(path: string, options: Options) {
  return {
    method: String(options.method),
    path: path.replace(/[\s#]/g, encodeURIComponent),
    headers: Array.isArray(options.header) ? options.header.map((each) => readHeader(String(each))) : [],
    body: typeof options.data === "string" ? options.data : "",
  };
}

function readHeader(text: string): [string, string] {
  const at = text.indexOf(":");
  if (at < 1) throw new UsageError(`-H takes name: value, not "${text}"`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

async function readText(cli: CliContext, file: string): Promise<string> {
  if (file === "-") return await cli.terminal.readInput();
  return readNamedFile(file);
}

/** The named options that were given, under the operation's keys. */
function pick(options: Options, keys: Readonly<Record<string, string>>): Record<string, unknown> {
  const given = Object.entries(keys).filter(([option]) => options[option] !== undefined);
  return Object.fromEntries(given.map(([option, key]) => [key, options[option]]));
}

function present(
  error: { field: string; message: string; remedy?: string | undefined; line?: number | undefined },
) {
  const { field, message, remedy, line } = error;
  return {
    field,
    message,
    ...(remedy === undefined ? {} : { remedy }),
    ...(line === undefined ? {} : { line }),
  };
}
