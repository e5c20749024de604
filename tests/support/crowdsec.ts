import { join } from "node:path";
import { unpackedFolder } from "../../.ci/packages.ts";
import { freePort } from "./npm_application.ts";
import { runProgram, startProgram } from "./program.ts";

export interface CrowdSec {
  /** Of its Local API. */
  readonly url: string;
  /** What its own command line printed. */
  cscli(...args: string[]): Promise<string>;
  /** Networks that are decided against now, as its command line lists them (`Ip:192.0.2.7`), sorted. */
  decisions(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Debian's CrowdSec, its Local API only, without a word to its makers' network: nothing of it is known elsewhere. */
export async function startCrowdSec(): Promise<CrowdSec> {
  const bin = join(unpackedFolder("crowdsec"), "usr/bin");
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(dir, "config.yaml");
  for (const folder of ["data", "hub", "notifications", "plugins"]) await Deno.mkdir(join(dir, folder));
  await Deno.writeTextFile(join(dir, "hub/.index.json"), "{}");
  await Deno.writeTextFile(join(dir, "simulation.yaml"), "simulation: false\n");
  await Deno.writeTextFile(
    join(dir, "profiles.yaml"),
    'name: none\nfilters: ["Alert.Remediation == true"]\ndecisions: [{ type: ban, duration: 4h }]\n',
  );
  await Deno.writeTextFile(
    join(dir, "credentials.yaml"),
    `url: ${url}/\nlogin: terminal\npassword: of the terminal\n`,
  );
  await Deno.writeTextFile(
    config,
    `common: { daemonize: false, log_media: stdout, log_level: warning }
config_paths:
  config_dir: ${dir}/
  data_dir: ${dir}/data/
  simulation_path: ${dir}/simulation.yaml
  hub_dir: ${dir}/hub/
  index_path: ${dir}/hub/.index.json
  notification_dir: ${dir}/notifications/
  plugin_dir: ${dir}/plugins/
crowdsec_service: { enable: false }
cscli: { output: raw }
db_config: { type: sqlite, db_path: ${dir}/data/crowdsec.db, use_wal: true }
api:
  client: { credentials_path: ${dir}/credentials.yaml }
  server: { listen_uri: "127.0.0.1:${port}", profiles_path: ${dir}/profiles.yaml, log_level: warning }
prometheus: { enabled: false }
`,
  );
  const cscli = (...args: string[]) => runProgram(join(bin, "cscli"), ["-c", config, ...args]);
  await cscli("machines", "add", "terminal", "--password", "of the terminal", "-f", "/dev/null");
  const program = await startProgram(join(bin, "crowdsec"), ["-c", config, "-no-cs"], port);
  let stopping: Promise<void> | null = null;
  return {
    url,
    cscli,
    decisions: async () => {
      const rows = (await cscli("decisions", "list")).trim().split("\n").slice(1);
      return rows.map((row) => row.split(",")[2]!).sort();
    },
    stop: () => stopping ??= program.stop().then(() => Deno.remove(dir, { recursive: true })),
  };
}
