/**
 * Lists that others publish about programs and that Aegis keeps fresh: networks from which crawlers of search engines
 * come, and the names of crawlers that gather for AI.
 */
export const BOT_LISTS = ["google", "bing", "apple", "duckduckgo", "ai"] as const;
export type BotListName = typeof BOT_LISTS[number];

/** What gateways need of them. */
export interface PublishedBots {
  /** By the name of a good bot: networks from which its owner says that it comes. */
  readonly networks: Readonly<Record<string, readonly string[]>>;
  /** Names of AI crawlers and of assistants beside those that Aegis knows, lower case. */
  readonly ai: AiNames;
}

export interface AiNames {
  readonly crawlers: readonly string[];
  /** Those that fetch for a person who asks an AI. */
  readonly assistants: readonly string[];
}

export const NO_PUBLISHED_BOTS: PublishedBots = Object.freeze({
  networks: Object.freeze({}),
  ai: Object.freeze({ crawlers: Object.freeze([]), assistants: Object.freeze([]) }),
});
