import type { Command } from "commander";
import { parseDuration } from "../../config/values.ts";
import { AegisError } from "../../core/errors.ts";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../failure.ts";
import { safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";

const EXAMPLES = `
Examples:
  aegis ban add 192.0.2.7 --for 24h --reason "password guessing"
  aegis ban list
  aegis ban list --csv > bans.csv
  aegis ban remove 192.0.2.7`;

/** `aegis ban`. */
export function addBan(program: Command, cli: CliContext): void {
  const ban = program.command("ban").summary("addresses that are shut out").description(
    "Addresses that are shut out.",
  )
    .addHelpText("after", EXAMPLES);

  const add = ban.command("add").description("Ban an address or network.").argument("<network>")
    .option("--for <duration>", "e.g. 30m, 24h, 7d (default: no end)").option(
      "--host <domain>",
      "only on this host",
    )
    .option("--reason <text>");
  act(add, ([network], options) =>
    cli.withInstance(options, async (instance) => {
      const host = typeof options.host === "string"
        ? { host_id: (await instance.call("hosts.get", { id: options.host })).id }
        : {};
      const reason = typeof options.reason === "string" ? { reason: options.reason } : {};
      const made = await instance.call("bans.create", {
        network: network!,
        ...host,
        ...reason,
        ...seconds(options.for),
      });
      if (options.json === true) return cli.json(made);
      cli.out(
        safeText(
          `banned ${made.network}${made.expires_at === null ? "" : ` until ${timeText(made.expires_at)}`}`,
        ),
      );
    }));

  const list = ban.command("list").description("List bans in force.").option("-q, --query <words>")
    .option("--csv", "as comma-separated values");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const filter = typeof options.query === "string" ? { q: options.query } : {};
      if (options.csv === true) {
        const file = await instance.call("bans.export", filter);
        return cli.out(
          ...new TextDecoder().decode(Uint8Array.fromBase64(file.content)).trimEnd().split("\r\n"),
        );
      }
      const bans = await instance.call("bans.list", filter);
      if (options.json === true) return cli.json(bans);
      const rows = bans.map((each) => [
        each.network,
        each.host_name ?? "everywhere",
        timeText(each.expires_at),
        each.origin,
        String(each.answered + each.dropped),
        each.reason,
      ]);
      cli.out(
        ...tableLines(
          ["NETWORK", "WHERE", "UNTIL", "ORIGIN", "STOPPED", "REASON"],
          rows,
          cli.terminal.columns,
        ),
      );
    }));

  const remove = ban.command("remove").alias("lift").description("Lift a ban.").argument(
    "<network>",
    "address, network or id",
  );
  act(remove, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const found = (await instance.call("bans.list", {})).filter((each) =>
        each.removable && (each.id === name || each.network === name)
      );
      if (found.length === 0) {
        throw new AegisError("not_found", `there is no ban of ${name}; see: aegis ban list`);
      }
      for (const { id } of found) {
        await instance.call("bans.delete", { id });
      }
      if (options.json === true) return cli.json(found);
      cli.out(
        safeText(`lifted ${found.length === 1 ? "the ban" : `${found.length} bans`} of ${found[0]!.network}`),
      );
    }));
}

function seconds(text: unknown): { seconds?: number } {
  if (typeof text !== "string") return {};
  const ms = parseDuration(text);
  if (ms === null || ms < 1_000) {
    throw new UsageError(`--for takes a duration such as 30m, 24h or 7d, not "${text}"`);
  }
  return { seconds: Math.round(ms / 1_000) };
}
