import type { Command } from "commander";
import { act, type CliContext } from "../context.ts";
import { readNamedFile } from "../read_file.ts";
import { safeText } from "../safe_text.ts";
import { factLines, tableLines, timeText } from "../table.ts";
import type { OperationOutput } from "../../control/operation.ts";

const EXAMPLES = `
Examples:
  aegis rule release import aegis-rules-1f2e3d4c5b6a.json
  aegis rule release compare 1f2e3d4c5b6a --days 30
  aegis rule release activate 1f2e3d4c5b6a
  aegis rule release back`;

/** `aegis rule release`: signed rule sets in place of the one that comes with Aegis. */
export function addReleases(rule: Command, cli: CliContext): void {
  const release = rule.command("release").summary("signed rule sets").description(
    "Signed rule sets: rules and learned model in place of those that come with Aegis.\n" +
      "Taken is what a key of the setting waf.rule_set_keys has signed.",
  ).addHelpText("after", EXAMPLES);

  const list = release.command("list").description("List rule sets.");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("releases.list", {});
      if (options.json === true) return cli.json(found);
      const rows = found.releases.map((each) => [
        each.version,
        each.in_force ? "in force" : each.former ? "before" : "",
        String(each.rules),
        each.issued_at === null ? "" : timeText(each.issued_at),
        each.key,
      ]);
      cli.out(...tableLines(["VERSION", "STATE", "RULES", "SIGNED", "KEY"], rows, cli.terminal.columns));
      if (found.failure !== "") cli.terminal.err(`aegis: ${safeText(found.failure)}`);
    }));

  const take = release.command("import").description(
    "Check a signed rule set and keep it; it is not in force yet.",
  ).argument("<file>", "as deno task sign:rules writes it");
  act(take, ([file], options) =>
    cli.withInstance(options, async (instance) => {
      const made = await instance.call("releases.import", { release: readNamedFile(file!) });
      if (options.json === true) return cli.json(made);
      cli.out(
        `took ${made.version}: ${made.rules} rules, signed by ${made.key}`,
        `what it changes: aegis rule release compare ${made.version}`,
      );
    }));

  const compare = release.command("compare").description(
    "Say what a rule set would change: its rules, and what it would have done in the request log.",
  ).argument("<version>").option("--days <n>", "how far back, 1 to 90", "7");
  act(compare, ([version], options) =>
    cli.withInstance(options, async (instance) => {
      const result = await instance.call("releases.compare", {
        version: version!,
        days: Number(options.days),
      });
      if (options.json === true) return cli.json(result);
      cli.out(...comparisonLines(result));
    }));

  for (
    const [verb, about] of [["activate", "Put a rule set in force."], [
      "back",
      "Put the rule set in force again that was before this one.",
    ]] as const
  ) {
    const command = release.command(verb).description(about);
    if (verb === "activate") command.argument("<version>", "or built-in");
    act(command, ([version], options) =>
      cli.withInstance(options, async (instance) => {
        const made = verb === "back"
          ? await instance.call("releases.back", {})
          : await instance.call("releases.activate", { version: version! });
        if (options.json === true) return cli.json(made);
        cli.out(`${made.version} is in force: ${made.rules} rules`);
      }));
  }

  const drop = release.command("delete").description("Forget a rule set that is not in force.").argument(
    "<version>",
  );
  act(drop, ([version], options) =>
    cli.withInstance(options, async (instance) => {
      await instance.call("releases.delete", { version: version! });
      if (options.json === true) return cli.json({ version });
      cli.out(`deleted ${version}`);
    }));
}

function comparisonLines(result: OperationOutput<"releases.compare">): string[] {
  const { trial, release } = result;
  const names = (rules: readonly { id: string; name: string }[]) =>
    rules.length === 0 ? "none" : rules.map(({ id }) => id).join(", ");
  const seen = new Date(trial.looked_back_to).toISOString();
  return [
    ...factLines([
      ["rule set", release.version],
      ...(result.is_older ? [["signed", "before the one in force"] as const] : []),
      ["new rules", safeText(names(result.added))],
      ["gone", safeText(names(result.removed))],
      ["changed", safeText(names(result.changed))],
      ["learned model", result.model_changed ? "another one" : "the same"],
      ["tried on", `${trial.requests} requests, back to ${seen}${trial.complete ? "" : " (time was over)"}`],
      ["refuses now", `${trial.newly_refused} that the one in force lets pass`],
      ["lets pass", `${trial.no_longer_refused} that the one in force refuses`],
    ]),
    ...trial.samples.map((each) =>
      safeText(
        `  ${each.becomes.padEnd(8)}  ${each.method} ${each.host}${each.target}  ${each.rules.join(" ")}`,
      )
    ),
  ];
}
