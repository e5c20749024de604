/**
 * Targets on a unix socket are written `unix:/run/app/web.sock`: scheme and absolute path, nothing else. Everything
 * about the form stands here, because configuration, control and gateways must read it alike.
 */

const SCHEME = "unix:";
/** `sun_path` of Linux has 108 bytes, the last of them a zero. */
const MAX_PATH_BYTES = 107;

/** The path of a target on a unix socket as it was written, or null where the URL is none. */
export function socketPathOf(url: string): string | null {
  if (!url.startsWith(SCHEME)) return null;
  const rest = url.slice(SCHEME.length);
  // `unix:///run/x.sock` says the same as `unix:/run/x.sock`.
  return rest.startsWith("///") ? rest.slice(2) : rest;
}

/** Why `path` cannot be a socket's, or null. */
export function socketPathFault(path: string): string | null {
  if (!path.startsWith("/")) return `"${path}" is no absolute path`;
  // [SECURITY] One spelling for each socket: what climbs would leave the directory that threads may reach (CWE-22).
  const isPlain = path.slice(1).split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain) return `"${path}" has an empty part, . or ..`;
  // deno-lint-ignore no-control-regex -- what is refused here
  if (/[\x00-\x1f\x7f]/.test(path)) return "the path has a control character";
  if (new TextEncoder().encode(path).length > MAX_PATH_BYTES) {
    return `the path is longer than ${MAX_PATH_BYTES} bytes`;
  }
  return null;
}

/** Where sockets may be is fixed at the start: why `path` is refused, or null. `dir`: `upstream_socket_dir`. */
export function socketPlaceFault(path: string, dir: string | null): string | null {
  if (dir === null) return `${path} is on a unix socket, and upstream_socket_dir is not set`;
  return path.startsWith(`${dir}/`) ? null : `${path} is not below upstream_socket_dir (${dir})`;
}

/** The advice that goes with `socketPlaceFault`. */
export function socketPlaceRemedy(dir: string | null): string {
  return dir === null
    ? "set upstream_socket_dir in aegis.yml to the directory of the socket and start Aegis again"
    : `put the application's socket below ${dir}, or name its directory as upstream_socket_dir and start again`;
}

/** What Host says to a target that does not get the client's. A socket has no name of its own. */
export function targetAuthority(url: string): string {
  return url.startsWith(SCHEME) ? "localhost" : new URL(url).host;
}
