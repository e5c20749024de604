import type { Clock } from "../core/clock.ts";
import { sparesPasses } from "../core/ban_wish.ts";
import { AegisError } from "../core/errors.ts";
import type { Ban, Snapshot } from "../core/snapshot.ts";
import { CidrMap } from "../lib/cidr_map.ts";
import { type AddressWords, type Cidr, parseCidr } from "../lib/ip.ts";

/** A ban as a gateway keeps it. */
interface HeldBan {
  readonly ban: Ban;
  readonly cidr: Cidr;
  /** Monotonic milliseconds; Infinity: no end. */
  readonly endsAt: number;
}

/**
 * Bans of one scope, with the black list. The wall clock is asked once, when a ban is first seen: from then on it ends by
 * the monotonic clock, so that a clock that jumps neither frees the banned nor bans anybody for longer.
 */
export class BanBook {
  readonly #networks = new CidrMap<HeldBan>();
  /** Those that meet clients with a pass too; all of them, while there are no others. */
  readonly #firm: CidrMap<HeldBan>;
  readonly #held = new Map<string, HeldBan>();
  #nowMs = 0;
  readonly #lasts = (held: HeldBan) => held.endsAt > this.#nowMs;

  /** `previous`: of the snapshot before; what it holds keeps its end. Throws where a network does not parse. */
  constructor(
    bans: readonly Ban[],
    blackList: readonly string[],
    hostId: string | null,
    clock: Pick<Clock, "now" | "monotonic">,
    previous: BanBook | null,
  ) {
    const wallMs = clock.now();
    const monotonicMs = clock.monotonic();
    this.#firm = bans.some(({ origin }) => sparesPasses(origin)) ? new CidrMap() : this.#networks;
    for (const ban of bans) {
      const known = previous === null ? undefined : previous.#held.get(ban.id);
      const held = known !== undefined && isSame(known.ban, ban) ? known : {
        ban,
        cidr: networkOf(ban.network),
        endsAt: ban.expiresAt === null ? Infinity : monotonicMs + ban.expiresAt - wallMs,
      };
      this.#held.set(ban.id, held);
      put(this.#networks, held);
      if (this.#firm !== this.#networks && !sparesPasses(ban.origin)) put(this.#firm, held);
    }
    for (const network of blackList) {
      const cidr = networkOf(network);
      const held = { ban: blackListed(network, hostId), cidr, endsAt: Infinity };
      this.#networks.set(cidr, held);
      this.#firm.set(cidr, held);
    }
  }

  /** The ban of the narrowest network that holds the address now. */
  find(words: AddressWords, clock: Pick<Clock, "monotonic">): Ban | null {
    return this.#findIn(this.#networks, words, clock);
  }

  /** The same of those that no pass spares from: a narrower or longer ban that it does must not hide one of them. */
  findFirm(words: AddressWords, clock: Pick<Clock, "monotonic">): Ban | null {
    return this.#findIn(this.#firm, words, clock);
  }

  #findIn(
    networks: CidrMap<HeldBan>,
    words: AddressWords,
    clock: Pick<Clock, "monotonic">,
  ): Ban | null {
    if (networks.size === 0) return null;
    this.#nowMs = clock.monotonic();
    return networks.find(words, this.#lasts)?.ban ?? null;
  }
}

/** Of two for one network the one that lasts longer speaks. */
function put(networks: CidrMap<HeldBan>, held: HeldBan): void {
  const rival = networks.exact(held.cidr);
  if (rival === undefined || held.endsAt > rival.endsAt) networks.set(held.cidr, held);
}

/** All bans of a snapshot. `previous`: of the one before. */
export function compileBans(
  { bans, hosts, settings }: Pick<Snapshot, "bans" | "hosts" | "settings">,
  previous: { readonly bans: BanBook; readonly hostBans: ReadonlyMap<string, BanBook> } | null,
  clock: Pick<Clock, "now" | "monotonic">,
): { bans: BanBook; hostBans: ReadonlyMap<string, BanBook> } {
  const byHost = Map.groupBy(bans, (ban) => ban.hostId);
  const hostBans = new Map<string, BanBook>();
  for (const { id, blacklist_cidrs } of hosts) {
    const own = byHost.get(id) ?? [];
    if (own.length + blacklist_cidrs.length === 0) continue;
    hostBans.set(id, new BanBook(own, blacklist_cidrs, id, clock, previous?.hostBans.get(id) ?? null));
  }
  const everywhere = byHost.get(null) ?? [];
  return {
    bans: new BanBook(everywhere, settings.blacklist_cidrs, null, clock, previous?.bans ?? null),
    hostBans,
  };
}

function blackListed(network: string, hostId: string | null): Ban {
  return {
    id: `black-list ${network}`,
    network,
    hostId,
    expiresAt: null,
    reason: "black list",
    origin: "black-list",
  };
}

function isSame(a: Ban, b: Ban): boolean {
  return a === b || a.network === b.network && a.expiresAt === b.expiresAt && a.reason === b.reason;
}

/** The network that an entry names. Throws `invalid_input` where it names none. */
export function networkOf(network: string): Cidr {
  const cidr = parseCidr(network);
  if (cidr === null) {
    throw new AegisError("invalid_input", "an entry is no address or network", {
      fields: [{
        field: "network",
        message: `"${network}" is no address or network`,
        remedy: "write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32",
      }],
    });
  }
  return cidr;
}
