import type { Command } from "commander";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";

const EXAMPLES = `
Examples:
  aegis reputation list
  aegis reputation show 192.0.2.7
  aegis reputation reset 192.0.2.7`;

interface Reputation {
  readonly network: string;
  readonly score: number;
  readonly changed_at: number | null;
  readonly reasons: readonly { readonly reason: string; readonly times: number }[];
}

/** `aegis reputation`. */
export function addReputation(program: Command, cli: CliContext): void {
  const reputation = program.command("reputation").summary("what clients have earned").description(
    "What clients have earned over all hosts: -10 to +10, back at 0 within a day.",
  ).addHelpText("after", EXAMPLES);

  const list = reputation.command("list").description("List the clients with the lowest reputation.");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const { worst } = await instance.call("limits.status", {});
      if (options.json === true) return cli.json(worst);
      cli.out(...table(worst, cli.terminal.columns));
    }));

  const show = reputation.command("show").description("Show a client's reputation and its reasons.").argument(
    "<address>",
  );
  act(show, ([address], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("reputation.get", { id: address! });
      if (options.json === true) return cli.json(found);
      cli.out(...table([found], cli.terminal.columns));
    }));

  const reset = reputation.command("reset").description("Forget a client's reputation.").argument(
    "<address>",
  );
  act(reset, ([address], options) =>
    cli.withInstance(options, async (instance) => {
      await instance.call("reputation.reset", { id: address! });
      cli.out(safeText(`${address} begins anew`));
    }));
}

function table(list: readonly Reputation[], columns: number): string[] {
  const rows = list.map(({ network, score, changed_at, reasons }) => [
    network,
    score.toFixed(1),
    changed_at === null ? "-" : timeText(changed_at),
    reasons.map(({ reason, times }) => `${reason} ${times}`).join(", ") || "nothing is known",
  ]);
  return tableLines(["CLIENT", "SCORE", "LAST", "WHY"], rows, columns);
}
