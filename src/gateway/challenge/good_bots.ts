import { botOf, type GoodBot } from "../../shield/challenge/good_bots.ts";
import { clientHigh, clientLow } from "../../lib/client_words.ts";
import type { CidrMap } from "../../lib/cidr_map.ts";
import { type AddressWords, formatAddress } from "../../lib/ip.ts";
import { keepNewest } from "../../lib/keep_newest.ts";
import type { BotAnswer, BotClaim } from "../../core/messages.ts";

/** Clients that are crawlers, and as many that only said so or are being looked at. */
const MOST_KNOWN = 4_096;
const GOOD_MS = 86_400_000;
const BAD_MS = 3_600_000;
/** Longer ones are no program's, and not kept. */
const LONGEST_AGENT = 512;
/** Nobody answered: it may be asked again. */
const ASKED_MS = 30_000;
/** [SECURITY] That control is told of at once: each costs it questions to name servers. */
const MOST_CLAIMS = 20;

export type BotNetworks = ReadonlyMap<string, CidrMap<true>>;

/**
 * Crawlers that are who they say they are: by the networks that their owners publish, else by name. Only control can ask the name servers, so a crawler that is not known yet is
 * challenged like everybody (503 with Retry-After: it comes back), and spared once control has confirmed it.
 */
export class GoodBots {
  /** By client and crawler: until when it is known, milliseconds since 1970. */
  readonly #good = new Map<string, number>();
  /** [SECURITY] Apart, because anybody can say to be a crawler: no confirmed one is forgotten for those. */
  readonly #others = new Map<string, number>();
  #claims: BotClaim[] = [];
  /** Requests that follow each other are often of one program. */
  #lastAgent = "";
  #lastBot: GoodBot | null = null;

  /** `published`: by the name of a crawler, where its owner says that it comes from. `now`: milliseconds since 1970. */
  isGood(client: AddressWords, agent: string, published: BotNetworks, now: number): boolean {
    const bot = this.#botOf(agent);
    if (bot === null) return false;
    if (published.get(bot.name)?.find(client) === true) return true;
    const key = `${clientHigh(client)} ${clientLow(client)} ${bot.name}`;
    if ((this.#good.get(key) ?? 0) > now) return true;
    if ((this.#others.get(key) ?? 0) > now || this.#claims.length >= MOST_CLAIMS) return false;
    remember(this.#others, key, now + ASKED_MS);
    this.#claims.push({ key, client: formatAddress(client), bot: bot.name });
    return false;
  }

  #botOf(agent: string): GoodBot | null {
    if (agent === this.#lastAgent) return this.#lastBot;
    const bot = botOf(agent);
    if (agent.length > LONGEST_AGENT) return bot;
    this.#lastAgent = agent;
    return this.#lastBot = bot;
  }

  /** Those that control has to look at, since the last time. */
  takeClaims(): readonly BotClaim[] {
    const claims = this.#claims;
    if (claims.length > 0) this.#claims = [];
    return claims;
  }

  /** What control found. */
  told({ key, isGood }: BotAnswer, now: number): void {
    (isGood ? this.#others : this.#good).delete(key);
    remember(isGood ? this.#good : this.#others, key, now + (isGood ? GOOD_MS : BAD_MS));
  }
}

/** [SECURITY] Where there are too many, the oldest is forgotten. */
function remember(known: Map<string, number>, key: string, until: number): void {
  known.delete(key);
  known.set(key, until);
  keepNewest(known, MOST_KNOWN);
}
