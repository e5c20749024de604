import type { Config } from "../config/config.ts";

/** Where a browser on this machine reaches the administration: `https://localhost:9443`. */
export function adminUrl(config: Config): string {
  const scheme = config.admin_tls ? "https" : "http";
  const port = config.admin_listen[0]?.port ?? 9443;
  return `${scheme}://localhost:${port}`;
}

/** Names and addresses of the administration's certificate. */
export function adminNames(config: Pick<Config, "admin_listen">): string[] {
  const named = config.admin_listen.map((listen) => listen.hostname).filter((name) =>
    name !== "::" && name !== "0.0.0.0"
  );
  return [...new Set(["localhost", "127.0.0.1", "::1", ...named])];
}
