import { dirname, resolve } from "node:path";
import type { Config } from "./config.ts";
import type { ConfigFile } from "./config_file.ts";
import type { FileContent } from "./file_schema.ts";
import type { Overrides } from "./flags.ts";
import type { ConfigSources } from "./config_sources.ts";

/** Paths in the file are relative to the file, others to the working directory. */
export function dataPaths(
  sources: ConfigSources,
  overrides: Overrides,
  content: FileContent,
  file: ConfigFile | null,
): Pick<Config, "data_dir" | "database_path"> | null {
  const beside = file === null ? sources.cwd : dirname(file.path);
  const database = overrides.databasePath !== null
    ? resolve(sources.cwd, overrides.databasePath)
    : content.database_path !== undefined
    ? resolve(beside, content.database_path)
    : null;
  const named = overrides.dataDir !== null
    ? resolve(sources.cwd, overrides.dataDir)
    : content.data_dir !== undefined
    ? resolve(beside, content.data_dir)
    : database !== null
    ? dirname(database)
    : usualDataDir(sources);
  return named === null ? null : { data_dir: named, database_path: database ?? resolve(named, "aegis.db") };
}

function usualDataDir({ env, isRoot }: ConfigSources): string | null {
  const given = (key: string) => env[key] === undefined || env[key] === "" ? null : env[key];
  // systemd names the directory it made for StateDirectory=; several are parted by colons.
  const state = given("STATE_DIRECTORY")?.split(":")[0];
  if (state !== undefined) return state;
  if (isRoot) return "/var/lib/aegis";
  const home = given("XDG_STATE_HOME") ?? (given("HOME") === null ? null : `${given("HOME")}/.local/state`);
  return home === null ? null : `${home}/aegis`;
}
