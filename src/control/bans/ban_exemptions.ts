import { type AddressWords, type Cidr, contains, formatCidr, parseAddress, parseCidr } from "../../lib/ip.ts";
import type { Clock } from "../../core/clock.ts";
import type { Host } from "../../core/host.ts";
import type { Store } from "../../store/store.ts";
import type { Settings } from "../settings/settings_in_force.ts";

const LOOPBACK = ["127.0.0.0/8", "::1/128"] as const;

/** What tells who must never be banned. */
export interface ExemptionControl {
  readonly store: Store;
  readonly clock: Clock;
  settings(): Settings;
  hosts(): readonly Host[];
  isTrustedProxy(address: AddressWords): boolean;
}

export interface Exemption {
  readonly cidr: Cidr;
  /** For people: `loopback`, `white-listed 192.0.2.0/24`. */
  readonly what: string;
}

/**
 * Networks that no ban may meet: loopback, the global white list, and the white list of the host, or for a ban
 * everywhere those of all hosts (spec 03, Bans and lists).
 */
export function exemptNetworks(control: ExemptionControl, hostId: string | null): Exemption[] {
  const hosts = control.hosts().filter((host) => hostId === null || host.id === hostId);
  const white = [...control.settings().whitelist_cidrs, ...hosts.flatMap((host) => host.whitelist_cidrs)];
  return [
    ...LOOPBACK.flatMap((text) => exemption(text, "loopback")),
    ...[...new Set(white)].flatMap((text) => exemption(text, `white-listed ${text}`)),
  ];
}

/**
 * Tells, as things stand now, of whose network no bad name is kept: loopback, whatever is white-listed anywhere, and
 * trusted proxies, which bring the requests of others.
 */
export function neverBlamed(control: ExemptionControl): (network: Cidr) => boolean {
  const exempt = exemptNetworks(control, null);
  return (network) => control.isTrustedProxy(network.words) || metExemption(network, exempt) !== null;
}

/** [SECURITY] Addresses of whoever is signed in: nobody can lock an administrator out by sending attacks from there. */
function signedInNetworks(control: ExemptionControl): Exemption[] {
  const now = control.clock.now();
  const signedIn = control.store.sessions.list().filter((each) =>
    each.expiresAt > now && each.idleExpiresAt > now
  );
  return [...new Set(signedIn.map((session) => session.address))].flatMap((text) =>
    exemption(text, "somebody who is signed in")
  );
}

/** What of `exempt` the ban would meet, or null. */
export function metExemption(ban: Cidr, exempt: readonly Exemption[]): string | null {
  return exempt.find(({ cidr }) => overlap(cidr, ban))?.what ?? null;
}

/** Why a client is never banned without a person who says so; null: it may be. `network` is the client's. */
export type ExemptionTest = (client: AddressWords, network: Cidr, hostId: string | null) => string | null;

/** For a batch of clients, as things stand now: what is exempt is read once for each scope. */
export function exemptionTest(control: ExemptionControl): ExemptionTest {
  const byScope = new Map<string | null, Exemption[]>();
  return (client, network, hostId) => {
    if (control.isTrustedProxy(client)) return "a trusted proxy";
    let exempt = byScope.get(hostId);
    if (exempt === undefined) {
      exempt = [...exemptNetworks(control, hostId), ...signedInNetworks(control)];
      byScope.set(hostId, exempt);
    }
    return metExemption(network, exempt);
  };
}

/** For a refusal: `203.0.113.0/24 meets loopback, …`. */
export function exemptionText(ban: Cidr, what: string): string {
  return `${formatCidr(ban)} meets ${what}, which is never banned`;
}

export function holds(ban: Cidr, address: string): boolean {
  const words = parseAddress(address);
  return words !== null && contains(ban, words);
}

function exemption(text: string, what: string): Exemption[] {
  const cidr = parseCidr(text);
  return cidr === null ? [] : [{ cidr, what }];
}

function overlap(a: Cidr, b: Cidr): boolean {
  return a.prefix <= b.prefix ? contains(a, b.words) : contains(b, a.words);
}
