import { sparesPasses } from "../core/ban_wish.ts";
import type { Clock } from "../core/clock.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Ban } from "../core/snapshot.ts";
import { type AddressWords, parseAddress } from "../lib/ip.ts";
import type { BanGate } from "./ban_gate.ts";
import { showsPass } from "./challenge/standing.ts";
import type { ClearanceBook } from "./challenge/clearance_book.ts";
import type { CompiledSnapshot } from "./compiled_snapshot.ts";

/**
 * The ban that would refuse a request that runs, came it now; null: none would. White-listed clients are spared, by some
 * bans those with a pass, and what has no host yet has its bans before it. What the analyst decided (stage 26) ends what runs too: a tunnel may last for
 * days.
 */
export function banOfRunning(
  exchange: Exchange,
  snapshot: CompiledSnapshot,
  bans: BanGate,
  book: ClearanceBook,
  clock: Clock,
): Ban | null {
  const { client, hostId, marked } = exchange;
  if (marked || hostId === "") return null;
  const words = parseAddress(client);
  if (words === null) return null;
  const ofHost = snapshot.hostBans.get(hostId);
  let ban = ofHost?.find(words, clock) ?? bans.find(words, snapshot);
  if (ban !== null && sparesPasses(ban.origin) && hasPassNow(exchange, words, snapshot, book, clock)) {
    ban = ofHost?.findFirm(words, clock) ?? bans.findFirm(words, snapshot);
  }
  return ban ?? snapshot.correlationBans?.get(hostId)?.find(words, clock) ?? null;
}

function hasPassNow(
  { hostId, path, request: { headers } }: Exchange,
  words: AddressWords,
  snapshot: CompiledSnapshot,
  book: ClearanceBook,
  clock: Clock,
): boolean {
  const host = snapshot.hosts.get(hostId)?.compiled;
  if (host === undefined) return false;
  const plan = (host.routes?.find(path) ?? host).challenge;
  return showsPass(headers, words, plan, book, clock);
}
