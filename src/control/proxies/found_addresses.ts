import type { DiscoveryKind } from "../../core/trusted_proxy.ts";
import { formatAddress, formatCidr, isIpv4, parseAddress, parseCidr } from "../../lib/ip.ts";
import type { FoundSource } from "./found_source.ts";
import { iptables } from "./iptables_sources.ts";
import { nftables } from "./nftables_sources.ts";
import { opensWebPort } from "./web_ports.ts";

/** An address that another program lets in, and where that stands. */
export interface FoundAddress {
  readonly network: string;
  readonly line: number;
}

/** What each program's file says of addresses that may come in to the web's ports by TCP. */
const PARSERS: Readonly<Record<DiscoveryKind, (text: string) => FoundSource[]>> = Object.freeze({
  csf,
  cphulk,
  iptables,
  nftables,
});

/** Networks of a range; what needs more is no proxy's. */
const MOST_OF_A_RANGE = 32;

/** In the order in which they stand there, each network once. What is of another kind is left out. */
export function foundIn(kind: DiscoveryKind, text: string): FoundAddress[] {
  const found = new Map<string, FoundAddress>();
  for (const { text: source, line } of PARSERS[kind](text)) {
    for (const network of networksOf(source)) {
      if (!found.has(network)) found.set(network, { network, line });
    }
  }
  return [...found.values()];
}

/** Further files that `csf.allow` names, `Include /etc/csf/office.allow`, with the line of each. */
export function includedIn(
  kind: DiscoveryKind,
  text: string,
): { readonly path: string; readonly line: number }[] {
  if (kind !== "csf") return [];
  return text.split("\n").flatMap((each, i) => {
    const path = /^\s*Include\s+(\/\S+)/.exec(each)?.[1];
    return path === undefined ? [] : [{ path, line: i + 1 }];
  });
}

/** `csf.allow`: an address a line, or `tcp|in|d=443|s=192.0.2.1`, of old with colons; `#` begins a comment. */
function csf(text: string): FoundSource[] {
  return firstWords(text).flatMap(({ word, line }) => {
    const parts = /^(?:tcp|udp|icmp):/.test(word) ? word.split(":") : word.split("|");
    if (parts.length === 1) return [{ text: word, line }];
    const value = (key: string) => parts.find((part) => part.startsWith(`${key}=`))?.slice(2);
    const source = value("s");
    if (source === undefined || parts.some((part) => ["out", "udp", "icmp"].includes(part))) return [];
    const ports = value("d");
    return ports === undefined || opensWebPort(ports.replaceAll("_", ":")) ? [{ text: source, line }] : [];
  });
}

/** cPHulk's white list: an address a line, with what it is behind it. */
function cphulk(text: string): FoundSource[] {
  return firstWords(text).map(({ word, line }) => ({ text: word, line }));
}

function firstWords(text: string): { line: number; word: string }[] {
  return text.split("\n").flatMap((each, i) => {
    const word = each.replace(/#.*/, "").trim().split(/\s+/)[0]!;
    return word === "" ? [] : [{ line: i + 1, word }];
  });
}

/** Everybody, loopback and what is no address of its own are no proxies. */
function networksOf(source: string): string[] {
  const [first, last] = source.split("-");
  if (last !== undefined) return rangeOf(first!, last).flatMap(networksOf);
  const cidr = parseCidr(source);
  if (cidr === null || cidr.prefix === 0 || cidr.prefix === 96) return [];
  const network = formatCidr(cidr);
  return /^(?:127\.|0\.|::1?(?:\/|$))/.test(network) ? [] : [network];
}

/** The networks that a range of IPv4 addresses consists of; none where it is none, or of too many. */
function rangeOf(first: string, last: string): string[] {
  const [from, to] = [parseAddress(first), parseAddress(last)];
  if (from === null || to === null || !isIpv4(from) || !isIpv4(to)) return [];
  const networks: string[] = [];
  const end = to[3] >>> 0;
  for (let at = from[3] >>> 0; at <= end;) {
    let prefix = 32;
    while (prefix > 0 && at % 2 ** (33 - prefix) === 0 && at + 2 ** (33 - prefix) - 1 <= end) prefix--;
    networks.push(`${formatAddress([0, 0, 0xffff, at | 0])}/${prefix}`);
    if (networks.length > MOST_OF_A_RANGE) return [];
    at += 2 ** (32 - prefix);
  }
  return networks;
}
