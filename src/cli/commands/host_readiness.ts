import type { Command } from "commander";
import type { OperationOutput } from "../../control/operation.ts";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";

type Readiness = OperationOutput<"hosts.readiness">;

/** `aegis host readiness`. */
export function addHostReadiness(host: Command, cli: CliContext): void {
  const command = host.command("readiness")
    .description("What mode enforce would have refused of the last seven days.")
    .argument("<host>", "domain or id");
  act(command, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("hosts.readiness", { id: name! });
      if (options.json === true) return cli.json(found);
      cli.out(...summary(name!, found).map(safeText), ...refusedLines(found, cli.terminal.columns));
    }));
}

function summary(name: string, found: Readiness): string[] {
  const { mode, would_refuse, excepted, requests, clients, days_seen, rolled_back_at: back } = found;
  const of = found.complete ? `${would_refuse}` : `at least ${would_refuse}`;
  return [
    `${of} of ${requests} requests, from ${clients} ${
      clients === 1 ? "client" : "clients"
    }, would be refused`,
    ...(excepted === 0 ? [] : [`${excepted} more pass by exceptions made since`]),
    ...(back === null
      ? []
      : [`taken back from enforce to detect at ${timeText(back)}: it refused too many who had come before`]),
    mode !== "detect"
      ? `the mode is ${mode}`
      : found.is_ready
      ? `judged for a week: aegis host edit ${name} --mode enforce`
      : `judged for ${days_seen} of 7 days`,
  ];
}

function refusedLines(found: Readiness, columns: number): string[] {
  const rows = found.groups.flatMap((group) =>
    group.samples.map((each) => [
      each.id,
      timeText(each.at),
      each.client,
      String(each.count),
      group.rules.map((rule) => rule.id).join(" "),
      `${each.method} ${each.target.slice(0, 100)}`,
    ])
  );
  if (rows.length === 0) return [];
  return [
    ...tableLines(["REQUEST", "AT", "CLIENT", "N", "RULES", "WHAT"], rows, columns),
    "let one pass: aegis rule except RULE --host HOST --path PATH --target TARGET --request REQUEST",
  ];
}
