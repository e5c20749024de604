import type { Config } from "./config.ts";
import { loadConfig } from "./load.ts";

/** Keys of the running process: another value of them waits for a restart. */
const STATIC_KEYS = [
  "data_dir",
  "database_path",
  "admin_listen",
  "admin_tls",
  "metrics_listen",
  "workers",
  "log",
  "secret_key",
] as const satisfies readonly (keyof Config)[];

/**
 * The configuration as it stands now, from the sources that `config` was read from. Throws `config_refused` as
 * `loadConfig` does; `config` stays good. `needsRestart` names the keys whose change takes effect with the next start.
 */
export function readAgain(
  config: Config,
  readFile: (path: string) => string | null,
  now: number,
): { config: Config; needsRestart: string[] } {
  const next = loadConfig({ ...config.sources, readFile, now });
  const changed = STATIC_KEYS.filter((key) => JSON.stringify(next[key]) !== JSON.stringify(config[key]));
  return { config: next, needsRestart: [...changed] };
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
