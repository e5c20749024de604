import { join } from "node:path";
import { sourceCommand } from "../support/aegis_process.ts";
import { type BenchPlace, type Running, start } from "./servers.ts";

/**
 * `off`, `detect`, `enforce`: the WAF, and nothing else that refuses. `banned`: one client is. `flood`: the same, and the
 * others have the limits of the preset `standard`. `challenge`: everybody is asked for a proof.
 */
export type AegisSetup = "off" | "detect" | "enforce" | "banned" | "flood" | "challenge";

/**
 * Who is banned, by a trusted proxy's word: a client of its own would read ten answers and then be closed at accept, and
 * no answer could be measured.
 */
export const BANNED_CLIENT = "203.0.113.9";

/** One Aegis on its own data directory with two gateway threads (spec: the marks of memory) and one host. */
export async function startAegis(
  place: BenchPlace,
  setup: AegisSetup,
  ports: { http: number; https: number; admin: number; metrics: number },
  binary: string | null,
): Promise<Running> {
  const dir = join(place.dir, `aegis-${setup}`);
  const isOnlyWaf = setup === "off" || setup === "detect" || setup === "enforce";
  await Deno.mkdir(dir);
  const config = join(dir, "aegis.yml");
  await Deno.writeTextFile(
    config,
    `
data_dir: ${dir}
proxy_listen: 127.0.0.1:${ports.http}
https_listen: 127.0.0.1:${ports.https}
admin_listen: 127.0.0.1:${ports.admin}
metrics_listen: 127.0.0.1:${ports.metrics}
workers: 2
l4_conn_limit: 0
l7_rate_limit: ${setup === "flood" ? 100 : 0}
challenge: { mode: ${setup === "challenge" ? "always" : "off"} }
${
      isOnlyWaf
        ? "toggles: { anomaly: false } # one client sends every row: after the attacks it would wait in the tarpit"
        : ""
    }
${isOnlyWaf ? "" : "proxies: { trusted: [127.0.0.1] }"}
hosts:
  - domains: [localhost]
    targets: [{ url: "http://127.0.0.1:${place.upstreamPort}" }]
    waf: { mode: ${isOnlyWaf ? setup : "enforce"} }
    ${isOnlyWaf ? "" : `blacklist_cidrs: [${BANNED_CLIENT}]`}
`,
  );
  const [command, ...args] = binary === null ? await sourceCommand() : [binary];
  return await start(
    `aegis-${setup}`,
    place,
    command!,
    [...args, "run", "--headless", "--config", config],
    ports,
  );
}
