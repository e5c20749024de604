import { Command, CommanderError } from "commander";
import { BUILD_INFO } from "../core/build_info.ts";
import { addAccessList } from "./commands/access_list.ts";
import { addBan } from "./commands/ban.ts";
import { addReputation } from "./commands/reputation.ts";
import { addCert } from "./commands/cert.ts";
import { addCompletion } from "./commands/completion.ts";
import { addCorrelation } from "./commands/correlation.ts";
import { addGeo } from "./commands/geo.ts";
import { addMail } from "./commands/mail.ts";
import { addWebhook } from "./commands/notify.ts";
import { addHost } from "./commands/host.ts";
import { addList } from "./commands/list.ts";
import { addLog } from "./commands/log.ts";
import { addRule } from "./commands/rule.ts";
import { addRun } from "./commands/run.ts";
import { addSetup } from "./commands/setup.ts";
import { addState } from "./commands/state.ts";
import { addBot } from "./commands/bot.ts";
import { addProxy } from "./commands/proxy.ts";
import { addShield } from "./commands/shield.ts";
import { addSchema } from "./commands/schema.ts";
import { addStream } from "./commands/stream.ts";
import { addStress } from "./commands/stress.ts";
import { addUser } from "./commands/user.ts";
import { CliContext } from "./context.ts";
import type { CliParts } from "./context.ts";
import { EXIT, explainFailure } from "./failure.ts";

const EXAMPLES = `
Examples:
  aegis run --to http://localhost:3000     protect one application on :8080
  aegis setup                              show the setup link again
  aegis host add shop.example.com --to http://127.0.0.1:3000
  aegis log tail --action blocked

Commands talk to the running instance, and to its database when none runs.`;

/** Runs one command line; resolves to the exit code (spec 06). Never throws. */
export async function main(args: readonly string[], parts: CliParts): Promise<number> {
  const cli = new CliContext(parts);
  const program = createProgram(cli);
  try {
    if (args.length === 0) program.help();
    await program.parseAsync([...args], { from: "user" });
    return cli.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    // The reader of a pipe has seen enough: `aegis log query | head`.
    if (thrown instanceof Deno.errors.BrokenPipe) return EXIT.ok;
    const { lines, exitCode } = explainFailure(thrown);
    for (const line of lines) parts.terminal.err(line);
    return exitCode;
  }
}

/** All commands there are. */
function createProgram(cli: CliContext): Command {
  const program = new Command("aegis")
    .description("Reverse proxy and web application firewall in one executable.")
    .version(BUILD_INFO.version, "-v, --version", "show the version")
    .option("-c, --config <file>", "configuration file, YAML or JSON")
    .option("--data-dir <directory>", "where the database and the control socket lie")
    .option("--json", "answer as JSON")
    .helpOption("-h, --help", "show help and examples")
    .addHelpText("after", EXAMPLES);
  addRun(program, cli);
  addSetup(program, cli);
  addState(program, cli);
  addHost(program, cli);
  addStream(program, cli);
  addCert(program, cli);
  addSchema(program, cli);
  addUser(program, cli);
  addRule(program, cli);
  addShield(program, cli);
  addProxy(program, cli);
  addBot(program, cli);
  addCorrelation(program, cli);
  addAccessList(program, cli);
  addBan(program, cli);
  addReputation(program, cli);
  addList(program, cli);
  addLog(program, cli);
  addGeo(program, cli);
  addWebhook(program, cli);
  addMail(program, cli);
  addStress(program, cli);
  addCompletion(program, cli);
  prepare(program, cli);
  return program;
}

/** Every command writes to the terminal that was given, throws instead of exiting, and shows how it is used. */
function prepare(command: Command, cli: CliContext): void {
  const trimmed = (write: (line: string) => void) => (text: string) => write(text.replace(/\n$/, ""));
  command.exitOverride().showHelpAfterError("(add --help for examples)").configureOutput({
    writeOut: trimmed((line) => cli.terminal.out(line)),
    writeErr: trimmed((line) => cli.terminal.err(line)),
    getOutHelpWidth: () => Math.min(110, cli.terminal.columns),
    getErrHelpWidth: () => Math.min(110, cli.terminal.columns),
  });
  for (const each of command.commands) prepare(each, cli);
}
