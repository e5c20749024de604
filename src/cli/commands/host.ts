import type { Command } from "commander";
import { stringify } from "yaml";
import type { HostInput, HostPatch } from "../../config/host_schema.ts";
import type { OperationOutput } from "../../control/operation.ts";
import { readAssignments } from "../assignments.ts";
import { act, collect } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { EXIT, UsageError } from "../failure.ts";
import type { Instance } from "../instance.ts";
import { safeText } from "../safe_text.ts";
import { addHostSwitches } from "./host_switches.ts";
import { addHostReadiness } from "./host_readiness.ts";
import { addHostCanary } from "./host_canary.ts";
import { tableLines, timeText } from "../table.ts";

type Host = OperationOutput<"hosts.list">[number];

const EXAMPLES = `
Examples:
  aegis host add shop.example.com --to http://127.0.0.1:3000
  aegis host edit shop.example.com --mode enforce
  aegis host edit shop.example.com --path /api=http://127.0.0.1:4000
  aegis host add old.example.com --redirect https://shop.example.com
  aegis host add given-up.example.com --dead
  aegis host edit shop.example.com --set timeouts.response_head_ms=120000 --set 'allowed_methods=[GET, POST]'
  aegis host test shop.example.com`;

/** `aegis host`. */
export function addHost(program: Command, cli: CliContext): void {
  const host = program.command("host").summary("hosts that are served").description("Hosts that are served.")
    .addHelpText("after", EXAMPLES);

  const add = withFields(host.command("add").description("Serve a host.").argument("<domain...>"))
    .option("--dead", "every request is answered 404");
  act(add, (domains, options) =>
    cli.withInstance(options, async (instance) => {
      const fields = hostFields(options);
      if (options.dead === true) fields.kind = "dead";
      if (fields.targets === undefined && fields.kind === undefined) {
        throw new UsageError(
          "name the application with --to http://address:port, or use --redirect https://… or --dead",
        );
      }
      // The operation validates: what stands in --set may be anything.
      const input = { ...fields, domains: [...domains] } as HostInput;
      report(cli, options, "added", await instance.call("hosts.create", { host: input }));
    }));

  const list = host.command("list").description("List hosts.").option(
    "-q, --query <words>",
    "only hosts that match",
  );
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const hosts = await instance.call(
        "hosts.list",
        typeof options.query === "string" ? { q: options.query } : {},
      );
      if (options.json === true) return cli.json(hosts);
      const rows = hosts.map((each) => [
        each.domains[0]! + (each.domains.length > 1 ? ` +${each.domains.length - 1}` : ""),
        each.state,
        each.waf.mode,
        each.origin,
        waysOf(each),
      ]);
      cli.out(...tableLines(["HOST", "STATE", "WAF", "FROM", "TARGETS"], rows, cli.terminal.columns));
    }));

  const show = host.command("show").description("Show a host with all its fields.").argument(
    "<host>",
    "domain or id",
  );
  act(show, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("hosts.get", { id: id! });
      if (options.json === true) return cli.json(found);
      cli.out(...stringify(found).trimEnd().split("\n").map(safeText));
    }));

  const edit = withFields(
    host.command("edit").description("Change fields of a host; others stay.")
      .argument("<host>", "domain or id").option(
        "--domain <name>",
        "the host's domains, all of them",
        collect,
      ),
  );
  act(edit, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const domains = Array.isArray(options.domain) ? { domains: options.domain.map(String) } : {};
      const patch = { ...hostFields(options), ...domains } as HostPatch;
      if (Object.keys(patch).length === 0) throw new UsageError("name what changes, e.g. --mode enforce");
      const { id, version } = await instance.call("hosts.get", { id: name! });
      report(cli, options, "changed", await instance.call("hosts.update", { id, version, host: patch }));
    }));

  for (const [verb, enabled] of [["enable", true], ["disable", false]] as const) {
    const command = host.command(verb).description(
      enabled ? "Serve a host again." : "Stop serving a host; keep it.",
    )
      .argument("<host>", "domain or id");
    act(command, ([name], options) =>
      cli.withInstance(options, async (instance) => {
        const { id } = await instance.call("hosts.get", { id: name! });
        report(cli, options, `${verb}d`, await instance.call("hosts.set_enabled", { id, enabled }));
      }));
  }

  const remove = host.command("remove").description("Delete a host.").argument("<host>", "domain or id");
  act(remove, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("hosts.get", { id: name! });
      await instance.call("hosts.delete", { id: found.id });
      report(cli, options, "removed", found);
    }));

  addHostCanary(host, cli);
  addHostSwitches(host, cli);
  addHostReadiness(host, cli);

  const test = host.command("test").description("Ask a host's application, or a URL, whether it answers.")
    .argument("<host>", "domain, id or http(s) URL")
    .option("--tls", "show the certificates of its first target, and why they do not verify");
  act(test, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      if (options.tls === true) return await testTls(cli, options, instance, name!);
      const what = /^(?:https?:\/\/|unix:)/.test(name!)
        ? { url: name! }
        : { id: (await instance.call("hosts.get", { id: name! })).id };
      const result = await instance.call("hosts.test", what);
      if (!result.reachable) cli.exitCode = EXIT.failed;
      if (options.json === true) return cli.json(result);
      const latency = result.latency_ms === null ? "" : ` in ${Math.round(result.latency_ms)} ms`;
      cli.out(safeText(`${result.reachable ? "reachable" : "not reachable"}${latency}: ${result.text}`));
    }));
}

