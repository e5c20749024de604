import { carries, isRouted, ON_HTTPS, type Stream } from "../core/stream.ts";
import { parseListen } from "./values.ts";

type Ported = Pick<Stream, "name" | "protocol" | "listen" | "server_names" | "alpn" | "enabled">;

export interface PortConflict {
  readonly field: "listen" | "server_names" | "alpn";
  readonly message: string;
  readonly remedy: string;
}

/** A port that something else than a stream listens on. */
export interface TakenPort {
  /** Key that names it in aegis.yml. */
  readonly key: string;
  readonly hostname: string;
  readonly port: number;
}

/**
 * What keeps `stream` from its port beside `others`, or null. TCP streams may share one where the client's first message
 * can tell them apart; one of them may take what is left.
 */
export function portConflict(stream: Ported, others: readonly Ported[]): PortConflict | null {
  for (const other of others) {
    if (!other.enabled || !stream.enabled || !isSamePort(stream.listen, other.listen)) continue;
    const both = (["tcp", "udp"] as const).filter((each) => carries(stream, each) && carries(other, each));
    if (both.length === 0) continue;
    const who = `the stream ${other.name}`;
    if (both.includes("udp")) {
      return conflict("listen", `UDP of ${stream.listen} belongs to ${who}`, "choose another port");
    }
    if (stream.listen !== other.listen) {
      return conflict(
        "listen",
        `${stream.listen} overlaps ${other.listen} of ${who}`,
        "write the same address, or another port",
      );
    }
    if (!isRouted(stream) && !isRouted(other)) {
      return conflict(
        "listen",
        `${stream.listen} belongs to ${who}`,
        "choose another port, or tell them apart by server_names or alpn",
      );
    }
    const twice = isRouted(stream) && isRouted(other) ? sharedMatch(stream, other) : null;
    if (twice !== null) {
      return conflict(
        twice.field,
        `"${twice.value}" belongs to ${who} on this port`,
        "name each in one stream",
      );
    }
  }
  return null;
}

/** What keeps `stream` from its port beside listeners that are no streams, or null. */
export function listenerConflict(stream: Ported, taken: readonly TakenPort[]): PortConflict | null {
  if (!stream.enabled || !carries(stream, "tcp")) return null;
  const address = parseListen(stream.listen);
  const found = taken.find((each) => address !== null && overlap(address, each));
  if (found === undefined) return null;
  return conflict(
    "listen",
    `${stream.listen} is an address of ${found.key}`,
    found.key === "https_listen"
      ? "write listen: https with server_names or alpn to stand beside the hosts, or choose another port"
      : "choose another port",
  );
}

function conflict(field: PortConflict["field"], message: string, remedy: string): PortConflict {
  return { field, message, remedy };
}

function isSamePort(a: string, b: string): boolean {
  if (a === ON_HTTPS || b === ON_HTTPS) return a === b;
  const [one, other] = [parseListen(a), parseListen(b)];
  return one !== null && other !== null && overlap(one, other);
}

/** `::` and `0.0.0.0` are every address of the machine. */
function overlap(a: { hostname: string; port: number }, b: { hostname: string; port: number }): boolean {
  return a.port !== 0 && a.port === b.port &&
    (a.hostname === b.hostname || isEvery(a.hostname) || isEvery(b.hostname));
}

function isEvery(hostname: string): boolean {
  return hostname === "::" || hostname === "0.0.0.0";
}

/** A first message that fits both as well: the same name (or none) with the same protocol (or none). */
function sharedMatch(a: Ported, b: Ported): { field: "server_names" | "alpn"; value: string } | null {
  const name = common(a.server_names, b.server_names);
  const protocol = common(a.alpn, b.alpn);
  if (name === undefined || protocol === undefined) return null;
  return a.server_names.length > 0
    ? { field: "server_names", value: name }
    : { field: "alpn", value: protocol };
}

/** What stands in both; "" where both are empty, undefined where nothing does. */
function common(a: readonly string[], b: readonly string[]): string | undefined {
  return a.length === 0 && b.length === 0 ? "" : a.find((each) => b.includes(each));
}
