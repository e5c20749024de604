import type { Command } from "commander";
import type { Config } from "../config/config.ts";
import { CONFIG_ENV_KEYS } from "../config/flags.ts";
import type { ConfigFlags } from "../config/flags.ts";
import { compileDocument } from "../control/schemas/compile_document.ts";
import { loadConfig } from "../config/load.ts";
import { readTextFile } from "../config/reload.ts";
import type { Clock } from "../core/clock.ts";
import { Instance } from "./instance.ts";
import type { OpenOffline } from "./instance.ts";
import { safeJson } from "./safe_text.ts";
import type { Terminal } from "./terminal.ts";

/** What the composition root gives to the command line, which may not import it. */
export interface CliParts {
  /** Runs Aegis until it is stopped; resolves to the exit code. */
  run(config: Config, terminal: { say(line: string): void }): Promise<number>;
  readonly openOffline: OpenOffline;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends what waits for the next thing to happen (`log tail`); a key press or signal of the person. */
  readonly interrupted: AbortSignal;
}

/** Options of the program and of the command that runs. */
export type Options = Readonly<Record<string, unknown>>;

/** What a command works with. A command returns its exit code, or nothing for success. */
export class CliContext {
  readonly parts: CliParts;
  exitCode = 0;

  constructor(parts: CliParts) {
    this.parts = parts;
  }

  get terminal(): Terminal {
    return this.parts.terminal;
  }

  out(...lines: readonly string[]): void {
    for (const line of lines) this.terminal.out(line);
  }

  json(value: unknown): void {
    this.out(safeJson(value, 2));
  }

  /** Reads flags, environment and aegis.yml. Throws `config_refused`. */
  config(options: Options, more: ConfigFlags = {}): Config {
    const text = (key: string) => typeof options[key] === "string" ? options[key] : undefined;
    const config = text("config");
    const dataDir = text("dataDir");
    return loadConfig({
      flags: {
        ...(config === undefined ? {} : { config }),
        ...(dataDir === undefined ? {} : { dataDir }),
        ...more,
      },
      env: Object.fromEntries(CONFIG_ENV_KEYS.map((key) => [key, this.parts.env[key]])),
      readFile: readTextFile,
      compileDocument,
      cwd: Deno.cwd(),
      now: this.parts.clock.now(),
      isRoot: Deno.uid() === 0,
      cores: navigator.hardwareConcurrency,
    });
  }

  /** Gives `use` the running instance or its database, and closes what was opened. */
  async withInstance(options: Options, use: (instance: Instance) => Promise<void>): Promise<void> {
    const instance = new Instance(this.config(options), this.parts.openOffline);
    try {
      await use(instance);
      if (instance.isOffline && this.terminal.isTerminal) {
        this.terminal.err(
          "(no instance runs: this was its database; changes take effect with the next start)",
        );
      }
    } finally {
      await instance.close();
    }
  }
}

/** For an option that may stand several times; a list after one option would swallow the arguments that follow it. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Adds a command's action, with the program's own options among its own. */
export function act(
  command: Command,
  run: (args: readonly string[], options: Options) => Promise<void> | void,
): void {
  command.action(async (...given: unknown[]) => {
    const args = given.slice(0, command.registeredArguments.length).flat();
    await run(args.filter((each) => typeof each === "string"), command.optsWithGlobals());
  });
}
