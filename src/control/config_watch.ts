import { FileWatch } from "../config/file_watch.ts";
import type { Logger } from "../core/ports.ts";
import type { ConfigFileSource } from "./hosts/host_sources.ts";

/** Reads the configuration again whenever its file was changed (spec 06, hot reload). Returns what ends it. */
export function watchConfigFile(parts: {
  /** null: no file was read. */
  readonly path: string | null;
  readonly source: ConfigFileSource | null;
  readonly logger: Logger;
  reload(): void;
}): () => void {
  const { path, source, logger } = parts;
  if (path === null || source === null) return () => {};
  const watch = new FileWatch({
    path,
    changed() {
      logger.info("the configuration file was changed", { file: path });
      parts.reload();
    },
    gone(why) {
      source.gone("The file is gone.");
      logger.warn("the configuration file is gone, what it said stays in force", { file: path, error: why });
    },
  });
  return () => watch.close();
}
