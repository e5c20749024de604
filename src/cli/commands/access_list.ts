import type { Command } from "commander";
import type { OperationInput } from "../../control/operation.ts";
import { act, type CliContext, type Options } from "../context.ts";
import { UsageError } from "../failure.ts";
import type { Instance } from "../instance.ts";
import { tableLines } from "../table.ts";

const EXAMPLES = `
Examples:
  aegis access-list show
  aegis access-list add white 192.0.2.0/24
  aegis access-list add black 203.0.113.7 --host shop.example.com
  aegis access-list remove black 203.0.113.7 --host shop.example.com`;

type Kind = "whitelist_cidrs" | "blacklist_cidrs";
type Lists = Readonly<Record<Kind, readonly string[]>>;

const KINDS: Readonly<Record<string, Kind>> = { white: "whitelist_cidrs", black: "blacklist_cidrs" };

/** `aegis access-list`: the white and black lists of everywhere and of hosts. */
export function addAccessList(program: Command, cli: CliContext): void {
  const lists = program.command("access-list").summary("white and black lists")
    .description(
      "White lists (nothing is refused) and black lists (everything is), everywhere or of one host.",
    )
    .addHelpText("after", EXAMPLES);

  const show = lists.command("show").description("Show the lists of everywhere and of every host.")
    .option("--host <domain>", "of this host alone");
  act(show, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const rows = await rowsOf(instance, options);
      if (options.json === true) {
        return cli.json(rows.map(([list, network, where]) => ({ list, network, where })));
      }
      cli.out(...tableLines(["LIST", "NETWORK", "WHERE"], rows, cli.terminal.columns));
    }));

  for (const verb of ["add", "remove"] as const) {
    const command = lists.command(verb)
      .description(verb === "add" ? "Put addresses or networks on a list." : "Take them off a list.")
      .argument("<list>", "white or black").argument("<network...>", "as 192.0.2.7 or 2001:db8::/48")
      .option("--host <domain>", "of this host; absent: of everywhere");
    act(command, ([list, ...networks], options) =>
      cli.withInstance(options, async (instance) => {
        const kind = KINDS[list!];
        if (kind === undefined) throw new UsageError(`"${list}" is no list; write white or black`);
        const after = await change(instance, options, kind, (before) => changed(verb, before, networks));
        if (options.json === true) return cli.json(after);
        const where = typeof options.host === "string" ? options.host : "everywhere";
        cli.out(`${list} list of ${where}: ${after.length === 0 ? "empty" : after.join(", ")}`);
      }));
  }
}

async function rowsOf(instance: Instance, options: Options): Promise<string[][]> {
  const rows = (lists: Lists, where: string) =>
    Object.entries(KINDS).flatMap(([name, kind]) => lists[kind].map((network) => [name, network, where]));
  if (typeof options.host === "string") {
    const host = await instance.call("hosts.get", { id: options.host });
    return rows(host, host.domains[0] ?? host.id);
  }
  const settings = await instance.call("settings.get", {});
  const hosts = await instance.call("hosts.list", {});
  return [
    ...rows(settings, "everywhere"),
    ...hosts.flatMap((host) => rows(host, host.domains[0] ?? host.id)),
  ];
}

/** Returns the list as it then is. What the operation refuses (a network that is none) it says. */
async function change(
  instance: Instance,
  options: Options,
  kind: Kind,
  to: (before: readonly string[]) => string[],
): Promise<readonly string[]> {
  if (typeof options.host === "string") {
    const host = await instance.call("hosts.get", { id: options.host });
    const patch: OperationInput<"hosts.update">["host"] = { [kind]: to(host[kind]) };
    return (await instance.call("hosts.update", { id: host.id, version: host.version, host: patch }))[kind];
  }
  const before = (await instance.call("settings.get", {}))[kind];
  return (await instance.call("settings.update", { patch: { [kind]: to(before) } }))[kind];
}

function changed(verb: "add" | "remove", before: readonly string[], networks: readonly string[]): string[] {
  if (verb === "add") return [...new Set([...before, ...networks])];
  const missing = networks.find((network) => !before.includes(network));
  if (missing !== undefined) {
    throw new UsageError(`${missing} is not on the list; see: aegis access-list show`);
  }
  return before.filter((network) => !networks.includes(network));
}
