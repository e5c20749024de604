import apple from "../../../rules/data/bot_apple.txt" with { type: "text" };
import bing from "../../../rules/data/bot_bing.txt" with { type: "text" };
import google from "../../../rules/data/bot_google.txt" with { type: "text" };
import type { BotListName } from "../../core/bot_list.ts";

/** Networks that the owner of crawlers publishes as theirs. */
export interface PublishedRange {
  readonly title: string;
  /** Names in `GOOD_BOTS`. */
  readonly bots: readonly string[];
  readonly source: string;
  /** As they were when this program was made; empty: none until they are fetched, and names of addresses decide. */
  readonly file: string;
}

export type RangeListName = Exclude<BotListName, "ai">;

export const PUBLISHED_RANGES: Readonly<Record<RangeListName, PublishedRange>> = Object.freeze({
  google: {
    title: "Google",
    bots: ["Googlebot", "GoogleOther"],
    source: "https://developers.google.com/static/search/apis/ipranges/googlebot.json",
    file: google,
  },
  bing: {
    title: "Bing",
    bots: ["Bingbot"],
    source: "https://www.bing.com/toolbox/bingbot.json",
    file: bing,
  },
  apple: {
    title: "Apple",
    bots: ["Applebot"],
    source: "https://search.developer.apple.com/applebot.json",
    file: apple,
  },
  // Single addresses of a cloud that rents them to the next one: none is kept that nobody refreshes.
  duckduckgo: {
    title: "DuckDuckGo",
    bots: ["DuckDuckBot"],
    source: "https://duckduckgo.com/duckduckbot.json",
    file: "",
  },
});
