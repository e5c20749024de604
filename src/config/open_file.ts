import { resolve } from "node:path";
import type { FieldError } from "../core/errors.ts";
import { type ConfigFile, parseConfigFile } from "./config_file.ts";
import type { Overrides } from "./flags.ts";
import type { ConfigSources } from "./config_sources.ts";

/** The named file, or the first of the usual ones that exists; none with `--to`, which needs none. */
export function openFile(
  sources: ConfigSources,
  overrides: Overrides,
): { file: ConfigFile | null } | { errors: FieldError[] } {
  if (sources.file === null) return { file: null };
  const named = sources.file ?? overrides.config;
  const places = named !== null
    ? [resolve(sources.cwd, named)]
    : overrides.to !== null
    ? []
    : [resolve(sources.cwd, "aegis.yml"), ...(isService(sources) ? ["/etc/aegis/aegis.yml"] : [])];
  for (const path of places) {
    let text: string | null;
    try {
      text = sources.readFile(path);
    } catch (thrown) {
      const message = `cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
      return { errors: [{ field: "", file: path, message, remedy: "let this user read it" }] };
    }
    if (text === null) continue;
    const parsed = parseConfigFile(path, text);
    return "errors" in parsed ? parsed : { file: parsed };
  }
  if (named === null) return { file: null };
  const remedy = "name an existing file with -c, or leave it out to run on defaults";
  return { errors: [{ field: "", file: places[0]!, message: "there is no such file", remedy }] };
}

/** Run by root, or by systemd with a directory of its own: the machine's configuration is meant, not a user's. */
function isService({ env, isRoot }: ConfigSources): boolean {
  return isRoot || (env.STATE_DIRECTORY ?? "") !== "";
}
