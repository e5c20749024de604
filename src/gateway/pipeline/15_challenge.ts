import { PASS, type Verdict } from "../../core/verdict.ts";
import { looksAutomated } from "../bot_score.ts";
import type { ChallengePlan } from "../challenge/challenge_plan.ts";
import { isGoodBot } from "./good_bot.ts";
import { hasPass } from "../challenge/standing.ts";
import { limitsStage } from "./16_limits.ts";
import { isRefusedByName } from "./17_bots.ts";
import type { Flow } from "./flow.ts";
import type { Stage } from "./stage.ts";

/** Who has to prove that it is a browser (spec 03, Challenge). The page is `settle`'s. */
export const challengeStage: Stage = {
  name: "15_challenge",
  onError: "open",
  run(flow) {
    const plan = flow.host!.challenge;
    if (plan.isForbidden) return PASS;
    if (plan.mode === "off" && !isForced(flow)) return PASS;
    if (hasPass(flow)) return PASS;
    const why = causeOf(flow, plan);
    if (why === null || isPreflight(flow) || isSpared(flow, plan)) return PASS;
    // [SECURITY] Pages count as well: else a flood that never proves anything would be answered without end.
    const limited = flow.exchange.marked ? PASS : limitsStage.run(flow);
    return limited === PASS ? { kind: "challenge", detail: why } satisfies Verdict : limited;
  },
};

/** By too much to do, or by an operator's own click: whatever else is switched off. */
function isForced(flow: Flow): boolean {
  const level = alarmOf(flow);
  return level === "load" || level === "operator";
}

function alarmOf({ host, services }: Flow) {
  return services.alarm.level(host!.alarmSlot);
}

/** For the log; null: there is none. */
function causeOf(flow: Flow, plan: ChallengePlan): string | null {
  if (plan.mode === "always") return "every client without a pass";
  const { services, clientWords } = flow;
  if (services.alarm.isUnderAttack(flow.host!.alarmSlot)) return `under attack: ${alarmOf(flow)}`;
  if (clientWords !== null && services.reputation.of(clientWords) < 0) return "reputation below 0";
  return flow.host!.challengesSuspects && looksAutomated(flow) ? "looks automated" : null;
}

/** A browser sends it without cookies and cannot show it to anybody (spec 01, stage 13). */
function isPreflight({ exchange: { request } }: Flow): boolean {
  return request.method === "OPTIONS" && request.headers.has("origin") &&
    request.headers.has("access-control-request-method");
}

/** Who is exempt, and whom no proof helps: stage 17 refuses it, and a 503 would only have it come back. */
function isSpared(flow: Flow, plan: ChallengePlan): boolean {
  const { exchange, clientWords } = flow;
  const agent = exchange.request.headers.get("user-agent");
  return plan.isExempt(clientWords, exchange.path, agent) || isRefusedByName(flow) || isGoodBot(flow);
}
