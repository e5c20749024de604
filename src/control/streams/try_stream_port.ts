import { bindAlone } from "../listen_ports.ts";

/** Opens and closes a port alone; null where it works, else the system's code. */
export type TryStreamPort = (
  hostname: string,
  port: number,
  transport: "tcp" | "udp",
) => Promise<string | null>;

/** By the machine's own ports; see `TryStreamPort`. */
export function tryStreamPort(
  hostname: string,
  port: number,
  transport: "tcp" | "udp",
): Promise<string | null> {
  return transport === "udp" ? Promise.resolve(tryUdp(hostname, port)) : bindAlone(hostname, port);
}

function tryUdp(hostname: string, port: number): string | null {
  try {
    Deno.listenDatagram({ transport: "udp", hostname, port }).close();
    return null;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.AddrInUse) return "EADDRINUSE";
    if (thrown instanceof Deno.errors.PermissionDenied) return "EACCES";
    if (thrown instanceof Deno.errors.AddrNotAvailable) return "EADDRNOTAVAIL";
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
