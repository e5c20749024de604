/** The one header that a trusted proxy may be believed for. */
export const PROXY_HEADERS = [
  "x-forwarded-for",
  "forwarded",
  "x-real-ip",
  "cf-connecting-ip",
  "true-client-ip",
  "fastly-client-ip",
] as const;

export type ProxyHeader = typeof PROXY_HEADERS[number];

/** Networks of content delivery that publish where they come from (rules/data/cdn_*.txt). */
export const CDN_NAMES = ["cloudflare", "fastly", "cloudfront"] as const;

export type CdnName = typeof CDN_NAMES[number];

/** Files of other programs in which addresses stand that an operator lets in already. */
export const DISCOVERY_KINDS = ["csf", "cphulk", "iptables", "nftables"] as const;

export type DiscoveryKind = typeof DISCOVERY_KINDS[number];

/** A file that proxies are looked for in; control may read it (CSF's: its folder), and nothing else of the machine. */
export interface DiscoverySource {
  readonly kind: DiscoveryKind;
  /** Absolute. */
  readonly path: string;
}

/** Whose word on the client's address is taken, and in which header (spec 03, "Real client address"). */
export interface TrustedProxy {
  /** Address or CIDR. */
  readonly network: string;
  readonly header: ProxyHeader;
}
