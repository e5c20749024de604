import type { Command } from "commander";
import { stringify } from "yaml";
import type { StreamInput, StreamPatch } from "../../config/stream_schema.ts";
import type { OperationOutput } from "../../control/operation.ts";
import { readAssignments } from "../assignments.ts";
import { act, type CliContext, collect, type Options } from "../context.ts";
import { EXIT, UsageError } from "../failure.ts";
import { safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";

type Stream = OperationOutput<"streams.list">[number];

const EXAMPLES = `
Examples:
  aegis stream add --listen 5432 --to 10.20.0.40:5432 --allow 192.0.2.0/24
  aegis stream add dns --listen 53 --to 10.20.0.53:53 --protocol both
  aegis stream add mail --listen https --server-name imap.example.com --to 10.20.0.25:993
  aegis stream edit dns --set timeouts.idle_ms=30000
  aegis stream log dns`;

/** `aegis stream`. */
export function addStream(program: Command, cli: CliContext): void {
  const stream = program.command("stream").summary("TCP and UDP ports that are passed on").description(
    "TCP and UDP ports that are passed on.",
  ).addHelpText("after", EXAMPLES);

  const add = withFields(stream.command("add").description("Pass a port on.").argument("[name]"));
  act(add, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      if (typeof options.listen !== "string" || typeof options.to !== "string") {
        throw new UsageError("name the port with --listen and where it leads with --to HOST:PORT");
      }
      const fields = { name: name ?? nameOf(options.listen), ...streamFields(options) };
      // The operation validates: what stands in --set may be anything.
      report(cli, options, "added", await instance.call("streams.create", { stream: fields as StreamInput }));
    }));

  const list = stream.command("list").description("List streams and what they do now.");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const streams = await instance.call("streams.list", {});
      if (options.json === true) return cli.json(streams);
      const rows = streams.map((each) => [
        each.name,
        each.state,
        each.protocol,
        each.listen,
        each.upstream,
        String(each.active),
        String(each.total),
        String(each.refused),
        `${bytesText(each.upload_bytes)} / ${bytesText(each.download_bytes)}`,
      ]);
      const head = ["NAME", "STATE", "PROTOCOL", "LISTEN", "TO", "NOW", "TOTAL", "REFUSED", "UP / DOWN"];
      cli.out(...tableLines(head, rows, cli.terminal.columns));
    }));

  const show = stream.command("show").description("Show a stream with all its fields.").argument(
    "<stream>",
    "name or id",
  );
  act(show, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("streams.get", { id: id! });
      if (options.json === true) return cli.json(found);
      cli.out(...stringify(found).trimEnd().split("\n").map(safeText));
    }));

  const edit = withFields(
    stream.command("edit").description("Change fields of a stream; others stay.").argument(
      "<stream>",
      "name or id",
    ),
  );
  act(edit, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const patch = streamFields(options) as StreamPatch;
      if (Object.keys(patch).length === 0) throw new UsageError("name what changes, e.g. --to 10.0.0.8:5432");
      const { id, version } = await instance.call("streams.get", { id: name! });
      report(cli, options, "changed", await instance.call("streams.update", { id, version, stream: patch }));
    }));

  for (const [verb, enabled] of [["enable", true], ["disable", false]] as const) {
    const command = stream.command(verb).description(
      enabled ? "Open a stream again." : "Close a stream; keep it.",
    )
      .argument("<stream>", "name or id");
    act(command, ([name], options) =>
      cli.withInstance(options, async (instance) => {
        const { id } = await instance.call("streams.get", { id: name! });
        report(cli, options, `${verb}d`, await instance.call("streams.set_enabled", { id, enabled }));
      }));
  }

  const remove = stream.command("remove").description("Delete a stream.").argument("<stream>", "name or id");
  act(remove, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("streams.get", { id: name! });
      await instance.call("streams.delete", { id: found.id });
      report(cli, options, "removed", found);
    }));

  const log = stream.command("log").description("Connections that are over, newest first.")
    .argument("[stream]", "name or id; all where absent").option("-n, --limit <n>", "how many", "50");
  act(log, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const limit = Number(options.limit);
      const rows = await instance.call("streams.connections", {
        limit,
        ...(name === undefined ? {} : { id: name }),
      });
      if (options.json === true) return cli.json(rows);
      const cells = rows.map((row) => [
        timeText(row.at),
        row.stream_name ?? row.stream_id,
        row.client,
        `${Math.round(row.duration_ms)} ms`,
        `${bytesText(row.upload_bytes)} / ${bytesText(row.download_bytes)}`,
        row.detail === "" ? row.why : `${row.why}: ${row.detail}`,
      ]);
      cli.out(
        ...tableLines(
          ["BEGAN", "STREAM", "CLIENT", "LASTED", "UP / DOWN", "ENDED"],
          cells,
          cli.terminal.columns,
        ),
      );
    }));

  const check = stream.command("check-port").description("Whether a stream could have a port.")
    .argument("<listen>").option("--protocol <protocol>", "tcp, udp or both");
  act(check, ([listen], options) =>
    cli.withInstance(options, async (instance) => {
      const result = await instance.call("streams.validate_port", {
        listen: listen!,
        ...(typeof options.protocol === "string" ? { protocol: options.protocol as "tcp" } : {}),
      });
      if (!result.free) cli.exitCode = EXIT.failed;
      if (options.json === true) return cli.json(result);
      const { fault } = result;
      cli.out(safeText(fault === null ? `${listen} is free` : `${fault.message} (${fault.remedy ?? ""})`));
    }));
}

function withFields(command: Command): Command {
  return command
    .option("--listen <address>", "PORT or ADDRESS:PORT; https: beside the hosts, told by name or protocol")
    .option("--to <upstream>", "HOST:PORT")
    .option("--protocol <protocol>", "tcp, udp or both")
    .option("--server-name <name>", "TLS clients that ask for this name", collect)
    .option("--alpn <protocol>", "TLS clients that offer this protocol", collect)
    .option("--tls <mode>", "pass or terminate")
    .option("--allow <network>", "only these may connect", collect)
    .option("--deny <network>", "these may not", collect)
    .option("--set <key=value>", "any other field, e.g. proxy_protocol.send=v2", collect);
}

/** Fields as the options name them; the operation checks them. */
function streamFields(options: Options): Record<string, unknown> {
  const fields = readAssignments(Array.isArray(options.set) ? options.set.map(String) : []);
  const texts = { listen: "listen", to: "upstream", protocol: "protocol", tls: "tls" } as const;
  for (const [option, field] of Object.entries(texts)) {
    if (typeof options[option] === "string") fields[field] = options[option];
  }
  const lists = {
    serverName: "server_names",
    alpn: "alpn",
    allow: "whitelist_cidrs",
    deny: "blacklist_cidrs",
  } as const;
  for (const [option, field] of Object.entries(lists)) {
    const list = options[option];
    if (Array.isArray(list)) fields[field] = list.map(String);
  }
  return fields;
}

/** `stream-5432` for a stream that got no name. */
function nameOf(listen: string): string {
  return `stream-${/\d+$/.exec(listen)?.[0] ?? listen}`;
}

function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function report(cli: CliContext, options: Options, done: string, stream: Stream): void {
  if (options.json === true) return cli.json(stream);
  const fault = stream.fault === "" ? "" : ` (not open: ${stream.fault})`;
  cli.out(safeText(`${done} ${stream.name}: ${stream.listen} to ${stream.upstream}${fault}`));
}
