import { botReasons } from "../../shield/bots/score.ts";
import { block, PASS } from "../../core/verdict.ts";
import { agentOf, botMarksOf, botScoreOf, looksAutomated } from "../bot_score.ts";
import { isGoodBot } from "./good_bot.ts";
import { hasPass } from "../challenge/standing.ts";
import type { Flow } from "./flow.ts";
import type { Stage } from "./stage.ts";

/** Programs that name themselves and are not wanted, and those that give themselves away by what they do not send. */
export const botsStage: Stage = {
  name: "17_bots",
  onError: "open",
  run(flow) {
    const { bots } = flow.host!;
    if (bots === null) return PASS;
    if (isRefusedByName(flow)) {
      const { kind, name } = agentOf(flow);
      return block("bot", `${KIND_TEXT[kind!]}: ${name}`);
    }
    // Who has proven to be a person is one; search engines are programs, and welcome.
    if (!bots.blocksSuspects || !looksAutomated(flow) || hasPass(flow) || isGoodBot(flow)) return PASS;
    const why = botReasons(botMarksOf(flow)).map(({ text }) => text).join(", ");
    return block("bot", `${botScoreOf(flow)} points: ${why}`);
  },
};

/** A program that names itself and is not wanted here, whatever it can prove. */
export function isRefusedByName(flow: Flow): boolean {
  const { bots } = flow.host!;
  if (bots === null || bots.refused.size === 0) return false;
  const { kind } = agentOf(flow);
  return kind !== null && bots.refused.has(kind);
}

const KIND_TEXT = Object.freeze({
  scanner: "scanner",
  scraper: "scraper",
  headless: "browser without a window",
  library: "program library",
  allowed: "known to the operator",
  ai: "AI crawler",
  ai_assistant: "AI assistant",
});
