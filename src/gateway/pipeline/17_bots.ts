import { botReasons } from "../../shield/bots/score.ts";
import { block, PASS } from "../../core/verdict.ts";
import { agentOf, botMarksOf, botScoreOf, looksAutomated } from "../bot_score.ts";
import { isGoodBot } from "./good_bot.ts";
import { hasPass } from "../challenge/standing.ts";
import type { Stage } from "./stage.ts";

/** Programs that name themselves and are not wanted, and those that give themselves away by what they do not send. */
export const botsStage: Stage = {
  name: "17_bots",
  onError: "open",
  run(flow) {
    const { bots } = flow.host!;
    if (bots === null) return PASS;
    const agent = agentOf(flow);
    if (agent.kind !== null && bots.refused.has(agent.kind)) {
      return block("bot", `${KIND_TEXT[agent.kind]}: ${agent.name}`);
    }
    // Who has proven to be a person is one; search engines are programs, and welcome.
    if (!bots.blocksSuspects || !looksAutomated(flow) || hasPass(flow) || isGoodBot(flow)) return PASS;
    const why = botReasons(botMarksOf(flow)).map(({ text }) => text).join(", ");
    return block("bot", `${botScoreOf(flow)} points: ${why}`);
  },
};

const KIND_TEXT = Object.freeze({
  scanner: "scanner",
  scraper: "scraper",
  headless: "browser without a window",
  library: "program library",
  allowed: "known to the operator",
  ai: "AI crawler",
  ai_assistant: "AI assistant",
});
