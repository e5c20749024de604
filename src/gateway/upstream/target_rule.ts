import { socketPathFault, socketPathOf } from "../../core/target_url.ts";
import { type AddressWords, isIpv4, parseAddress } from "../../lib/ip.ts";

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
 * name that changes its answer (DNS rebinding) gains nothing; and on the IPv4 address inside the IPv6 forms that
 * carry one (mapped, NAT64 RFC 6052, 6to4 RFC 3056), which some networks route to that IPv4 address.
 */
export function addressRefusal(address: string, allowPrivate: boolean): string | null {
  const words = parseAddress(address);
  if (words === null) return `${address} is not an address`;
  const kind = kindOf(words);
  if (kind === "link-local" || kind === "metadata") return `${address} is refused: ${kind} address`;
  if (kind === "reserved") return `${address} is refused: not the address of a host`;
  if (!allowPrivate && kind !== "public") {
    return `${address} is refused: ${kind} address, and upstreams.allow_private is off`;
  }
  return null;
}

type AddressKind = "public" | "private" | "loopback" | "link-local" | "metadata" | "reserved";

function kindOf(words: AddressWords): AddressKind {
  const [w0, w1, w2, w3] = words;
  if (isIpv4(words)) return ipv4Kind(w3);
  // NAT64 (64:ff9b::/96) and 6to4 (2002::/16) carry an IPv4 address.
  if (w0 === 0x0064ff9b && w1 === 0 && w2 === 0) return ipv4Kind(w3);
  if (w0 >>> 16 === 0x2002) return ipv4Kind((((w0 & 0xffff) << 16) | (w1 >>> 16)) >>> 0);
  if (w0 === 0xfd000ec2 && w1 === 0 && w2 === 0 && w3 === 0x254) return "metadata";
  if (w0 >>> 22 === 0xfe80 >>> 6) return "link-local";
  if (w0 >>> 24 === 0xff) return "reserved";
  if (w0 >>> 25 === 0xfc >>> 1) return "private";
  // `::` and `::1` reach this machine; other IPv4-compatible addresses were given up by RFC 4291 §2.5.5.1.
  if (w0 === 0 && w1 === 0 && w2 === 0) return w3 <= 1 ? "loopback" : "reserved";
  return "public";
}

function ipv4Kind(address: number): AddressKind {
  const a = address >>> 24;
  const b = (address >>> 16) & 0xff;
  if (a === 169 && b === 254) return "link-local";
  // 0.0.0.0/8 connects to this machine on Linux.
  if (a === 127 || a === 0) return "loopback";
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return "private";
  // Shared address space of carriers (RFC 6598); one cloud keeps its metadata service there.
  if (a === 100 && b >= 64 && b < 128) return "private";
  return a >= 224 ? "reserved" : "public";
}
