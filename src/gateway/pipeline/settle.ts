import { HeaderList } from "../../core/header_list.ts";
import { isFailure } from "../../core/reason.ts";
import type { Block, Respond, Verdict } from "../../core/verdict.ts";
import { block } from "../../core/verdict.ts";
import { sendChallenge, takesPage } from "../challenge/issue.ts";
import { hasPass } from "../challenge/standing.ts";
import { COMMON_LOOK } from "../response/error_look.ts";
import { writeRefusal } from "../response/refusal.ts";
import type { Flow } from "./flow.ts";
import { LastingBan } from "./lasting_ban.ts";
import { CHALLENGE_STAGE, FIRST_MARKABLE_STAGE, LAST_MARKABLE_STAGE } from "./stage.ts";

/** Carries a stage's verdict out. True: the exchange is answered, no further stage runs. */
export function settle(flow: Flow, stageNumber: number, verdict: Verdict): boolean {
  switch (verdict.kind) {
    case "pass":
      return false;
    case "respond":
      answer(flow, verdict);
      return true;
    case "challenge":
      return challenge(flow, stageNumber, verdict.detail);
    case "block":
      if (isOnlyRecorded(flow, stageNumber)) {
        note(flow, verdict);
        return false;
      }
      refuse(flow, verdict);
      return true;
  }
}

/** Who has proved it is not asked again; what cannot show a page gets 403. */
function challenge(flow: Flow, stageNumber: number, detail: string): boolean {
  if (hasPass(flow)) return false;
  if (isOnlyRecorded(flow, stageNumber) || !takesPage(flow)) {
    return settle(flow, stageNumber, block("challenge", detail, { status: 403 }));
  }
  const { exchange } = flow;
  flow.settled = true;
  exchange.reason = "challenge";
  exchange.detail = detail;
  exchange.action = "challenged";
  flow.body.stop();
  sendChallenge(flow, stageNumber !== CHALLENGE_STAGE);
  return true;
}

/** Refuses, at whatever point the exchange is: with an answer while that is possible, else by breaking it off. */
export function refuse(flow: Flow, verdict: Block): void {
  if (flow.settled) return;
  flow.settled = true;
  const { exchange } = flow;
  exchange.reason = verdict.reason;
  exchange.detail = verdict.detail;
  if (verdict.usual !== true && !isFailure(verdict.reason)) {
    exchange.action = verdict.reason === "challenge" ? "challenged" : "blocked";
  }
  flow.body.stop();
  flow.call?.abort();
  if (exchange.response.started) exchange.response.abort(verdict.detail);
  else {
    const { host, fixedHeaders, services } = flow;
    const serverHeader = host?.host.server_header ?? "aegis";
    const look = host?.look ?? COMMON_LOOK;
    const answer = writeRefusal(
      exchange,
      readableBy(flow, verdict),
      fixedHeaders,
      serverHeader,
      services.refusalAnswers,
      look,
    );
    const { lastingBan } = flow;
    if (lastingBan !== null && answer !== null) exchange.lasting = LastingBan.of(flow, lastingBan, answer);
  }
}

/** A page of an origin that the host allows can read why it was refused, as it could read the answer. */
function readableBy(flow: Flow, verdict: Block): Block {
  const cors = flow.host?.cors ?? null;
  if (cors === null) return verdict;
  const headers = verdict.headers?.clone() ?? new HeaderList();
  cors.dress(flow.exchange.request.headers.get("origin"), headers);
  return { ...verdict, headers };
}

/** The white-list mark turns a refusal into a record, here and nowhere else (spec 01, stage 11). */
function isOnlyRecorded(flow: Flow, stageNumber: number): boolean {
  return flow.exchange.marked && stageNumber >= FIRST_MARKABLE_STAGE && stageNumber <= LAST_MARKABLE_STAGE;
}

function note(flow: Flow, verdict: Block): void {
  const { exchange } = flow;
  if (exchange.reason !== null) return;
  exchange.reason = verdict.reason;
  exchange.detail = `white-listed; ${verdict.detail}`;
  exchange.action = "detected";
}

function answer(flow: Flow, verdict: Respond): void {
  flow.settled = true;
  const { exchange } = flow;
  exchange.detail = verdict.detail;
  exchange.status = verdict.status;
  flow.body.stop();
  const headers = verdict.headers;
  const serverHeader = flow.host?.host.server_header ?? "aegis";
  if (serverHeader !== "") headers.set("server", serverHeader);
  headers.set("x-request-id", exchange.id);
  for (let i = 0; i < flow.fixedHeaders.length; i++) {
    const name = flow.fixedHeaders.names[i]!;
    if (!headers.has(name)) headers.appendFrom(flow.fixedHeaders, i);
  }
  exchange.response.send(verdict.status, headers, verdict.body);
}
