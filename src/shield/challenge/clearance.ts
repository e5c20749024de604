import { isIpv4Network, isNetworkText } from "./network.ts";
import type { Seal } from "./seal.ts";

export const CLEARANCE_COOKIE = "aegis_clearance";
/**
 * The same over plain HTTP, beside it: a browser that got the first one over TLS keeps it (Secure) and takes none of
 * that name in the clear (RFC 6265bis, 5.7), so that it would be challenged there for ever.
 */
export const CLEAR_CLEARANCE_COOKIE = "aegis_clearance_http";

const PAIR = /(?:^|[; ])aegis_clearance(?:_http)?=([^; ]*)/g;

/** The passes in the value of a Cookie field, as they were sent. */
export function clearancesIn(cookie: string): string[] {
  if (!cookie.includes(CLEARANCE_COOKIE)) return [];
  return [...cookie.matchAll(PAIR)].map(([, text]) => text!);
}

/** The value of a Cookie field without passes; empty where nothing else is in it. */
export function withoutClearances(cookie: string): string {
  if (!cookie.includes(CLEARANCE_COOKIE)) return cookie;
  const others = cookie.split(";").map((pair) => pair.trim())
    .filter((pair) => !/^aegis_clearance(?:_http)?=/.test(pair));
  return others.join("; ");
}

/** Longer than any that was ever made: what is longer is not read. */
const LONGEST = 200;
/** Clocks of the past and of other machines may be ahead by so much. */
const AHEAD_SECONDS = 60;
const MOST_CHANGES = 3;
const PURPOSE = "clearance";

/** What a client has proved, as its cookie keeps it. */
export interface Clearance {
  /** Of the host that it was got from. */
  readonly hostHash: string;
  /** As `networkText` writes them; empty: none of this family. */
  readonly v4: string;
  readonly v6: string;
  /** How often a network was added or replaced since. */
  readonly changes: number;
  /** Seconds since 1970. */
  readonly issued: number;
}

/** `v1.<host hash>.<network>.<issued>.<key id>.<HMAC-SHA256>`; the network is `v4_v6_changes`. */
export function clearanceText({ hostHash, v4, v6, changes, issued }: Clearance, seal: Seal): string {
  return seal.sign(PURPOSE, `v1.${hostHash}.${v4}_${v6}_${changes}.${issued}`);
}

/** Tells passes apart: those of one browser differ from all others by network, second or number of changes. */
export function passName({ hostHash, v4, v6, changes, issued }: Clearance): string {
  return `${hostHash}.${v4}_${v6}_${changes}.${issued}`;
}

/** What a cookie says, or null where this instance did not write it with a key that is still valid. */
export function readClearance(text: string, seal: Seal): Clearance | null {
  if (text.length > LONGEST || !text.startsWith("v1.")) return null;
  const signed = seal.open(PURPOSE, text);
  const [, hostHash = "", network = "", issued = ""] = signed?.split(".") ?? [];
  const [v4, v6, changes] = network.split("_");
  if (v4 === undefined || v6 === undefined || changes === undefined) return null;
  return { hostHash, v4, v6, changes: Number(changes), issued: Number(issued) };
}

/** The pass of this host that lasts: only the network is still to be looked at. */
export function isCurrent(pass: Clearance, hostHash: string, minutes: number, nowMs: number): boolean {
  const age = nowMs / 1_000 - pass.issued;
  return pass.hostHash === hostHash && age <= minutes * 60 && age >= -AHEAD_SECONDS;
}

export function holdsNetwork(pass: Clearance, network: string): boolean {
  return (isIpv4Network(network) ? pass.v4 : pass.v6) === network;
}

/** True where the pass may take another network in, instead of being got anew. */
export function mayChange(pass: Clearance): boolean {
  return pass.changes < MOST_CHANGES;
}

/** The pass with a network that its client has proved; another one of its family leaves. */
export function withNetwork(pass: Clearance, network: string): Clearance {
  if (holdsNetwork(pass, network)) return pass;
  const changes = pass.changes + 1;
  return isIpv4Network(network) ? { ...pass, v4: network, changes } : { ...pass, v6: network, changes };
}

/** A pass for one network, or for one of each family. */
export function newClearance(hostHash: string, networks: readonly string[], nowMs: number): Clearance {
  const known = networks.filter(isNetworkText);
  return {
    hostHash,
    v4: known.find(isIpv4Network) ?? "",
    v6: known.find((network) => !isIpv4Network(network)) ?? "",
    changes: 0,
    issued: Math.floor(nowMs / 1_000),
  };
}
