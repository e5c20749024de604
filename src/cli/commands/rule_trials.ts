import type { Command } from "commander";
import { act, type CliContext } from "../context.ts";
import { safeText } from "../safe_text.ts";
import { factLines, tableLines, timeText } from "../table.ts";
import { readNamedFile } from "../read_file.ts";

/** `aegis rule sets`. */
export function addSets(rule: Command, cli: CliContext): void {
  const sets = rule.command("sets").description("List the rule sets that can be imported.");
  act(sets, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("rules.sets", {});
      if (options.json === true) return cli.json(found);
      const rows = found.map((each) => [each.id, String(each.rules), String(each.imported), each.name]);
      cli.out(...tableLines(["SET", "RULES", "IMPORTED", "NAME"], rows, cli.terminal.columns));
    }));
}

/** `aegis rule backtest`. */
export function addBacktest(rule: Command, cli: CliContext): void {
  const backtest = rule.command("backtest")
    .description("Run one rule over the request log: what it would have found.")
    .argument("<rule>", "id of a rule in force, or a YAML file with one rule")
    .option("--days <n>", "how far back, 1 to 90", "7").option(
      "--host <domain>",
      "only requests to this host",
    );
  act(backtest, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const result = await instance.call("rules.backtest", {
        ...(/\.(?:ya?ml|json)$/.test(name!) ? { rule: readNamedFile(name!) } : { id: name! }),
        days: Number(options.days),
        ...(typeof options.host === "string" ? { host: options.host } : {}),
      });
      if (options.json === true) return cli.json(result);
      const seen = timeText(result.looked_back_to);
      cli.out(
        ...factLines([
          ["rule", result.rule_id],
          ["requests", `${result.requests}, back to ${seen}${result.complete ? "" : " (time was over)"}`],
          [
            "found in",
            `${result.matched}, from ${result.clients} ${
              result.clients === 1 ? "client" : "clients"
            }; ${result.matched_allowed} let pass`,
          ],
          ...(result.unseen_targets.length === 0 ? [] : [
            ["not in the log", result.unseen_targets.join(", ")],
            ["judged whole", `${result.seen_whole}, from evidence`],
          ] as [string, string][]),
        ]),
        ...result.samples.map((each) =>
          safeText(`  ${each.id}  ${each.action.padEnd(10)} ${each.method} ${each.host}${each.target}`)
        ),
      );
    }));
}

/** `aegis rule bench`. */
export function addBench(rule: Command, cli: CliContext): void {
  const bench = rule.command("bench")
    .description("Measure what the rules in force cost a request, and which rules cost most.");
  act(bench, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const result = await instance.call("rules.bench", {});
      if (options.json === true) return cli.json(result);
      cli.out(
        `${result.requests} requests: mean ${result.mean_us} µs, median ${result.p50_us} µs, 99 % under ${result.p99_us} µs`,
        "",
        ...tableLines(
          ["RULE", "µs", "NAME"],
          result.slowest.map((each) => [each.rule_id, String(each.mean_us), each.name]),
          cli.terminal.columns,
        ),
      );
    }));
}
