import type { Command } from "commander";
import type { ConfigFlags } from "../../config/flags.ts";
import { PRESET_NAMES } from "../../config/presets.ts";
import { AegisError } from "../../core/errors.ts";
import { act, collect } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { UsageError } from "../failure.ts";
import { Instance, makeDataDir } from "../instance.ts";

const EXAMPLES = `
Examples:
  aegis run                              on ports 80 and 443, hosts from the database
  aegis run aegis.yml                    with a configuration file
  aegis run --to http://localhost:3000   one application on :8080, without any file
  aegis run --listen 127.0.0.1:8080 --log-level debug`;

/** `aegis run`. */
export function addRun(program: Command, cli: CliContext): void {
  const command = program.command("run").summary("run Aegis")
    .description("Run Aegis until it is stopped by SIGINT or SIGTERM; SIGHUP reads the configuration again.")
    .argument("[file]", "configuration file, YAML or JSON (default: aegis.yml where it exists)")
    .option("--to <url>", "proxy everything to this application, on :8080")
    .option("--listen <address>", "addresses for HTTP, e.g. 127.0.0.1:8080", collect)
    .option("--https-listen <address>", "addresses for HTTPS; off: none", collect)
    .option("--admin-listen <address>", "addresses of the admin", collect)
    .option("--log-level <level>", "debug, info, warn or error")
    .option("--log-format <format>", "json or text")
    .option("--preset <name>", PRESET_NAMES.join(", "))
    .option("--headless", "logs only, no dashboard in the terminal")
    .addHelpText("after", EXAMPLES);
  act(command, async ([file], options) => {
    const config = cli.config(options, runFlags(file, options));
    makeDataDir(config);
    const running = await new Instance(config, cli.parts.openOffline).callRunning("setup.status", {});
    if (running !== undefined) {
      const text = `an instance runs already on ${config.data_dir}: stop it, or name another --data-dir`;
      throw new AegisError("port_unavailable", text);
    }
    cli.exitCode = await cli.parts.run(config, { say: (line) => cli.terminal.err(line) });
  });
}

function runFlags(file: string | undefined, options: Options): ConfigFlags {
  if (file !== undefined && options.config !== undefined && options.config !== file) {
    throw new UsageError("two configuration files are named; keep one of them");
  }
  const text = (key: string) => typeof options[key] === "string" ? { [key]: options[key] } : {};
  const list = (key: string) => Array.isArray(options[key]) ? { [key]: options[key].map(String) } : {};
  return {
    ...(file === undefined ? {} : { config: file }),
    ...text("to"),
    ...text("logLevel"),
    ...text("logFormat"),
    ...text("preset"),
    ...list("listen"),
    ...list("httpsListen"),
    ...list("adminListen"),
    headless: options.headless === true,
  };
}
