import { sparesPasses } from "../../core/ban_wish.ts";
import type { Ban } from "../../core/snapshot.ts";
import { type Block, block, PASS, type Verdict } from "../../core/verdict.ts";
import { hasPass } from "../challenge/standing.ts";
import type { Flow } from "./flow.ts";
import { banOf } from "./lasting_ban.ts";
import type { Stage } from "./stage.ts";

/** Bans, time-outs, black lists and subscribed lists, by the client's address: of the host first, then of everywhere. */
export const bansStage: Stage = {
  name: "12_bans",
  onError: "closed",
  run(flow) {
    const words = flow.clientWords;
    if (words === null) return PASS;
    const ban = banOf(words, flow.exchange.hostId, flow.services);
    if (ban === null) return PASS;
    // Who has a pass may share the address with the one whose requests it was banned for (spec 02, Automatic blocking).
    if (!sparesPasses(ban.origin) || !hasPass(flow)) return meet(flow, ban);
    // Its next connections are to get as far as this one.
    const { bans, clock } = flow.services;
    bans.holders.note(words, flow.host!.challenge.minutes);
    const ofHost = flow.snapshot.hostBans.get(flow.exchange.hostId);
    const firm = ofHost?.findFirm(words, clock) ?? bans.findFirm(words, flow.snapshot);
    return firm === null ? PASS : meet(flow, firm);
  },
};

/** Of a white-listed client it is only recorded. */
function meet(flow: Flow, ban: Ban): Verdict {
  return flow.exchange.marked ? verdictOf(ban) : refusalOf(flow, ban);
}

/** At most ten answers a minute, the last of which ends the connection; then none (spec 03, `ban_answer`). */
function refusalOf(flow: Flow, ban: Ban): Verdict {
  const { exchange, services: { bans }, snapshot } = flow;
  // [SECURITY] A trusted proxy's connection carries other clients too: it is never closed for what one of them did.
  if (exchange.viaProxy) {
    flow.lastingBan = ban;
    bans.hits.answered(ban.id);
    return verdictOf(ban);
  }
  const left = snapshot.settings.ban_answer === "close"
    ? -1
    : bans.answer(exchange.connection.peerAddress, flow.clientWords!);
  if (left <= 0) exchange.response.closeAfter();
  if (left >= 0) {
    bans.hits.answered(ban.id);
    return verdictOf(ban);
  }
  bans.hits.dropped(ban.id);
  return { ...verdictOf(ban), status: 0 };
}

/** What is said of a request of somebody whom the ban keeps out. */
export function verdictOf(ban: Ban): Block {
  const detail = `${ban.network}: ${ban.reason}`;
  if (ban.origin === "black-list") return block("blacklist", detail);
  return block(ban.expiresAt !== null && ban.hostId !== null ? "ip_timeout" : "ban", detail);
}
