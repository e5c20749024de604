import type { Clock } from "../core/clock.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Ban } from "../core/snapshot.ts";
import { parseAddress } from "../lib/ip.ts";
import type { BanGate } from "./ban_gate.ts";
import type { CompiledSnapshot } from "./compiled_snapshot.ts";

/**
 * The ban that would refuse a request that runs, came it now; null: none would. White-listed clients are spared, and what
 * has no host yet has its bans before it. What the analyst decided (stage 26) ends what runs too: a tunnel may last for
 * days.
 */
export function banOfRunning(
  { client, hostId, marked }: Exchange,
  snapshot: CompiledSnapshot,
  bans: BanGate,
  clock: Clock,
): Ban | null {
  if (marked || hostId === "") return null;
  const words = parseAddress(client);
  if (words === null) return null;
  return snapshot.hostBans.get(hostId)?.find(words, clock) ?? bans.find(words, snapshot) ??
    snapshot.correlationBans?.get(hostId)?.find(words, clock) ?? null;
}
