import type { BotAnswer, BotClaim } from "../../core/messages.ts";
import { canonicalAddress, parseAddress } from "../../lib/ip.ts";
import { GOOD_BOTS, type GoodBot, isNameOf } from "../../shield/challenge/good_bots.ts";

/** Questions to name servers, for tests to answer. Both throw where there is no answer. */
export interface NameServers {
  /** Names of an address. */
  namesOf(address: string, signal: AbortSignal): Promise<readonly string[]>;
  /** IPv4 and IPv6 addresses of a name. */
  addressesOf(name: string, signal: AbortSignal): Promise<readonly string[]>;
}

const DEADLINE_MS = 4_000;
/** [SECURITY] Looked at at once; what else comes meanwhile is asked again by its next request. */
const MOST_AT_ONCE = 8;
/** Names of one address that are followed. */
const MOST_NAMES = 3;

/**
 * Tells the crawlers of search engines from those that only call themselves so, by forward-confirmed reverse DNS: the
 * address's name is of the owner's domain, and that name leads back to the address.
 */
export class GoodBotDesk {
  readonly #servers: NameServers;
  readonly #answer: (answers: readonly BotAnswer[]) => void;
  readonly #running = new Set<string>();

  constructor(answer: (answers: readonly BotAnswer[]) => void, servers: NameServers = systemNameServers) {
    this.#servers = servers;
    this.#answer = answer;
  }

  /** Resolves when all that there was room for are answered. Never throws. */
  async look(claims: readonly BotClaim[]): Promise<void> {
    await Promise.all(claims.map((claim) => this.#lookAt(claim)));
  }

  async #lookAt(claim: BotClaim): Promise<void> {
    if (this.#running.size >= MOST_AT_ONCE || this.#running.has(claim.key)) return;
    const bot = GOOD_BOTS.find(({ name }) => name === claim.bot);
    if (bot === undefined) return;
    this.#running.add(claim.key);
    try {
      const isGood = await this.#isOf(bot, claim.client, AbortSignal.timeout(DEADLINE_MS));
      if (isGood !== null) this.#answer([{ key: claim.key, isGood }]);
    } finally {
      this.#running.delete(claim.key);
    }
  }

  /** null: nobody answered. */
  async #isOf(bot: GoodBot, client: string, signal: AbortSignal): Promise<boolean | null> {
    try {
      const names = await this.#servers.namesOf(client, signal);
      for (const name of names.filter((each) => isNameOf(bot, each)).slice(0, MOST_NAMES)) {
        const addresses = await this.#servers.addressesOf(name, signal);
        if (addresses.some((address) => canonicalAddress(address) === client)) return true;
      }
      return false;
    } catch (thrown) {
      // No name at all is an answer; silence and broken servers are none.
      return thrown instanceof Deno.errors.NotFound ? false : null;
    }
  }
}

/** The machine's own name servers. */
const systemNameServers: NameServers = Object.freeze({
  namesOf: (address: string, signal: AbortSignal) => Deno.resolveDns(reverseName(address), "PTR", { signal }),
  async addressesOf(name: string, signal: AbortSignal) {
    const families = await Promise.allSettled([
      Deno.resolveDns(name, "A", { signal }),
      Deno.resolveDns(name, "AAAA", { signal }),
    ]);
    return addressesIn(families);
  },
});

/** Throws where a name server failed and none told an address: that is no answer, and must not count as a lie. */
export function addressesIn(families: readonly PromiseSettledResult<readonly string[]>[]): string[] {
  const found = families.flatMap((family) => family.status === "fulfilled" ? family.value : []);
  const failed = families.find((family) =>
    family.status === "rejected" && !(family.reason instanceof Deno.errors.NotFound)
  );
  if (found.length === 0 && failed?.status === "rejected") throw failed.reason;
  return found;
}

/** `4.3.2.1.in-addr.arpa` (RFC 1035, 3.5), or nibbles under `ip6.arpa` (RFC 3596, 2.5). */
export function reverseName(address: string): string {
  if (!address.includes(":")) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  const hex = (parseAddress(address) ?? []).map((word) => (word >>> 0).toString(16).padStart(8, "0")).join(
    "",
  );
  return `${[...hex].reverse().join(".")}.ip6.arpa`;
}
