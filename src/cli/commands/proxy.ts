import type { Command } from "commander";
import type { OperationInput, OperationOutput } from "../../control/operation.ts";
import { act } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { safeText } from "../safe_text.ts";
import { tableLines } from "../table.ts";

type Proxies = OperationOutput<"proxies.list">;
type Header = NonNullable<OperationInput<"proxies.add">["header"]>;

const EXAMPLES = `
Examples:
  aegis proxy add 10.0.0.5
  aegis proxy add 10.0.0.0/24 --header X-Real-IP
  aegis proxy list
  aegis proxy remove 10.0.0.5
  aegis proxy refresh cloudflare`;

/** `aegis proxy`. */
export function addProxy(program: Command, cli: CliContext): void {
  const proxy = program.command("proxy").summary("who is believed on clients' addresses").description(
    "Proxies in front of Aegis that are believed on their clients' addresses, each in one header.",
  ).addHelpText("after", EXAMPLES);

  act(
    proxy.command("list").description("List them, and what was found of others."),
    (_, options) =>
      cli.withInstance(options, async (instance) => {
        report(cli, options, await instance.call("proxies.list", {}));
      }),
  );

  const add = proxy.command("add").description("Trust a proxy.").argument("<network>", "address or network")
    .option("--header <name>", "the one header it is believed in", "X-Forwarded-For");
  act(add, ([network], options) =>
    cli.withInstance(options, async (instance) => {
      // What it may be is the operation's to say.
      const header = String(options.header).toLowerCase() as Header;
      report(cli, options, await instance.call("proxies.add", { network: network!, header }));
    }));

  const remove = proxy.command("remove").description("Trust it no longer.").argument("<network>");
  act(remove, ([network], options) =>
    cli.withInstance(options, async (instance) => {
      report(cli, options, await instance.call("proxies.remove", { network: network! }));
    }));

  act(
    proxy.command("reload").description("Read the files that proxies are looked for in again."),
    (_, options) =>
      cli.withInstance(options, async (instance) => {
        report(cli, options, await instance.call("proxies.reload", {}));
      }),
  );

  const refresh = proxy.command("refresh").description("Fetch the networks that a provider publishes.")
    .argument("<name>", "cloudflare, fastly or cloudfront");
  act(refresh, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const wanted = name as OperationInput<"proxies.refresh_cdn">["name"];
      report(cli, options, await instance.call("proxies.refresh_cdn", { name: wanted }));
    }));
}

function report(cli: CliContext, options: Options, proxies: Proxies): void {
  if (options.json === true) return cli.json(proxies);
  const published = new Set<string>(proxies.cdn.map(({ name }) => name));
  const row = (state: string) => (entry: Proxies["trusted"][number]) => [
    entry.network,
    state,
    entry.header,
    safeText(entry.place === "" ? entry.origin : `${entry.origin} ${entry.place}`),
  ];
  const rows = [
    ...proxies.trusted.filter(({ origin }) => !published.has(origin)).map(row("trusted")),
    ...proxies.cdn.filter(({ trusted }) => trusted).map(({ name, networks }) => [
      `${networks} networks`,
      "trusted",
      proxies.trusted.find(({ origin }) => origin === name)?.header ?? "",
      name,
    ]),
    ...proxies.proposed.map(row("found")),
  ];
  if (rows.length === 0) return cli.out("no proxy is trusted");
  cli.out(...tableLines(["NETWORK", "STATE", "HEADER", "FROM"], rows, cli.terminal.columns));
  for (const { path, problem } of proxies.sources) {
    if (problem !== null) cli.out(safeText(`${path}: ${problem}`));
  }
}
