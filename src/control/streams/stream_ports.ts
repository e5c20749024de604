import { listenerConflict, portConflict, type TakenPort } from "../../config/stream_ports.ts";
import { parseListen } from "../../config/values.ts";
import { AegisError, type FieldError } from "../../core/errors.ts";
import { carries, ON_HTTPS, type Stream } from "../../core/stream.ts";
import type { Control } from "../control.ts";

type Wanted = Pick<Stream, "id" | "name" | "protocol" | "listen" | "server_names" | "alpn" | "enabled">;

/**
 * What keeps a stream from its port: another stream, another listener of Aegis, a host of that name, or another program
 * of this machine; null where nothing does. `field` is relative to the stream.
 */
export async function streamPortFault(control: Control, wanted: Wanted): Promise<FieldError | null> {
  const others = control.streams().filter(({ id }) => id !== wanted.id);
  return portConflict(wanted, others) ?? listenerConflict(wanted, takenPorts(control)) ??
    hostConflict(control, wanted) ?? await systemFault(control, wanted, others);
}

/** Throws `conflict` as `streamPortFault` finds it. */
export async function refusePort(control: Control, wanted: Wanted): Promise<void> {
  const fault = await streamPortFault(control, wanted);
  if (fault === null) return;
  throw new AegisError("conflict", fault.message, { fields: [{ ...fault, field: `stream.${fault.field}` }] });
}

function takenPorts({ config }: Control): TakenPort[] {
  const keys = ["proxy_listen", "https_listen", "admin_listen", "metrics_listen"] as const;
  return keys.flatMap((key) => config[key].map(({ hostname, port }) => ({ key, hostname, port })));
}

/** Beside the hosts a name without a protocol would take the host's own visitors. */
function hostConflict(control: Control, wanted: Wanted): FieldError | null {
  if (wanted.listen !== ON_HTTPS || wanted.alpn.some((each) => each !== "h2" && each !== "http/1.1")) {
    return null;
  }
  for (const name of wanted.server_names) {
    const taken = control.hosts().flatMap(({ domains }) => domains).find((domain) =>
      coversName(name, domain)
    );
    if (taken === undefined) continue;
    return {
      field: "server_names",
      message: taken === name ? `"${name}" is a domain of a host` : `"${name}" covers ${taken} of a host`,
      remedy: "use another name, or tell the stream by alpn",
    };
  }
  return null;
}

/** A wildcard stands for one label, and goes before all hosts: it would take the visitors of those beneath it. */
function coversName(name: string, domain: string): boolean {
  if (name === domain) return true;
  const dot = domain.indexOf(".");
  return name.startsWith("*.") && dot > 0 && domain.slice(dot) === name.slice(1);
}

/** Asks the system, unless a stream has the port already and only shares or keeps it. */
async function systemFault(
  control: Control,
  wanted: Wanted,
  others: readonly Stream[],
): Promise<FieldError | null> {
  const address = parseListen(wanted.listen);
  if (address === null || !wanted.enabled) return null;
  const before = control.streams().find(({ id }) => id === wanted.id);
  for (const transport of ["tcp", "udp"] as const) {
    const holds = (stream: Stream | undefined) =>
      stream?.enabled === true && stream.listen === wanted.listen && carries(stream, transport) &&
      control.streamStates.faults()[stream.id] === undefined;
    if (!carries(wanted, transport) || holds(before) || others.some(holds)) continue;
    const failure = await control.tryPort(address.hostname, address.port, transport);
    if (failure !== null) return { field: "listen", ...failureText(failure, wanted.listen, transport) };
  }
  return null;
}

function failureText(
  failure: string,
  listen: string,
  transport: string,
): { message: string; remedy: string } {
  const place = `${listen} (${transport.toUpperCase()})`;
  switch (failure) {
    case "EADDRINUSE":
      return {
        message: `${place} is in use by another program`,
        remedy: "stop that program, or choose another port",
      };
    case "EACCES":
      return {
        message: `${place} needs a privilege`,
        remedy: "choose a port over 1023, or give the program cap_net_bind_service",
      };
    case "EADDRNOTAVAIL":
      return {
        message: `${place} is no address of this machine`,
        remedy: "name one of its own, or :PORT for all",
      };
    default:
      return { message: `${place} cannot be listened on (${failure})`, remedy: "choose another address" };
  }
}
