import type { Ban } from "../../core/snapshot.ts";
import { block, PASS, type Verdict } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** Bans, time-outs and black lists of the client: of the host first, then global. */
export const bansStage: Stage = {
  name: "12_bans",
  onError: "closed",
  run(flow) {
    const words = flow.clientWords;
    if (words === null) return PASS;
    const now = flow.services.clock.now();
    const lasts = (ban: Ban) => ban.expiresAt === null || ban.expiresAt > now;
    const ban = flow.host!.bans.find(words, lasts) ?? flow.snapshot.bans.find(words, lasts);
    return ban === undefined ? PASS : verdictOf(ban);
  },
};

function verdictOf(ban: Ban): Verdict {
  const detail = `${ban.network}: ${ban.reason}`;
  if (ban.origin === "black-list") return block("blacklist", detail);
  return block(ban.expiresAt !== null && ban.hostId !== null ? "ip_timeout" : "ban", detail);
}
