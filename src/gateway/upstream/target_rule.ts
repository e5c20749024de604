import { socketPathFault, socketPathOf } from "../../core/target_url.ts";
import { addressKind } from "../../lib/address_kind.ts";
import { parseAddress } from "../../lib/ip.ts";

/** Where a target's URL points, after the rule for targets: http, https or a unix socket, no userinfo, no path. */
export interface Endpoint {
  readonly tls: boolean;
  /** Name or address, lower case, IPv6 without brackets; of a socket its path. */
  readonly host: string;
  /** 0 for a socket. */
  readonly port: number;
  /** The target is a unix socket, and `host` its path. */
  readonly isSocket: boolean;
  /** `host` is an address: nothing is to be resolved, and TLS sends no server name (RFC 6066 §3). */
  readonly isAddress: boolean;
}

/** Parses a target's URL. A string is the operator's text of why it is refused. */
export function parseTarget(url: string): Endpoint | string {
  const path = socketPathOf(url);
  if (path !== null) {
    return socketPathFault(path) ?? { tls: false, host: path, port: 0, isSocket: true, isAddress: false };
  }
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return `"${url}" is not a URL; write http://host:port, https://host:port or unix:/path`;
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    return `scheme ${parsed.protocol.slice(0, -1)} is refused; targets are http, https or unix`;
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return "a user name or password in a target is refused";
  }
  if (parsed.pathname !== "/" || parsed.search !== "" || parsed.hash !== "") {
    return "a target has no path, query or fragment; write scheme, host and port only";
  }
  const tls = parsed.protocol === "https:";
  const host = parsed.hostname.startsWith("[") ? parsed.hostname.slice(1, -1) : parsed.hostname;
  const port = parsed.port === "" ? (tls ? 443 : 80) : Number(parsed.port);
  if (port === 0) return "port 0 is refused";
  return { tls, host, port, isSocket: false, isAddress: parseAddress(host) !== null };
}

/** For people: `app.test:8080`, or the path of a socket. */
export function endpointText(endpoint: Endpoint): string {
  return endpoint.isSocket ? endpoint.host : `${endpoint.host}:${endpoint.port}`;
}

/**
 * Why a connection to `address` is refused, or null where it is allowed.
 *
 * [SECURITY] Server-side request forgery (CWE-918): metadata services of clouds answer on link-local addresses, so
 * these are refused whatever the switch says. The check is on the address that is connected to, after resolving, so a
 * name that changes its answer (DNS rebinding) gains nothing.
 */
export function addressRefusal(address: string, allowPrivate: boolean): string | null {
  const words = parseAddress(address);
  if (words === null) return `${address} is not an address`;
  const kind = addressKind(words);
  if (kind === "link-local" || kind === "metadata") return `${address} is refused: ${kind} address`;
  if (kind === "reserved") return `${address} is refused: not the address of a host`;
  if (!allowPrivate && kind !== "public") {
    return `${address} is refused: ${kind} address, and upstreams.allow_private is off`;
  }
  return null;
}