async function testTls(cli: CliContext, options: Options, instance: Instance, name: string): Promise<void> {
  const { id } = await instance.call("hosts.get", { id: name });
  const result = await instance.call("hosts.test_tls", { id });
  if (!result.reachable || !result.verified) cli.exitCode = EXIT.failed;
  if (options.json === true) return cli.json(result);
  cli.out(safeText(`${result.verified ? "verified" : "not verified"}: ${result.text}`));
  const rows = result.chain.map((
    each,
  ) => [each.subject, each.issuer, timeText(each.not_after), each.names.join(" ")]);
  if (rows.length > 0) {
    cli.out(...tableLines(["SUBJECT", "ISSUER", "ENDS", "NAMES"], rows, cli.terminal.columns));
  }
}

function withFields(command: Command): Command {
  return command
    .option("--to <url>", "the application: http://address:port; several are balanced", collect)
    .option(
      "--path <path=url>",
      "requests below the path go to this application; all paths of the host",
      collect,
    )
    .option("--redirect <url>", "no application: every request is led to this address")
    .option("--mode <mode>", "WAF: off, detect or enforce")
    .option("--paranoia <level>", "WAF: 1 to 4, or inherit")
    .option("--notes <text>")
    .option("--set <key=value>", "any other field, e.g. hsts.enabled=true", collect);
}

/** Fields as the options name them; the operation checks them. */
function hostFields(options: Options): Record<string, unknown> {
  const fields = readAssignments(Array.isArray(options.set) ? options.set.map(String) : []);
  if (Array.isArray(options.to)) fields.targets = options.to.map((url) => ({ url: String(url) }));
  if (Array.isArray(options.path)) fields.paths = options.path.map((text) => pathOf(String(text)));
  if (typeof options.redirect === "string") {
    fields.kind = "redirect";
    fields.redirect = { ...(fields.redirect ?? {}), url: options.redirect };
  }
  if (typeof options.notes === "string") fields.notes = options.notes;
  const waf: Record<string, unknown> = {};
  if (typeof options.mode === "string") waf.mode = options.mode;
  if (typeof options.paranoia === "string") {
    waf.paranoia = options.paranoia === "inherit" ? null : Number(options.paranoia);
  }
  if (Object.keys(waf).length > 0) fields.waf = { ...(fields.waf ?? {}), ...waf };
  return fields;
}

function pathOf(text: string): unknown {
  const equals = text.indexOf("=");
  if (equals < 1) {
    throw new UsageError(`--path takes path=url such as /api=http://127.0.0.1:4000, not "${text}"`);
  }
  return { prefix: text.slice(0, equals), targets: [{ url: text.slice(equals + 1) }] };
}

/** Where a host's requests go. */
function waysOf(host: Host): string {
  if (host.kind === "dead") return "404";
  if (host.redirect !== null) return `to ${host.redirect.url}`;
  const paths = host.paths.map((path) =>
    `${path.prefix ?? `~${path.regex}`} ${path.targets.map((target) => target.url).join(", ")}`
  );
  return [host.targets.map((target) => target.url).join(", "), ...paths].join("; ");
}

function report(cli: CliContext, options: Options, done: string, host: Host): void {
  if (options.json === true) return cli.json(host);
  const reminder = host.waf.mode === "enforce" || host.kind !== "proxy" || done === "removed"
    ? ""
    : ` (WAF mode ${host.waf.mode}: nothing is refused by rule; aegis host edit ${
      host.domains[0]
    } --mode enforce)`;
  cli.out(safeText(`${done} ${host.domains.join(", ")}${reminder}`));
}
