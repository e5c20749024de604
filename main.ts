import { runAegis } from "./src/app.ts";
import { systemTerminal } from "./src/cli/terminal.ts";
import { carryOut } from "./src/command_line.ts";

/** argv → the command line's thread; what is to run afterwards runs here, with little more than the supervisor loaded. */
const { exitCode, config } = await carryOut(Deno.args);
const { err } = systemTerminal();
Deno.exit(config === null ? exitCode : await runAegis(config, { say: err }));
