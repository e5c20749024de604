import type { Command } from "commander";
import { act } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { EXIT, UsageError } from "../failure.ts";
import { Instance } from "../instance.ts";
import { isModeName, MODE_NAMES, MODES } from "../stress/modes.ts";
import { reportLines } from "../stress/report.ts";
import { readTarget } from "../stress/target.ts";

const EXAMPLES = `
Modes:
${MODE_NAMES.map((name) => `  ${name.padEnd(11)}${MODES[name].summary}`).join("\n")}

Examples:
  aegis stress baseline
  aegis stress sqli -n 200 --host shop.example.com
  aegis stress flood -n 20000 --url http://127.0.0.1:8080
  aegis stress flood --client 203.0.113.9     loopback is never banned; this client is, where the listener
                                              takes the PROXY protocol from 127.0.0.1

It goes to loopback only, ends by itself, and exits 1 where something passed that should not have, or was refused.`;

const MOST_REQUESTS = 1_000_000;
const MOST_CONNECTIONS = 1_000;
const MOST_SECONDS = 600;
const MOST_RATE = 100_000;

/** `aegis stress`. */
export function addStress(program: Command, cli: CliContext): void {
  const command = program.command("stress").summary("try the protection of this machine's instance")
    .description("Send hostile or normal traffic to the instance on this machine and see what is refused.")
    .argument("<mode>", MODE_NAMES.join(", "))
    .option("-n, --requests <n>", `how many, up to ${MOST_REQUESTS}`, "1000")
    .option("-c, --connections <n>", `at once, up to ${MOST_CONNECTIONS}`, "50")
    .option("--rate <n>", "requests a second over all connections, 0 for no pause (default: by mode)")
    .option("--seconds <n>", `ends after so long, up to ${MOST_SECONDS}`, "60")
    .option("--url <url>", "where to, on loopback (default: the running instance and a site that it serves)")
    .option("--host <name>", "the site, where its name is not that of the URL")
    .option("--client <address>", "the client's address, told by the PROXY protocol")
    .addHelpText("after", EXAMPLES);
  act(command, async ([name], given) => {
    const options = withConnections(given);
    if (!isModeName(name!)) throw new UsageError(`there is no mode "${name}": ${MODE_NAMES.join(", ")}`);
    const url = text(options, "url");
    const site = url === undefined ? await runningSite(cli, options) : { url };
    // What sends is loaded where something is sent, not with every command.
    const { runStress } = await import("../stress/run.ts");
    const report = await runStress({
      name,
      target: readTarget(site.url, text(options, "host") ?? site.host, text(options, "client")),
      requests: number(options, "requests", 1, MOST_REQUESTS),
      connections: number(options, "connections", 1, MOST_CONNECTIONS),
      rate: options.rate === undefined ? null : number(options, "rate", 0, MOST_RATE),
      seconds: number(options, "seconds", 1, MOST_SECONDS),
      clock: cli.parts.clock,
      interrupted: cli.parts.interrupted,
    });
    if (options.json === true) cli.json(report);
    else cli.out(...reportLines(report, cli.terminal.columns));
    if (!report.ok) cli.exitCode = EXIT.failed;
  });
}

/** Everywhere else `-c` is --config, and the program has read it as that; a plain number is the count of connections. */
function withConnections({ config, ...options }: Options): Options {
  if (typeof config !== "string") return options;
  return /^\d+$/.test(config) ? { ...options, connections: config } : { ...options, config };
}

/** Where the instance that runs listens for HTTP, and a site that it serves. */
async function runningSite(cli: CliContext, options: Options): Promise<{ url: string; host?: string }> {
  const instance = new Instance(cli.config(options), cli.parts.openOffline);
  const status = await instance.callRunning("system.status", {});
  const address = status?.listeners.find(({ name }) => name === "http")?.address;
  if (address === undefined) throw new UsageError("no instance runs here: start it, or name one by --url");
  const hosts = await instance.callRunning("hosts.list", {});
  const serving = hosts?.filter(({ state }) => state === "serving").flatMap(({ domains }) => domains) ?? [];
  const host = serving.find((domain) => !domain.includes("*"));
  const url = `http://127.0.0.1:${address.slice(address.lastIndexOf(":") + 1)}/`;
  return host === undefined ? { url } : { url, host };
}

function text(options: Options, key: string): string | undefined {
  const value = options[key];
  return typeof value === "string" ? value : undefined;
}

function number(options: Options, key: string, least: number, most: number): number {
  const value = text(options, key) ?? "";
  if (!/^\d{1,7}$/.test(value) || Number(value) < least || Number(value) > most) {
    throw new UsageError(`--${key} takes a number from ${least} to ${most}, not "${value}"`);
  }
  return Number(value);
}
