import type { Clock } from "../core/clock.ts";
import type { Ban } from "../core/snapshot.ts";
import { BanBook } from "./ban_book.ts";

/** By host id; null: the analyst keeps nobody out. */
export type CorrelationBans = ReadonlyMap<string, BanBook> | null;

/** What the analyst decided is a matter of stage 26, and of no other. */
export function isCorrelation(ban: Ban): boolean {
  return ban.origin === "correlation";
}

/** The analyst's decisions in force. `previous`: of the snapshot before. */
export function correlationBans(
  bans: readonly Ban[],
  previous: CorrelationBans,
  clock: Pick<Clock, "now" | "monotonic">,
): CorrelationBans {
  const own = bans.filter(isCorrelation);
  if (own.length === 0) return null;
  return new Map(
    [...Map.groupBy(own, (ban) => ban.hostId ?? "")].map(([hostId, each]) => [
      hostId,
      new BanBook(each, [], hostId, clock, previous?.get(hostId) ?? null),
    ]),
  );
}
