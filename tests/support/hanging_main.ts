import { createSupervisor } from "../../src/app.ts";
import { loadConfig } from "../../src/config/load.ts";
import { readTextFile } from "../../src/config/reload.ts";

/** Aegis with a control and a recorder that hang when they are told to, and a supervisor that looks often. */
const path = Deno.args[Deno.args.indexOf("--config") + 1]!;
const config = loadConfig({
  flags: { config: path },
  env: {},
  cwd: Deno.cwd(),
  isRoot: false,
  cores: 1,
  now: 0,
  readFile: readTextFile,
});
const supervisor = createSupervisor(config, { say: (line) => console.log(line) }, {
  watch: { everyMs: 100, gateway: 100, control: 25, recorder: 25, analyst: 25, starting: 600, ending: 90 },
  modules: {
    control: new URL("./hanging_control.ts", import.meta.url),
    gateway: new URL("../../src/gateway/worker.ts", import.meta.url),
    recorder: new URL("./hanging_recorder.ts", import.meta.url),
    analyst: new URL("../../src/analyst/worker.ts", import.meta.url),
  },
});
Deno.addSignalListener("SIGTERM", () => void supervisor.stop());
Deno.exit(await supervisor.run());
