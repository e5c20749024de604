import type { Host } from "../core/host.ts";
import type { Config } from "./config.ts";
import { loadConfig } from "./load.ts";
import type { CompileDocument } from "./config_sources.ts";

/** Keys of the running process: another value of them waits for a restart. */
const STATIC_KEYS = [
  "data_dir",
  "database_path",
  "upstream_socket_dir",
  "docker_socket",
  "webhook_url",
  "geoip_db_path",
  "geoip_asn_db_path",
  "admin_listen",
  "admin_tls",
  "metrics_listen",
  "workers",
  "log",
  "secret_key",
  "proxy_discovery",
] as const satisfies readonly (keyof Config)[];

/**
 * The configuration as it stands now, from the sources that `config` was read from. Throws `config_refused` as
 * `loadConfig` does; `config` stays good. `hosts`: those in force, of an earlier reload. `needsRestart` names the keys whose change takes effect with the next start.
 */
export function readAgain(
  config: Config,
  readFile: (path: string) => string | null,
  now: number,
  hosts: readonly Host[] = config.hosts,
  compileDocument?: CompileDocument,
): { config: Config; needsRestart: string[] } {
  const read = loadConfig({ ...config.sources, readFile, compileDocument, now });
  const next = keepSettled({ ...read, hosts: keepHosts(read.hosts, hosts) }, config);
  const changed = STATIC_KEYS.filter((key) => JSON.stringify(next[key]) !== JSON.stringify(config[key]));
  return { config: next, needsRestart: [...changed] };
}

/** A host that the file declares as before stays the same object, with the time when it was first seen. */
export function keepHosts(next: readonly Host[], before: readonly Host[]): Host[] {
  const known = new Map(before.map((host) => [host.id, host]));
  return next.map((host) => {
    const old = known.get(host.id);
    if (old === undefined) return host;
    const { created_at, updated_at } = old;
    const asBefore = JSON.stringify({ ...host, created_at, updated_at }) === JSON.stringify(old);
    return asBefore ? old : { ...host, created_at, version: old.version + 1 };
  });
}

/** Addresses that are asked for as before keep what stood in for them: a fallback port, or the free one that was given. */
function keepSettled(next: Config, before: Config): Config {
  const settled = (key: "proxy_listen" | "https_listen" | "admin_listen" | "metrics_listen") =>
    next[key].map((listen) => {
      const kept = before[key].find(({ settled_from: from }) =>
        from?.hostname === listen.hostname && from.port === listen.port
      );
      if (kept?.settled_from === undefined) return listen;
      const { hostname, port, fallback_port, settled_from } = kept;
      return { ...listen, hostname, port, fallback_port, settled_from };
    });
  return {
    ...next,
    proxy_listen: settled("proxy_listen"),
    https_listen: settled("https_listen"),
    admin_listen: settled("admin_listen"),
    metrics_listen: settled("metrics_listen"),
  };
}

/** The text of a file, or null where there is none. */
export function readTextFile(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}
