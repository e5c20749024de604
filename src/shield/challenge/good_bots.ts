/** A crawler that search engines and the like send, and how to tell that it is theirs. */
export interface GoodBot {
  readonly name: string;
  /** Part of its user agent, lower case. */
  readonly token: string;
  /** Its addresses are called so (forward-confirmed reverse DNS, as its owner documents). */
  readonly domains: readonly string[];
}

/** Each owner's documentation names these domains for the check. */
export const GOOD_BOTS: readonly GoodBot[] = Object.freeze([
  { name: "Googlebot", token: "googlebot", domains: ["googlebot.com", "google.com"] },
  { name: "GoogleOther", token: "googleother", domains: ["googlebot.com", "google.com"] },
  { name: "AdsBot-Google", token: "adsbot-google", domains: ["googlebot.com", "google.com"] },
  { name: "Bingbot", token: "bingbot", domains: ["search.msn.com"] },
  { name: "Applebot", token: "applebot", domains: ["applebot.apple.com"] },
  { name: "DuckDuckBot", token: "duckduckbot", domains: ["duckduckgo.com"] },
  { name: "YandexBot", token: "yandex", domains: ["yandex.ru", "yandex.net", "yandex.com"] },
  { name: "Baiduspider", token: "baiduspider", domains: ["crawl.baidu.com", "crawl.baidu.jp"] },
  { name: "PetalBot", token: "petalbot", domains: ["petalsearch.com", "aspiegel.com"] },
  { name: "SeznamBot", token: "seznambot", domains: ["seznam.cz"] },
]);

const TOKENS = new RegExp(GOOD_BOTS.map(({ token }) => token).join("|"), "i");

/** The crawler that a user agent names, or null. What it names is not proven. */
export function botOf(agent: string): GoodBot | null {
  const found = TOKENS.exec(agent.slice(0, 512))?.[0].toLowerCase();
  return found === undefined ? null : GOOD_BOTS.find(({ token }) => token === found) ?? null;
}

/** True where a host name is of the crawler's owner. */
export function isNameOf(bot: GoodBot, name: string): boolean {
  const lower = name.toLowerCase().replace(/\.$/, "");
  return bot.domains.some((domain) => lower === domain || lower.endsWith(`.${domain}`));
}
