import type { AiNames, PublishedBots } from "../core/bot_list.ts";
import type { AgentEntry } from "../core/host_bots.ts";
import { CidrMap } from "../lib/cidr_map.ts";
import { networkOf } from "./ban_book.ts";
import type { BotNetworks } from "./challenge/good_bots.ts";

/** Names of a published list as entries of the agent book. */
export function aiAgents({ crawlers, assistants }: AiNames): AgentEntry[] {
  return [
    ...crawlers.map((text): AgentEntry => ({ text, kind: "ai" })),
    ...assistants.map((text): AgentEntry => ({ text, kind: "ai_assistant" })),
  ];
}

export function botNetworks(published: PublishedBots["networks"]): BotNetworks {
  return new Map(
    Object.entries(published).map(([name, networks]) => {
      const set = new CidrMap<true>();
      for (const network of networks) set.set(networkOf(network), true);
      return [name, set];
    }),
  );
}
