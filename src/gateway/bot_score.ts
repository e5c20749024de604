import { BOT_LINE, botMarks, botPoints } from "../shield/bots/score.ts";
import type { KnownAgent } from "../shield/bots/agent_book.ts";
import type { Exchange } from "../core/exchange.ts";
import type { AddressWords } from "../lib/ip.ts";
import type { CompiledSnapshot } from "./compiled_snapshot.ts";
import type { GatewayServices } from "./services.ts";

/** What of a request tells whether a program sent it; what is found out is kept on it. */
export interface JudgedRequest {
  readonly exchange: Exchange;
  readonly snapshot: Pick<CompiledSnapshot, "agents">;
  readonly services: Pick<GatewayServices, "suspects" | "clock">;
  /** null: the client's address is not known. */
  readonly clientWords: AddressWords | null;
  /** What the user agent says; null until `agentOf` is asked. */
  agent: KnownAgent | null;
  /** What speaks against a browser; -1 until `botMarksOf` is asked. */
  botMarks: number;
  /** 1: it looks automated over what its client sent; -1 until `looksAutomated` is asked. */
  suspect: number;
}

/** What the client's user agent says of itself; looked up once a request. */
export function agentOf(judged: JudgedRequest): KnownAgent {
  return judged.agent ??= judged.snapshot.agents.find(judged.exchange.request.headers.get("user-agent"));
}

/** What speaks against a browser, as `botReasons` reads it; found once a request. */
export function botMarksOf(judged: JudgedRequest): number {
  if (judged.botMarks >= 0) return judged.botMarks;
  const { protocol, request, scheme, viaProxy } = judged.exchange;
  return judged.botMarks = botMarks({
    headers: request.headers,
    isHttp1: protocol !== "HTTP/2",
    isTls: scheme === "https",
    isUpgrade: request.upgrade !== null,
    isDirect: !viaProxy,
  }, agentOf(judged));
}

/** Points from 0; from `BOT_LINE` on the request looks automated. */
export function botScoreOf(judged: JudgedRequest): number {
  return botPoints(botMarksOf(judged));
}

/**
 * Whether the request looks automated, over what its client sent lately (`SuspectWindow`); counted and found once a
 * request. What acts on a score asks this, not the score itself.
 */
export function looksAutomated(judged: JudgedRequest): boolean {
  if (judged.suspect >= 0) return judged.suspect === 1;
  const { clientWords, services } = judged;
  const score = botScoreOf(judged);
  const suspects = clientWords === null
    ? score >= BOT_LINE
    : services.suspects.suspects(clientWords, agentOf(judged).hash, score, services.clock.monotonic());
  judged.suspect = suspects ? 1 : 0;
  return suspects;
}
