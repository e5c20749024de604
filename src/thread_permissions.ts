import { dirname } from "node:path";
import type { Config } from "./config/config.ts";
import { YAML_ENV_KEYS } from "./config/yaml_env.ts";
import { EMBEDDED_COUNTRY } from "./embedded_country.ts";
import type { ThreadPermissions } from "./thread.ts";

export type ThreadKind = "control" | "gateway" | "recorder" | "analyst";

/** The table of ARCHITECTURE: what each kind of thread may touch, and nothing besides. */
export function permissionsOf(kind: ThreadKind, config: Config): ThreadPermissions {
  const none = {
    net: false,
    read: false,
    write: false,
    env: false,
    run: false,
    ffi: false,
    sys: false,
    import: false,
  };
  const database = dirname(config.database_path);
  // Connecting to a unix socket is reading and writing its path.
  const sockets = config.upstream_socket_dir === null ? [] : [config.upstream_socket_dir];
  switch (kind) {
    case "gateway":
      if (sockets.length === 0) return { ...none, net: true };
      return { ...none, net: true, read: sockets, write: sockets };
    case "analyst":
      return none;
    case "recorder":
      return { ...none, read: [database], write: [database] };
    case "control": {
      const own = [...new Set([config.data_dir, database])];
      const named = config.config_path === null ? [] : [config.config_path];
      const documents = config.api_schemas.flatMap(({ path }) => path === null ? [] : [path]);
      // What csf.allow includes stands beside it.
      const discovery = config.proxy_discovery.map(({ kind, path }) => kind === "csf" ? dirname(path) : path);
      const engine = config.docker_socket === null ? [] : [config.docker_socket];
      const geo = [EMBEDDED_COUNTRY.path, config.geoip_db_path, config.geoip_asn_db_path];
      const read = [
        ...own,
        ...named,
        ...documents,
        ...sockets,
        ...engine,
        ...discovery,
        ...geo.filter((path) => path !== null),
      ];
      return { ...none, net: true, read, write: [...own, ...sockets, ...engine], env: [...YAML_ENV_KEYS] };
    }
  }
}
