import type { Command } from "commander";
import type { OperationInput } from "../../control/operation.ts";
import { act, type CliContext } from "../context.ts";
import { safeText } from "../safe_text.ts";
import { factLines, tableLines, timeText } from "../table.ts";

const EXAMPLES = `
Examples:
  aegis rule import --set correlation
  aegis correlation list --action blocked
  aegis correlation show 01KA...
  aegis correlation lift 01KA...`;

/** `aegis correlation`. */
export function addCorrelation(program: Command, cli: CliContext): void {
  const correlation = program.command("correlation").summary("what correlated rules were met by").description(
    "What the requests of one client amount to together.",
  ).addHelpText("after", EXAMPLES);

  const list = correlation.command("list").description("List events, newest first.")
    .option("--host <domain>").option("--rule <id>").option("--client <address>")
    .option("--action <action>", "blocked or detected").option("--limit <n>", "1 to 200", "50");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const given = Object.entries({
        host: options.host,
        rule: options.rule,
        client: options.client,
        action: options.action,
      }).filter(([, value]) => typeof value === "string");
      const found = await instance.call(
        "correlation.list",
        {
          ...Object.fromEntries(given),
          limit: Number(options.limit),
        } as OperationInput<"correlation.list">,
      );
      if (options.json === true) return cli.json(found);
      const rows = found.events.map((each) => [
        each.id,
        timeText(each.at),
        each.action,
        each.block === "in_force" ? "in force" : each.block,
        each.clients[0] ?? "",
        each.host_name ?? each.host_id,
        each.rule_name,
      ]);
      cli.out(
        ...tableLines(
          ["EVENT", "AT", "ACTION", "BLOCK", "CLIENT", "HOST", "RULE"],
          rows,
          cli.terminal.columns,
        ),
      );
      const { requests, lost } = found.analyst;
      if (lost > 0) cli.out("", `${lost} of ${requests + lost} requests came too fast and were left out`);
    }));

  const show = correlation.command("show").description("Show an event and the requests that made it.")
    .argument(
      "<id>",
    );
  act(show, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      const event = await instance.call("correlation.get", { id: id! });
      if (options.json === true) return cli.json(event);
      cli.out(
        ...factLines([
          ["rule", `${event.rule_id}: ${event.rule_name}`],
          ["at", timeText(event.at)],
          ["host", event.host_name ?? event.host_id],
          ["clients", event.clients.join(", ")],
          ["answer", event.action === "detected" ? "only written down" : `blocked, ${event.block}`],
          ["requests", `${event.counted} in ${event.window_seconds} s`],
          ...(event.steps.length === 0 ? [] : [["by", event.steps.join(", ")] as const]),
        ]),
        "",
        ...event.snapshots.map((each) =>
          safeText(
            `${each.counted ? "*" : " "} ${new Date(each.at).toISOString()} ${each.status} ${each.method} ` +
              `${each.target} ${each.rule_ids.join(" ")}`,
          )
        ),
      );
    }));

  const lift = correlation.command("lift").description("Let the clients of an event come through again.")
    .argument(
      "<id>",
    );
  act(lift, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      await instance.call("correlation.lift", { id: id! });
      if (options.json === true) return cli.json({ id });
      cli.out(`lifted the block of ${id}`);
    }));
}
