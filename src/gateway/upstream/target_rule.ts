import { isIpv4, parseAddress } from "../../lib/ip_address.ts";

/** Where a target's URL points, after the rule for targets (spec: schemes http and https only, no userinfo, no path). */
export interface Endpoint {
  readonly tls: boolean;
  /** Name or address, lower case, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** `host` is an address: nothing is to be resolved, and TLS sends no server name (RFC 6066 §3). */
  readonly isAddress: boolean;
}

/** Parses a target's URL. A string is the operator's text of why it is refused. */
export function parseTarget(url: string): Endpoint | string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return `"${url}" is not a URL; write http://host:port or https://host:port`;
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    return `scheme ${parsed.protocol.slice(0, -1)} is refused; targets are http or https`;
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
  return { tls, host, port, isAddress: parseAddress(host) !== null };
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
  const bytes = parseAddress(address);
  if (bytes === null) return `${address} is not an address`;
  const kind = kindOf(bytes);
  if (kind === "link-local" || kind === "metadata") return `${address} is refused: ${kind} address`;
  if (kind === "reserved") return `${address} is refused: not the address of a host`;
  if (!allowPrivate && kind !== "public") {
    return `${address} is refused: ${kind} address, and upstreams.allow_private is off`;
  }
  return null;
}

type AddressKind = "public" | "private" | "loopback" | "link-local" | "metadata" | "reserved";

const METADATA_IPV6 = parseAddress("fd00:ec2::254")!;
const NAT64 = parseAddress("64:ff9b::")!;

function kindOf(bytes: Uint8Array): AddressKind {
  if (isIpv4(bytes) || startsWith(bytes, NAT64, 12)) return ipv4Kind(bytes, 12);
  if (bytes[0] === 0x20 && bytes[1] === 0x02) return ipv4Kind(bytes, 2);
  if (startsWith(bytes, METADATA_IPV6, 16)) return "metadata";
  if (bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80) return "link-local";
  if (bytes[0] === 0xff) return "reserved";
  if ((bytes[0]! & 0xfe) === 0xfc) return "private";
  if (bytes.subarray(0, 12).every((byte) => byte === 0)) {
    // `::` and `::1` reach this machine; the rest is IPv4-compatible, given up by RFC 4291 §2.5.5.1.
    const isHere = bytes[12] === 0 && bytes[13] === 0 && bytes[14] === 0 && bytes[15]! <= 1;
    return isHere ? "loopback" : "reserved";
  }
  return "public";
}

function ipv4Kind(bytes: Uint8Array, at: number): AddressKind {
  const a = bytes[at]!;
  const b = bytes[at + 1]!;
  if (a === 169 && b === 254) return "link-local";
  // 0.0.0.0/8 connects to this machine on Linux.
  if (a === 127 || a === 0) return "loopback";
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return "private";
  // Shared address space of carriers (RFC 6598); one cloud keeps its metadata service there.
  if (a === 100 && b >= 64 && b < 128) return "private";
  return a >= 224 ? "reserved" : "public";
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[i] !== prefix[i]) return false;
  return true;
}
