import type { Command } from "commander";
import type { OperationOutput } from "../../control/operation.ts";
import { act } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { safeText } from "../safe_text.ts";
import { tableLines } from "../table.ts";

type Canary = OperationOutput<"hosts.canary">;

const EXAMPLES = `
Examples:
  aegis host edit shop.example.com --set 'targets=[{url: "http://10.0.0.5:80"}, {url: "http://10.0.0.6:80", role: canary}]'
  aegis host edit shop.example.com --set canary.percent=10
  aegis host canary show shop.example.com
  aegis host canary promote shop.example.com`;

/** `aegis host canary`. */
export function addHostCanary(host: Command, cli: CliContext): void {
  const canary = host.command("canary").summary("A new version on a share of the traffic.")
    .description("A new version on a share of the traffic.").addHelpText("after", EXAMPLES);

  const named = (verb: string, description: string) =>
    canary.command(verb).description(description).argument("<host>", "domain or id");

  act(
    named("show", "Show both sides, next to each other."),
    ([name], options) =>
      cli.withInstance(options, async (instance) => {
        report(cli, options, await instance.call("hosts.canary", { id: name! }));
      }),
  );
  act(
    named("promote", "Make the canaries primaries; the primaries stay as canaries without traffic."),
    ([name], options) =>
      cli.withInstance(options, async (instance) => {
        const host = await instance.call("hosts.canary_promote", { id: name! });
        if (options.json === true) return cli.json(host);
        cli.out(safeText(`promoted the canaries of ${host.domains[0]}`));
      }),
  );
  const rollback = named("rollback", "Give the canaries no more traffic.").option("--reason <text>");
  act(rollback, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const reason = typeof options.reason === "string" ? { reason: options.reason } : {};
      report(cli, options, await instance.call("hosts.canary_rollback", { id: name!, ...reason }));
    }));
  act(
    named("reset", "Give canaries that were rolled back their share again."),
    ([name], options) =>
      cli.withInstance(options, async (instance) => {
        report(cli, options, await instance.call("hosts.canary_reset", { id: name! }));
      }),
  );
}

const STATES: Readonly<Record<Canary["state"], string>> = {
  none: "no target has the role canary",
  off: "no traffic goes to the canaries",
  running: "running",
  "rolled-back": "rolled back",
};

function report(cli: CliContext, options: Options, found: Canary): void {
  if (options.json === true) return cli.json(found);
  const why = found.rollback === null ? "" : `: ${found.rollback.reason}`;
  cli.out(safeText(`${found.host_name}: ${STATES[found.state]}, ${found.percent} %${why}`));
  const rows = (["primary", "canary"] as const).map((role) => {
    const { targets, requests, failed_percent, p50, p95, p99 } = found[role];
    const times = [p50, p95, p99].map((ms) => ms === null ? "–" : `${Math.round(ms)} ms`);
    const failed = failed_percent === null ? "–" : `${Math.round(failed_percent * 10) / 10} %`;
    return [role, String(targets.length), String(requests), failed, ...times];
  });
  const head = ["SIDE", "TARGETS", "REQUESTS", "FAILED", "P50", "P95", "P99"];
  cli.out(...tableLines(head, rows, cli.terminal.columns));
}
