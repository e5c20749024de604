import { type Cidr, contains, isIpv4, maskWords, parseAddress, parseCidr } from "../lib/ip.ts";
import { type Der, element, sequence, tagged, taggedBytes } from "../lib/der.ts";

/**
 * What the local CA may sign for (RFC 5280 §4.2.1.10): the configured domains with what lies below them, `localhost`,
 * and addresses that no public site has. So a stolen CA key opens nobody's bank.
 */
export interface Permitted {
  /** Each stands for itself and every name below it. */
  readonly domains: readonly string[];
  readonly networks: readonly string[];
}

/** Loopback, private (RFC 1918, RFC 4193), carrier (RFC 6598) and link-local addresses. */
const OWN_NETWORKS = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
] as const;

/** What has to be permitted for these names of hosts: domains (with or without `*.`) and addresses. */
export function permittedFor(names: readonly string[]): Permitted {
  const domains = new Set(["localhost"]);
  const networks = new Set<string>(OWN_NETWORKS);
  for (const name of names) {
    const address = addressOf(name);
    if (address === null) domains.add(withoutWildcard(name));
    else if (!coversAddress(OWN_NETWORKS, address)) {
      networks.add(isIpv4(address) ? `${name}/32` : `${bare(name)}/128`);
    }
  }
  const outermost = [...domains].filter((name) => !isBelow(domains, name));
  return { domains: outermost.sort(), networks: [...networks] };
}

/** Says of a name whether a certificate for it stays within the constraints. */
export function coverageOf(permitted: Permitted): (name: string) => boolean {
  const domains = new Set(permitted.domains);
  return (name) => {
    const address = addressOf(name);
    if (address !== null) return coversAddress(permitted.networks, address);
    const domain = withoutWildcard(name);
    return domains.has(domain) || isBelow(domains, domain);
  };
}

/** True where one of `domains` is a parent of `name`. */
function isBelow(domains: ReadonlySet<string>, name: string): boolean {
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    if (domains.has(name.slice(dot + 1))) return true;
  }
  return false;
}

/** The value of the extension nameConstraints. */
export function encodeConstraints(permitted: Permitted): Der {
  const subtrees = [
    ...permitted.domains.map((name) => taggedBytes(2, new TextEncoder().encode(name))),
    ...permitted.networks.map((network) => taggedBytes(7, addressAndMask(parseCidr(network)!))),
  ];
  return sequence(tagged(0, ...subtrees.map((base) => sequence(base))));
}

/** A name as subjectAltName holds it: dNSName or iPAddress. */
export function encodeGeneralName(name: string): Der {
  const address = addressOf(name);
  if (address === null) return element(0x82, new TextEncoder().encode(name));
  return element(0x87, wordBytes(address).subarray(isIpv4(address) ? 12 : 0));
}

function addressOf(name: string) {
  return parseAddress(bare(name));
}

function bare(name: string): string {
  return name.startsWith("[") && name.endsWith("]") ? name.slice(1, -1) : name;
}

function withoutWildcard(name: string): string {
  return name.startsWith("*.") ? name.slice(2) : name;
}

function coversAddress(
  networks: readonly string[],
  address: NonNullable<ReturnType<typeof addressOf>>,
): boolean {
  return networks.some((network) => contains(parseCidr(network)!, address));
}

function addressAndMask(cidr: Cidr): Uint8Array {
  const from = isIpv4(cidr.words) ? 12 : 0;
  const mask = maskWords([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], cidr.prefix);
  return Uint8Array.from([...wordBytes(cidr.words).subarray(from), ...wordBytes(mask).subarray(from)]);
}

function wordBytes(words: readonly number[]): Uint8Array {
  return Uint8Array.from(
    words.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]),
  );
}
