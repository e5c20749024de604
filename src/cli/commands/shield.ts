import type { Command } from "commander";
import type { ChallengeMode } from "../../core/challenge.ts";
import type { OperationOutput } from "../../control/operation.ts";
import { act } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { minutesOf } from "../minutes.ts";
import { safeText } from "../safe_text.ts";
import { factLines, tableLines, timeText } from "../table.ts";

type Status = OperationOutput<"shield.status">;

const EXAMPLES = `
Examples:
  aegis shield status
  aegis shield attack --for 2h
  aegis shield attack --end
  aegis shield parts --off stats
  aegis shield parts --on waf geoip
  aegis shield challenge --mode always`;

/** `aegis shield`. */
export function addShield(program: Command, cli: CliContext): void {
  const shield = program.command("shield").summary("attacks, and what clients have to prove").description(
    "Attacks, and what clients have to prove before the rules look at their requests.",
  ).addHelpText("after", EXAMPLES);

  act(
    shield.command("status").description("Whether Aegis or one of its hosts is under attack."),
    (_, options) =>
      cli.withInstance(options, async (instance) => {
        report(cli, options, await instance.call("shield.status", {}));
      }),
  );

  const attack = shield.command("attack").description(
    "Ask every client of every host to prove itself, for a while.",
  )
    .option("--for <duration>", "e.g. 30m, 2h, 1d", "1h").option("--end", "now");
  act(attack, (_, options) =>
    cli.withInstance(options, async (instance) => {
      report(cli, options, await instance.call("shield.under_attack", { minutes: minutesOf(options) }));
    }));

  const challenge = shield.command("challenge").description(
    "What browsers have to prove, and what became of it.",
  )
    .option("--mode <mode>", "of hosts that name none: managed, invisible, interactive, always or off");
  act(challenge, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const mode = options.mode as ChallengeMode | undefined;
      if (mode !== undefined) await instance.call("settings.update", { patch: { challenge: { mode } } });
      const status = await instance.call("challenge.status", {});
      if (options.json === true) return cli.json(status);
      cli.out(...factLines([
        ["mode", status.enabled ? status.mode : `${status.mode}, switched off`],
        ["pages sent", String(status.issued)],
        ["passed", String(status.passed)],
        ["failed proofs", String(status.failed)],
      ]));
    }));

  const parts = shield.command("parts").description(
    "Switch whole parts on or off: waf geoip challenge anomaly stats.",
  )
    .option("--on <names...>").option("--off <names...>");
  act(parts, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const named = (list: unknown, isOn: boolean) =>
        Object.fromEntries((Array.isArray(list) ? list : []).map((name) => [String(name), isOn]));
      const toggles = { ...named(options.on, true), ...named(options.off, false) };
      const settings = Object.keys(toggles).length === 0
        ? await instance.call("settings.get", {})
        : await instance.call("settings.update", { patch: { toggles } });
      if (options.json === true) return cli.json(settings.toggles);
      cli.out(
        ...factLines(Object.entries(settings.toggles).map(([name, isOn]) => [name, isOn ? "on" : "off"])),
      );
    }));
}

function report(cli: CliContext, options: Options, status: Status): void {
  if (options.json === true) return cli.json(status);
  cli.out(
    ...factLines([
      ["now", status.text + (status.until === null ? "" : ` until ${timeText(status.until)}`)],
      ["requests/s", rate(status)],
      ["in flight", String(status.in_flight)],
      ["preset", status.preset],
    ]),
  );
  const rows = status.hosts.map((host) => [
    safeText(host.name),
    safeText(host.text),
    rate(host),
    host.under_attack_until === null ? "–" : timeText(host.under_attack_until),
    host.maintenance_until === null ? "–" : timeText(host.maintenance_until),
    host.waf_paused_until === null ? "–" : timeText(host.waf_paused_until),
  ]);
  const head = ["HOST", "NOW", "REQUESTS/S", "ATTACK UNTIL", "MAINTENANCE UNTIL", "WAF PAUSED UNTIL"];
  if (rows.length > 0) cli.out("", ...tableLines(head, rows, cli.terminal.columns));
}

function rate({ rps, usual }: { readonly rps: number | null; readonly usual: number | null }): string {
  if (rps === null) return "not known yet";
  return rps.toFixed(1) + (usual === null ? "" : `, usually ${usual.toFixed(1)}`);
}
