import type { AiNames } from "../core/bot_list.ts";
import { HeaderList } from "../core/header_list.ts";
import type { Host } from "../core/host.ts";
import type { AgentKind, BotAction } from "../core/host_bots.ts";
import { robotsText } from "../shield/bots/robots_txt.ts";

/** What stage 17 does at one host. */
export interface BotPlan {
  /** Kinds of programs that are refused by name. */
  readonly refused: ReadonlySet<AgentKind>;
  /** Requests that look automated are refused. */
  readonly blocksSuspects: boolean;
}

export interface RobotsAnswer {
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** `usual`: the setting `bots.action`. null where stage 17 has nothing to do. */
export function botPlan({ bots }: Host, usual: BotAction): BotPlan | null {
  const refused = new Set<AgentKind>([
    ...(bots.block_known ? ["scanner", "scraper", "headless"] as const : []),
    ...(bots.block_ai ? ["ai"] as const : []),
    ...(bots.block_ai_assistants ? ["ai_assistant"] as const : []),
  ]);
  const blocksSuspects = (bots.action ?? usual) === "block";
  return refused.size === 0 && !blocksSuspects ? null : { refused, blocksSuspects };
}

/** Whether the host's challenge may ask requests that look automated (stage 15). */
export function challengesSuspects({ bots }: Host, usual: BotAction): boolean {
  return (bots.action ?? usual) === "challenge";
}

/** null: the target answers for robots.txt. */
export function robotsAnswer({ bots }: Host, ai: AiNames): RobotsAnswer | null {
  if (!bots.robots.enabled) return null;
  return {
    headers: HeaderList.from([
      ["content-type", "text/plain; charset=utf-8"],
      ["cache-control", "public, max-age=3600"],
    ]),
    body: new TextEncoder().encode(robotsText(bots.robots, bots.block_ai_assistants, ai)),
  };
}
