import { main } from "./cli/main.ts";
import { systemTerminal } from "./cli/terminal.ts";
import type { CommandLineAsked, CommandLineDone } from "./command_line.ts";
import type { Config } from "./config/config.ts";
import { systemClock } from "./core/clock.ts";
import { threadScope } from "./core/thread_scope.ts";

/** The command line's entry: argv in, an exit code or what `aegis run` is to run with out. It may do all a shell's user may. */

const scope = threadScope<CommandLineAsked, CommandLineDone>();

scope.onmessage = async ({ data }) => {
  let config: Config | null = null;
  const exitCode = await main(data.args, {
    run: (read) => {
      config = read;
      return Promise.resolve(0);
    },
    openOffline: async (read) => (await import("./offline.ts")).openOffline(read),
    terminal: systemTerminal(),
    clock: systemClock,
    env: Deno.env.toObject(),
    // Ctrl-C ends the process with a command that waits, as the shell's user expects.
    interrupted: new AbortController().signal,
  });
  scope.postMessage({ exitCode, config });
};
