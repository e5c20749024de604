import type { Command } from "commander";
import type { OperationName } from "../../control/operation.ts";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { minutesOf } from "../minutes.ts";
import { safeText } from "../safe_text.ts";
import { timeText } from "../table.ts";

interface Switch {
  readonly command: string;
  readonly operation: Extract<OperationName, "hosts.under_attack" | "hosts.maintenance" | "hosts.pause_waf">;
  readonly name: "under_attack" | "maintenance" | "waf_pause";
  readonly description: string;
  readonly usual: string;
}

const SWITCHES: readonly Switch[] = [
  {
    command: "under-attack",
    operation: "hosts.under_attack",
    name: "under_attack",
    description: "Ask every client to prove itself, for a while.",
    usual: "1h",
  },
  {
    command: "maintenance",
    operation: "hosts.maintenance",
    name: "maintenance",
    description: "Show the maintenance page to all but the exempt addresses, for a while.",
    usual: "30m",
  },
  {
    command: "pause-waf",
    operation: "hosts.pause_waf",
    name: "waf_pause",
    description: "Let requests pass without the rules, for a while.",
    usual: "15m",
  },
];

/** `aegis host under-attack`, `maintenance` and `pause-waf`. */
export function addHostSwitches(host: Command, cli: CliContext): void {
  for (const { command, operation, name, description, usual } of SWITCHES) {
    const made = host.command(command).description(description).argument("<host>", "domain or id")
      .option("--for <duration>", "e.g. 30m, 2h, 1d", usual).option("--end", "now")
      .addHelpText(
        "after",
        `\nExamples:\n  aegis host ${command} shop.example.com --for 2h\n  aegis host ${command} shop.example.com --end`,
      );
    act(made, ([id], options) =>
      cli.withInstance(options, async (instance) => {
        const view = await instance.call(operation, { id: id!, minutes: minutesOf(options) });
        if (options.json === true) return cli.json(view);
        const until = view.switches[name];
        cli.out(
          safeText(`${view.domains[0]}: ${command} ${until === null ? "off" : `until ${timeText(until)}`}`),
        );
      }));
  }
}
