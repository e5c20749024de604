import { HeaderList } from "../../core/header_list.ts";
import { respond, type Verdict } from "../../core/verdict.ts";
import { GATE_CONTENT_SECURITY_POLICY } from "../../../views/gate/document.ts";
import { renderNoCookiePage, renderWaitPage } from "../../../views/gate/challenge/challenge.ts";
import { lookPolicy } from "../../../views/gate/look.ts";
import { readTicket, secondsUntilRipe } from "../../shield/challenge/ticket.ts";
import type { Flow } from "../pipeline/flow.ts";
import { COMMON_LOOK } from "../response/error_look.ts";
import { AGGRESSIVE_HEADERS } from "../response/security_headers.ts";
import { newTicket, waitUrl } from "./issue.ts";
import { givePass, spend, ticketFault } from "./own_challenge.ts";
import { hasPass } from "./standing.ts";

const encoder = new TextEncoder();
const LONGEST_BACK = 4_096;

/** `GET /_aegis/challenge/wait?token=TICKET&to=PATH`: a browser without scripts, after it has waited. */
export function redeemWait(flow: Flow): Verdict {
  const { exchange, services } = flow;
  const query = new URLSearchParams(exchange.request.rawQuery ?? "");
  const back = ownPath(query.get("to"));
  if (!flow.host!.challenge.noScript) return seeOther(back);
  const text = query.get("token") ?? "";
  const ticket = readTicket(text, services.challenger.book.seal);
  if (ticket === null || ticket.level !== 0 || ticketFault(flow, ticket) !== null) {
    services.challenger.count("failed");
    return waitPage(flow, newTicket(flow, 0), back, 10);
  }
  const seconds = secondsUntilRipe(ticket, services.clock.now());
  if (seconds > 0) return waitPage(flow, text, back, seconds);
  // Spent: its cookie is there already, or was not kept; `check` tells the two apart.
  const headers = HeaderList.from([["cache-control", "no-store"]]);
  if (spend(flow, ticket)) givePass(flow, ticket, headers);
  headers.append("location", `/_aegis/challenge/check?to=${encodeURIComponent(back)}`);
  return respond(303, headers, null, "challenge waited for");
}

/** `GET /_aegis/challenge/check?to=PATH`: without the pass that was just given, going on would lead round for ever. */
export function checkPass(flow: Flow): Verdict {
  const back = ownPath(new URLSearchParams(flow.exchange.request.rawQuery ?? "").get("to"));
  if (hasPass(flow)) return seeOther(back);
  const { gate: look } = flow.host!.look;
  const html = renderNoCookiePage({ host: siteOf(flow), lang: langOf(flow), look, back });
  return page(flow, 403, html, "challenge: the pass was not kept");
}

function waitPage(flow: Flow, ticket: string, back: string, seconds: number): Verdict {
  const { gate: look } = flow.host!.look;
  const wait = { url: waitUrl(ticket, back), seconds };
  return page(
    flow,
    503,
    renderWaitPage({ host: siteOf(flow), lang: langOf(flow), look, wait }),
    "challenge: not waited long enough",
  );
}

function page(flow: Flow, status: number, html: string, detail: string): Verdict {
  const { gate } = flow.host!.look;
  const policy = GATE_CONTENT_SECURITY_POLICY;
  const headers = HeaderList.from([
    ["content-type", "text/html; charset=utf-8"],
    ["cache-control", "no-store"],
    ...AGGRESSIVE_HEADERS,
    ["content-security-policy", gate === null ? policy : lookPolicy(policy, gate)],
  ]);
  return respond(status, headers, encoder.encode(html), detail);
}

function siteOf(flow: Flow): string {
  return flow.exchange.request.authority;
}

function langOf(flow: Flow): string {
  return (flow.host?.look ?? COMMON_LOOK).languageFor(flow.exchange.request.headers.get("accept-language"));
}

/**
 * [SECURITY] Where a visitor is sent back to: a path of this site and nothing else (open redirect, CWE-601; response
 * splitting, CWE-113). `//evil`, `/\evil`, a scheme, or controls in it lead to the start page.
 */
export function ownPath(text: string | null): string {
  if (text === null || text.length > LONGEST_BACK || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return "/";
  // A backslash reads as a slash to browsers.
  return text.includes("\\") || text.startsWith("/_aegis/") ? "/" : text;
}

function seeOther(location: string): Verdict {
  return respond(
    303,
    HeaderList.from([["location", location], ["cache-control", "no-store"]]),
    null,
    "challenge",
  );
}
