import { BOT_LINE, botMarks, botPoints } from "../shield/bots/score.ts";
import type { KnownAgent } from "../shield/bots/agent_book.ts";
import type { Flow } from "./pipeline/flow.ts";

/** What the client's user agent says of itself; looked up once a request. */
export function agentOf(flow: Flow): KnownAgent {
  return flow.agent ??= flow.snapshot.agents.find(flow.exchange.request.headers.get("user-agent"));
}

/** What speaks against a browser, as `botReasons` reads it; found once a request. */
export function botMarksOf(flow: Flow): number {
  if (flow.botMarks >= 0) return flow.botMarks;
  const { protocol, request, scheme, viaProxy } = flow.exchange;
  return flow.botMarks = botMarks({
    headers: request.headers,
    isHttp1: protocol !== "HTTP/2",
    isTls: scheme === "https",
    isUpgrade: request.upgrade !== null,
    isDirect: !viaProxy,
  }, agentOf(flow));
}

/** Points from 0; from `BOT_LINE` on the request looks automated. */
export function botScoreOf(flow: Flow): number {
  return botPoints(botMarksOf(flow));
}

/**
 * Whether the request looks automated, over what its client sent lately (`SuspectWindow`); counted and found once a
 * request. What acts on a score asks this, not the score itself.
 */
export function looksAutomated(flow: Flow): boolean {
  if (flow.suspect >= 0) return flow.suspect === 1;
  const { clientWords, services } = flow;
  const score = botScoreOf(flow);
  const suspects = clientWords === null
    ? score >= BOT_LINE
    : services.suspects.suspects(clientWords, agentOf(flow).hash, score, services.clock.monotonic());
  flow.suspect = suspects ? 1 : 0;
  return suspects;
}
