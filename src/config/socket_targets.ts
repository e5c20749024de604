import { contains as pathContains } from "../lib/path_contains.ts";
import { socketPathOf, socketPlaceFault, socketPlaceRemedy } from "../core/target_url.ts";
import type { PlacedError } from "./schema_errors.ts";

/** Targets on unix sockets that lie outside of `dir` (`upstream_socket_dir`). `at`: where the list stands. */
export function socketFaults(
  targets: readonly { readonly url: string }[],
  dir: string | null,
  at: readonly PropertyKey[],
): PlacedError[] {
  return targets.flatMap(({ url }, index): PlacedError[] => {
    const socket = socketPathOf(url);
    const message = socket === null ? null : socketPlaceFault(socket, dir);
    if (message === null) return [];
    // One address stands there by itself.
    const path = at[0] === "upstream_addr" ? at : [...at, index, "url"];
    return [{ path, atKey: false, field: path.join("."), message, remedy: socketPlaceRemedy(dir) }];
  });
}

/**
 * Why `dir` cannot be given to the threads that read traffic, or null.
 *
 * [SECURITY] They may read and write all of it: neither the database nor the vault's key may lie in it.
 */
export function socketDirFault(dir: string, own: readonly string[]): PlacedError | null {
  const inside = own.find((each) => pathContains(dir, each));
  if (inside === undefined) return null;
  return {
    path: ["upstream_socket_dir"],
    atKey: false,
    field: "upstream_socket_dir",
    message: `${dir} holds ${inside}, which the threads that read traffic must not reach`,
    remedy: "name a directory that holds nothing but the applications' sockets, as /run/aegis/sockets",
  };
}
