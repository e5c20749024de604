import type { DiscoveryKind } from "../../core/trusted_proxy.ts";
import { formatCidr, parseCidr } from "../../lib/ip.ts";

/** An address that another program lets in, and where that stands. */
export interface FoundAddress {
  readonly network: string;
  readonly line: number;
}

const WEB_PORTS: ReadonlySet<string> = new Set(["80", "443", "http", "https"]);

type Parser = (text: string) => FoundAddress[];

/** What each program's file says of addresses that may come in to the web's ports. What is of another kind is left out. */
export const PARSERS: Readonly<Record<DiscoveryKind, Parser>> = Object.freeze({
  csf,
  cphulk,
  iptables,
  nftables,
});

/** `csf.allow`: an address a line, or `tcp|in|d=443|s=192.0.2.1`; `#` begins a comment. */
function csf(text: string): FoundAddress[] {
  return lines(text).flatMap(({ line, words }) => {
    const parts = words[0]!.split("|");
    if (parts.length === 1) return found(parts[0]!, line);
    const value = (key: string) => parts.find((part) => part.startsWith(`${key}=`))?.slice(2);
    const ports = value("d")?.split(",") ?? [];
    const source = value("s");
    if (source === undefined || parts.includes("out") || parts.includes("udp")) return [];
    return ports.length === 0 || ports.some(isWebPort) ? found(source, line) : [];
  });
}

/** cPHulk's white list: an address a line, with what it is behind it. */
function cphulk(text: string): FoundAddress[] {
  return lines(text).flatMap(({ line, words }) => found(words[0]!, line));
}

/** `iptables-save`: `-A INPUT -s 192.0.2.0/24 -p tcp --dport 443 -j ACCEPT`. */
function iptables(text: string): FoundAddress[] {
  return lines(text).flatMap(({ line, words }) => {
    const after = (...names: string[]) => {
      const at = words.findIndex((word) => names.includes(word));
      return at < 0 || words[at - 1] === "!" ? undefined : words[at + 1];
    };
    if (after("-A") !== "INPUT" || after("-j") !== "ACCEPT") return [];
    const ports = after("--dport", "--dports");
    if (ports !== undefined && !ports.split(/[,:]/).some(isWebPort)) return [];
    const source = after("-s", "--source");
    return source === undefined ? [] : source.split(",").flatMap((each) => found(each, line));
  });
}

/** `nftables.conf`: `ip saddr { 192.0.2.1, 198.51.100.0/24 } tcp dport 443 accept` in a chain with `hook input`. */
function nftables(text: string): FoundAddress[] {
  let isInput = false;
  return lines(text).flatMap(({ line, words }) => {
    const rule = words.join(" ");
    if (/^chain\b/.test(rule)) isInput = false;
    if (/\bhook input\b/.test(rule)) isInput = true;
    if (!isInput || !/\baccept\b/.test(rule)) return [];
    const ports = /\bdport (?:\{([^}]*)\}|(\S+))/.exec(rule);
    if (ports !== null && !(ports[1] ?? ports[2]!).split(/[\s,-]+/).some(isWebPort)) return [];
    const sources = /\bip6? saddr (?:\{([^}]*)\}|([^\s{!]\S*))/.exec(rule);
    if (sources === null) return [];
    return (sources[1] ?? sources[2]!).split(/[\s,]+/).flatMap((each) => found(each, line));
  });
}

function lines(text: string): { line: number; words: string[] }[] {
  return text.split("\n").flatMap((each, i) => {
    const words = each.replace(/#.*/, "").trim().split(/\s+/);
    return words[0] === "" ? [] : [{ line: i + 1, words }];
  });
}

function isWebPort(port: string): boolean {
  return WEB_PORTS.has(port);
}

/** Everybody, loopback and what is no address of its own are no proxies. */
function found(text: string, line: number): FoundAddress[] {
  const cidr = parseCidr(text);
  if (cidr === null || cidr.prefix === 0 || cidr.prefix === 96) return [];
  const network = formatCidr(cidr);
  return /^(?:127\.|0\.|::1?(?:\/|$))/.test(network) ? [] : [{ network, line }];
}
