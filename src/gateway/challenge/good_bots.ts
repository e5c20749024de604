import { botOf } from "../../shield/challenge/good_bots.ts";
import { clientHigh, clientLow } from "../../lib/client_words.ts";
import type { CidrMap } from "../../lib/cidr_map.ts";
import { type AddressWords, formatAddress } from "../../lib/ip.ts";
import type { BotAnswer, BotClaim } from "../../core/messages.ts";

/** Clients that said to be a crawler, and what came of it. */
const MOST_KNOWN = 4_096;
const GOOD_MS = 86_400_000;
const BAD_MS = 3_600_000;
/** Nobody answered: it may be asked again. */
const ASKED_MS = 30_000;
/** [SECURITY] That control is told of at once: each costs it questions to name servers. */
const MOST_CLAIMS = 20;

export type BotNetworks = ReadonlyMap<string, CidrMap<true>>;

interface Entry {
  readonly isGood: boolean;
  readonly until: number;
}

/**
 * Crawlers that are who they say they are: by the networks that their owners publish, else by name. Only control can ask the name servers, so a crawler that is not known yet is
 * challenged like everybody (503 with Retry-After: it comes back), and spared once control has confirmed it.
 */
export class GoodBots {
  readonly #known = new Map<string, Entry>();
  #claims: BotClaim[] = [];

  /** `published`: by the name of a crawler, where its owner says that it comes from. `now`: milliseconds since 1970. */
  isGood(client: AddressWords, agent: string, published: BotNetworks, now: number): boolean {
    const bot = botOf(agent);
    if (bot === null) return false;
    if (published.get(bot.name)?.find(client) === true) return true;
    const key = `${clientHigh(client)} ${clientLow(client)} ${bot.name}`;
    const entry = this.#known.get(key);
    if (entry !== undefined && entry.until > now) return entry.isGood;
    if (this.#claims.length >= MOST_CLAIMS) return false;
    this.#remember(key, false, now + ASKED_MS);
    this.#claims.push({ key, client: formatAddress(client), bot: bot.name });
    return false;
  }

  /** Those that control has to look at, since the last time. */
  takeClaims(): readonly BotClaim[] {
    const claims = this.#claims;
    if (claims.length > 0) this.#claims = [];
    return claims;
  }

  /** What control found. */
  told({ key, isGood }: BotAnswer, now: number): void {
    this.#remember(key, isGood, now + (isGood ? GOOD_MS : BAD_MS));
  }

  /** [SECURITY] Anybody can say to be a crawler: where there are too many, the oldest is forgotten. */
  #remember(key: string, isGood: boolean, until: number): void {
    this.#known.delete(key);
    if (this.#known.size >= MOST_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(key, { isGood, until });
  }
}
