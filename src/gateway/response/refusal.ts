import type { Exchange } from "../../core/exchange.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { PreparedAnswer } from "../../core/prepared_answer.ts";
import { type Reason, REASONS } from "../../core/reason.ts";
import type { Block } from "../../core/verdict.ts";
import type { ErrorLook } from "./error_look.ts";
import type { RefusalAnswers } from "./refusal_answers.ts";
import { ID_PLACE } from "./refusal_pages.ts";

const encoder = new TextEncoder();

/**
 * Answers a refusal: a page for people, JSON for programs, the public text of the reason and the request id in both,
 * and nothing else of why. A reason without a status ends the connection instead. Returns the answer; null: there is none.
 */
export function writeRefusal(
  exchange: Exchange,
  verdict: Block,
  fixed: HeaderList,
  serverHeader: string,
  answers: RefusalAnswers,
  look: ErrorLook,
): PreparedAnswer | null {
  const { reason, headers } = verdict;
  const facts = REASONS[reason];
  const isPage = wantsPage(exchange);
  const status = statusOf(verdict, facts.status, isPage);
  exchange.status = status;
  if (status === 0) {
    exchange.response.abort(verdict.detail);
    return null;
  }
  if (facts.closes) exchange.response.closeAfter();
  const hsts = fixed.get("strict-transport-security") ?? "";
  const answer = answers.get(exchange, { reason, status, isPage, look, serverHeader, hsts });
  const told = verdict.problem === undefined || isPage
    ? answer
    : withProblem(answer, reason, verdict.problem);
  const given = headers === undefined ? told : answers.withFields(told, headers);
  answers.frequent.send(exchange, given, [exchange.id]);
  return given;
}

/** Problem details (RFC 9457) in place of the public text alone, which stays in it under its usual name. */
function withProblem(answer: PreparedAnswer, reason: Reason, problem: string): PreparedAnswer {
  const { publicText } = REASONS[reason];
  const headers = answer.headers.clone();
  headers.set("content-type", "application/problem+json");
  const known = { type: "about:blank", title: publicText, status: answer.status, detail: problem };
  const text = JSON.stringify({ ...known, error: publicText, request_id: ID_PLACE });
  return new PreparedAnswer(
    answer.status,
    headers,
    // The id is the last field: what a problem quotes of the request cannot stand in its place.
    { pieces: splitAtLast(text, ID_PLACE).map((piece) => encoder.encode(piece)), places: [0] },
  );
}

function splitAtLast(text: string, mark: string): [string, string] {
  const at = text.lastIndexOf(mark);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

/** A challenge is 503 for a page and 403 for everything else (spec 00, Reasons). */
function statusOf(verdict: Block, usual: number, isPage: boolean): number {
  if (verdict.status !== undefined) return verdict.status;
  return verdict.reason === "challenge" && !isPage ? 403 : usual;
}

/** A navigation: GET or HEAD that the browser declares as such, or whose Accept admits HTML by name. */
export function wantsPage(exchange: Exchange): boolean {
  const { method, headers } = exchange.request;
  if (method !== "GET" && method !== "HEAD") return false;
  const mode = headers.get("sec-fetch-mode");
  if (mode !== undefined) return mode === "navigate";
  return headers.get("accept")?.includes("text/html") ?? false;
}
