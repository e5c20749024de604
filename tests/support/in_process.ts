import { join } from "node:path";
import { createSupervisor } from "../../src/app.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Supervisor } from "../../src/supervisor.ts";
import { type AegisProcess, isNotThereYet, performOver } from "./aegis_process.ts";
import { until } from "./until.ts";

/** All threads of Aegis under a supervisor in the test's own process, so that a test can reach into it. */
export interface InProcess extends Pick<AegisProcess, "dataDir" | "httpPort" | "httpsPort" | "perform"> {
  readonly supervisor: Supervisor;
  /** What it said to the terminal. */
  readonly said: readonly string[];
  stop(): Promise<number>;
}

/**
 * `yaml`: lines of aegis.yml besides directories and addresses. `httpPort`: a free one where absent. `listenOptions`: what
 * the listeners of traffic are told besides their address, as in a block of aegis.yml. `instead`: see createSupervisor.
 */
export async function startInProcess(
  yaml: string,
  httpPort = 0,
  listenOptions = "",
  instead: Parameters<typeof createSupervisor>[2] = {},
): Promise<InProcess> {
  const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const path = join(dataDir, "aegis.yml");
  const text = `proxy_listen: { address: "127.0.0.1:${httpPort}"${listenOptions} }
https_listen: { address: "127.0.0.1:0"${listenOptions} }
admin_listen: 127.0.0.1:0
metrics_listen: 127.0.0.1:0
log: { level: error }
l7_rate_limit: 0
${/^challenge:/m.test(yaml) ? "" : "challenge: { mode: off }\n"}${yaml}`;
  await Deno.writeTextFile(path, text);
  const config = loadConfig({
    flags: { config: path, dataDir },
    env: {},
    cwd: dataDir,
    isRoot: false,
    cores: 1,
    now: 0,
    readFile: (asked) => asked === path ? text : null,
  });
  const said: string[] = [];
  const supervisor = createSupervisor(config, { say: (line) => said.push(line) }, instead);
  const ended = supervisor.run();
  const socket = join(dataDir, "aegis.sock");
  const perform: InProcess["perform"] = (name, input) => performOver(socket, name, input);
  const status = await until("Aegis serves", async () => {
    try {
      const status = await perform("system.status", {});
      const isOpen = status.listeners.every(({ name, address }) =>
        name !== "http" || !address.endsWith(":0")
      );
      return isOpen && status.threads.every(({ state }) => state === "running") ? status : null;
    } catch (thrown) {
      if (isNotThereYet(thrown)) return null;
      throw thrown;
    }
  }, 60_000);
  const portOf = (listener: string) => {
    const { address } = status.listeners.find(({ name }) => name === listener)!;
    return Number(address.slice(address.lastIndexOf(":") + 1));
  };
  return {
    dataDir,
    supervisor,
    said,
    perform,
    httpPort: portOf("http"),
    httpsPort: portOf("https"),
    async stop() {
      await supervisor.stop();
      const code = await ended;
      await Deno.remove(dataDir, { recursive: true });
      return code;
    },
  };
}
