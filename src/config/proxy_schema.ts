import { z } from "zod";
import {
  CDN_NAMES,
  DISCOVERY_KINDS,
  type DiscoveryKind,
  type DiscoverySource,
  PROXY_HEADERS,
  type TrustedProxy,
} from "../core/trusted_proxy.ts";
import { formatCidr, parseCidr } from "../lib/ip.ts";
import { Cidr, complain } from "./fields.ts";
import { Switch } from "./values.ts";

/** Where these programs keep what they let in. */
const USUAL_PLACES: Readonly<Record<DiscoveryKind, readonly string[]>> = Object.freeze({
  csf: ["/etc/csf/csf.allow"],
  cphulk: ["/usr/local/cpanel/etc/hulkd/whitelist"],
  iptables: [
    "/etc/iptables/rules.v4",
    "/etc/iptables/rules.v6",
    "/etc/sysconfig/iptables",
    "/etc/sysconfig/ip6tables",
  ],
  nftables: ["/etc/nftables.conf", "/etc/sysconfig/nftables.conf"],
});

const NAMES = "X-Forwarded-For, Forwarded, X-Real-IP, CF-Connecting-IP, True-Client-IP or Fastly-Client-IP";

/** [SECURITY] Everybody as a proxy would be nobody's address at all: each client would choose its own. */
function proxyNetworkFault(text: string): { message: string; remedy: string } | null {
  const cidr = parseCidr(text);
  if (cidr === null || (cidr.prefix !== 0 && cidr.prefix !== 96)) return null;
  return {
    message: `${text} is everybody: each client could choose its own address`,
    remedy: "name the addresses or networks of your proxies",
  };
}

const ProxyNetwork = Cidr.check(complain(proxyNetworkFault));

/** As settings and REST have it. */
export const ProxyEntry = z.strictObject({
  network: ProxyNetwork,
  header: z.enum(PROXY_HEADERS).default("x-forwarded-for"),
});

const Header = z.string().overwrite((text) => text.toLowerCase()).pipe(
  z.enum(PROXY_HEADERS, { error: `expected ${NAMES}` }),
);

/** As people write it: an address alone, or with its header in any case of letters. */
const FileEntry = z.union([
  z.strictObject({ network: ProxyNetwork, header: Header.default("x-forwarded-for") }),
  ProxyNetwork.transform((network): TrustedProxy => ({ network, header: "x-forwarded-for" })),
], { error: "expected an address, a network, or a block with network and header" });

const Discovery = z.union([
  z.enum(DISCOVERY_KINDS).transform((kind): DiscoverySource[] =>
    USUAL_PLACES[kind].map((path) => ({ kind, path }))
  ),
  z.strictObject({
    kind: z.enum(DISCOVERY_KINDS),
    path: z.string().regex(/^\//, "must be absolute").max(4_096),
  })
    .transform((source): DiscoverySource[] => [source]),
], { error: `expected one of ${DISCOVERY_KINDS.join(", ")}, or a block with kind and path` });

/** `proxies` of aegis.yml. */
export const FileProxies = z.strictObject({
  trusted: z.array(FileEntry).max(1_000),
  cdn: z.array(z.enum(CDN_NAMES)).max(CDN_NAMES.length),
  auto_trust: Switch,
  discover: z.array(Discovery).max(16).transform((lists) => lists.flat()),
}).partial();

/**
 * `AEGIS_TRUSTED_PROXY`: addresses and networks, separated by commas or blanks, each with `=HEADER` where that is not
 * X-Forwarded-For. Faults name the entry.
 */
export function parseProxyList(text: string): { entries: TrustedProxy[]; faults: string[] } {
  const entries: TrustedProxy[] = [];
  const faults: string[] = [];
  for (const word of text.split(/[\s,]+/).filter((each) => each !== "")) {
    const [network, header = "x-forwarded-for", ...more] = word.split("=");
    const cidr = parseCidr(network!);
    const known = PROXY_HEADERS.find((each) => each === header.toLowerCase());
    if (cidr === null || more.length > 0) faults.push(`"${word}" is no address or network`);
    else if (known === undefined) faults.push(`"${header}" is no header that is read: ${NAMES}`);
    else if (proxyNetworkFault(network!) !== null) faults.push(proxyNetworkFault(network!)!.message);
    else entries.push({ network: formatCidr(cidr), header: known });
  }
  return { entries, faults };
}
