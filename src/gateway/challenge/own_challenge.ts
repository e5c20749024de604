import { HeaderList } from "../../core/header_list.ts";
import { respond, type Verdict } from "../../core/verdict.ts";
import {
  CLEAR_CLEARANCE_COOKIE,
  CLEARANCE_COOKIE,
  clearanceText,
  mayChange,
  newClearance,
  withNetwork,
} from "../../shield/challenge/clearance.ts";
import { bitsOf } from "../../shield/challenge/difficulty.ts";
import { isIpv4Network } from "../../shield/challenge/network.ts";
import { isProof } from "../../shield/challenge/proof.ts";
import { isTicketCurrent, readTicket, type Ticket, ticketEnd } from "../../shield/challenge/ticket.ts";
import { REPUTATION_POINTS } from "../../shield/reputation_points.ts";
import type { Flow } from "../pipeline/flow.ts";
import { levelOf, newTicket } from "./issue.ts";
import { networkOf, passOf } from "./standing.ts";

/** Longer than any proof that is one. */
const LONGEST_PROOF = 512;
/** Points that a proof alone can bring a client to. */
const MOST_BY_PROOFS = REPUTATION_POINTS.challenge_passed;

const encoder = new TextEncoder();

/** `POST /_aegis/challenge`: a proof, in the header `x-aegis-proof` as `ticket~counters~probes`. */
export function redeemProof(flow: Flow): Verdict {
  const sent = flow.exchange.request.headers.get("x-aegis-proof");
  // [SECURITY] Another site can have its visitors send this much, but no such field: it must not cost them their name.
  if (sent === undefined) return refused(flow, "no proof", false);
  const [text = "", counters = "", probes = ""] = sent.length > LONGEST_PROOF ? [] : sent.split("~", 3);
  const ticket = readTicket(text, flow.services.challenger.book.seal);
  if (ticket === null) return refused(flow, "no challenge of this host", true);
  const wrong = ticketFault(flow, ticket);
  if (wrong !== null) return refused(flow, wrong, false);
  // [SECURITY] Only what is signed reaches the hashing, and only a proof that holds reaches the table.
  if (ticket.level === 0 || !isProof(text, ticket.level, counters)) return refused(flow, "no proof", true);
  if (!spend(flow, ticket)) return refused(flow, "spent before", true);
  noteProof(flow, looksDriven(Number.parseInt(probes, 10) || 0));
  const headers = new HeaderList();
  headers.appendSafe("content-type", "application/json");
  headers.appendSafe("cache-control", "no-store");
  givePass(flow, ticket, headers);
  return respond(200, headers, encoder.encode('{"ok":true}'), "challenge passed");
}

/** Why a ticket is of no use here, or null. */
export function ticketFault(flow: Flow, ticket: Ticket): string | null {
  const plan = flow.host!.challenge;
  if (ticket.hostHash !== plan.hostHash) return "of another host";
  if (ticket.life !== flow.services.challenger.life) return "from before the restart";
  if (!isTicketCurrent(ticket, flow.services.clock.now())) return "too old";
  const own = networkOf(flow, plan);
  // A browser with both families may bring by one what it got by the other; its pass then is good for both.
  if (ticket.network !== own && isIpv4Network(ticket.network) === isIpv4Network(own)) {
    return "of another network";
  }
  return null;
}

/** True where the ticket was not used before, in any thread. */
export function spend(flow: Flow, ticket: Ticket): boolean {
  const now = Math.floor(flow.services.clock.now() / 1_000);
  return flow.services.challenger.isFirst("spent", ticket.nonce, ticketEnd(ticket), now);
}

/** Adds the cookie. */
export function givePass(flow: Flow, ticket: Ticket, headers: HeaderList): void {
  const { services, exchange } = flow;
  const plan = flow.host!.challenge;
  const networks = [networkOf(flow, plan), ticket.network];
  const former = passOf(flow, plan);
  const pass = former !== null && mayChange(former)
    ? networks.reduce(withNetwork, former)
    : newClearance(plan.hostHash, networks, services.clock.now());
  const text = clearanceText(pass, services.challenger.book.seal);
  const attributes = `Path=/; Max-Age=${plan.minutes * 60}; HttpOnly`;
  if (exchange.scheme === "https") {
    // It signs nobody in, and forms that another site sends back here (SAML, 3-D Secure) have to come with it.
    headers.append("set-cookie", `${CLEARANCE_COOKIE}=${text}; ${attributes}; SameSite=None; Secure`);
  } else {
    // In the clear browsers keep none that goes everywhere.
    headers.append("set-cookie", `${CLEARANCE_COOKIE}=${text}; ${attributes}; SameSite=Lax`);
    headers.append("set-cookie", `${CLEAR_CLEARANCE_COOKIE}=${text}; ${attributes}; SameSite=Lax`);
  }
  if (flow.clientWords !== null) services.bans.holders.note(flow.clientWords, plan.minutes);
  services.challenger.count("passed");
}

/** Bits of views/gate/challenge/page.js: driven by a program, headless by its own word, a click that nobody made. */
const DRIVEN = 1 | 4 | 64;
/** Signs that some browsers of people show too: one alone says nothing. */
const HINTS = [2, 8, 16, 32] as const;

/** What the page found odd about its browser. Never the only ground: the pass is given all the same. */
function looksDriven(probes: number): boolean {
  return (probes & DRIVEN) !== 0 || HINTS.filter((hint) => (probes & hint) !== 0).length > 1;
}

/** What a proof says of its client, for what it asks later. */
function noteProof({ services, clientWords }: Flow, isDriven: boolean): void {
  if (clientWords === null) return;
  const { reputation } = services;
  if (isDriven) return reputation.add(clientWords, REPUTATION_POINTS.bot, "bot");
  if (reputation.of(clientWords) >= MOST_BY_PROOFS) return;
  reputation.add(clientWords, REPUTATION_POINTS.challenge_passed, "challenge_passed");
}

/** Not an error for the page: it gets a challenge anew. `isHostile`: no browser of good faith does that. */
function refused(flow: Flow, detail: string, isHostile: boolean): Verdict {
  const { services, clientWords } = flow;
  services.challenger.count("failed");
  if (isHostile && clientWords !== null) {
    services.reputation.add(clientWords, REPUTATION_POINTS.challenge_failed, "challenge_failed");
  }
  const level = levelOf(flow);
  const answer = { error: "a new challenge", ticket: newTicket(flow, level), bits: bitsOf(level) };
  const headers = HeaderList.from([["content-type", "application/json"], ["cache-control", "no-store"]]);
  return respond(403, headers, encoder.encode(JSON.stringify(answer)), `challenge: ${detail}`);
}
