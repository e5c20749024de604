import { escapeHtml } from "../../../views/gate/escape.ts";
import { type Level, levelFor } from "../../shield/challenge/difficulty.ts";
import { networkText } from "../../shield/challenge/network.ts";
import { ticketText, WAIT_SECONDS } from "../../shield/challenge/ticket.ts";
import { botScoreOf, looksAutomated } from "../bot_score.ts";
import type { Flow } from "../pipeline/flow.ts";
import { networkOf, NOWHERE, passOf } from "./standing.ts";
import { mayChange } from "../../shield/challenge/clearance.ts";

/** A phone's second challenge within so many seconds is as hard as everybody's. */
const FIRST_TRY_SECONDS = 600;
const PHONE = /Mobi|Android|iPhone/;

/** True for a request that a page can answer: a navigation, or a program that takes HTML. */
export function takesPage({ exchange: { request } }: Flow): boolean {
  const { method, headers } = request;
  const mode = headers.get("sec-fetch-mode");
  // A form: once there is a pass the page loads anew, by which browsers send the form again.
  if (method === "POST") return mode === "navigate";
  if (method !== "GET" && method !== "HEAD") return false;
  if (mode !== undefined) return mode === "navigate";
  if (request.upgrade !== null) return false;
  // None admits all (RFC 9110, 12.5.1).
  const accept = headers.get("accept");
  return accept === undefined ||
    /(?:^|[\s,])(?:text\/html|text\/\*|\*\/\*|application\/xhtml\+xml)/i.test(accept);
}

/** Answers with the page. `isAsked`: by a rule, not by stage 15. */
export function sendChallenge(flow: Flow, isAsked: boolean): void {
  const { exchange, services, fixedHeaders } = flow;
  const host = flow.host!;
  const plan = host.challenge;
  const { authority, headers } = exchange.request;
  const level = levelOf(flow);
  const underAttack = services.alarm.isUnderAttack(host.alarmSlot);
  // Of a form it is a refusal: nothing on the way is to take it for one that may be sent again unseen.
  const status = exchange.request.method === "POST" ? 403 : 503;
  exchange.status = status;
  const page = services.challenger.pages.get({
    status,
    languages: headers.get("accept-language"),
    host: authority,
    look: host.look,
    level,
    hasCheckbox: hasCheckbox(flow, isAsked),
    underAttack,
    minutes: plan.minutes,
    waitSeconds: plan.noScript ? WAIT_SECONDS : 0,
    serverHeader: host.host.server_header,
    hsts: fixedHeaders.get("strict-transport-security") ?? "",
  });
  services.challenger.count("issued");
  const wait = plan.noScript ? escapeHtml(waitUrl(newTicket(flow, 0), backPath(flow))) : "";
  services.refusalAnswers.frequent.send(exchange, page, [exchange.id, newTicket(flow, level), wait]);
}

/** A challenge for the client of this request. 0: for waiting. */
export function newTicket(flow: Flow, level: Level | 0): string {
  const { exchange, services } = flow;
  const plan = flow.host!.challenge;
  return ticketText({
    nonce: exchange.id,
    hostHash: plan.hostHash,
    network: networkOf(flow, plan),
    issued: Math.floor(services.clock.now() / 1_000),
    level,
    life: services.challenger.life,
  }, services.challenger.book.seal);
}

/** How hard it is now for this client. */
export function levelOf(flow: Flow): Level {
  const { services, clientWords, exchange } = flow;
  const { alarmSlot } = flow.host!;
  const { headers } = exchange.request;
  const isPhone = headers.get("sec-ch-ua-mobile") === "?1" || PHONE.test(headers.get("user-agent") ?? "");
  return levelFor({
    underAttack: services.alarm.isUnderAttack(alarmSlot),
    underLoad: services.alarm.level(alarmSlot) === "load",
    reputation: clientWords === null ? 0 : services.reputation.of(clientWords),
    botScore: botScoreOf(flow),
    isPhone,
    isFirstTry: isPhone && isFirstTry(flow),
  });
}

function isFirstTry(flow: Flow): boolean {
  const now = Math.floor(flow.services.clock.now() / 1_000);
  // [SECURITY] By the network whatever passes are bound to: an IPv6 client with addresses without end would fill the
  // table that spent challenges stand in.
  const network = networkText(flow.clientWords ?? NOWHERE, "network");
  return flow.services.challenger.isFirst("phone", network, now + FIRST_TRY_SECONDS, now);
}

function hasCheckbox(flow: Flow, isAsked: boolean): boolean {
  const plan = flow.host!.challenge;
  // Who only changed its network proves that without a click.
  const pass = passOf(flow, plan);
  if (plan.mode === "invisible" || (pass !== null && mayChange(pass))) return false;
  if (plan.mode === "interactive" || isAsked) return true;
  const { clientWords, services } = flow;
  return looksAutomated(flow) || (clientWords !== null && services.reputation.of(clientWords) < 0);
}

const LONGEST_BACK = 1_024;

/** Where a browser without scripts comes back to: what it asked for, if that is not too long to be carried along. */
function backPath({ exchange: { request, path } }: Flow): string {
  const target = request.rawQuery === null ? path : `${path}?${request.rawQuery}`;
  return target.length <= LONGEST_BACK ? target : path.length <= LONGEST_BACK ? path : "/";
}

export function waitUrl(ticket: string, back: string): string {
  return `/_aegis/challenge/wait?token=${ticket}&to=${encodeURIComponent(back)}`;
}
