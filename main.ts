import { main } from "./src/cli/main.ts";
import { systemTerminal } from "./src/cli/terminal.ts";
import { systemClock } from "./src/core/clock.ts";

/** argv → src/cli. What only `run` and offline commands need is loaded when they ask for it. */
const exitCode = await main(Deno.args, {
  run: async (config, terminal) => (await import("./src/app.ts")).runAegis(config, terminal),
  openOffline: async (config) => (await import("./src/offline.ts")).openOffline(config),
  terminal: systemTerminal(),
  clock: systemClock,
  env: Deno.env.toObject(),
  // Ctrl-C ends a command that waits, as the shell's user expects; `run` listens for it by itself.
  interrupted: new AbortController().signal,
});
Deno.exit(exitCode);
