import { clientNetwork, formatCidr, parseAddress } from "../../lib/ip.ts";
import type { Control } from "../control.ts";
import { SYSTEM_ACTOR } from "../operation.ts";
import { perform } from "../perform.ts";

/**
 * Takes back what automatic blocking made of these clients on that host, or everywhere, since a time (milliseconds since
 * 1970). Bans of a person, a flood or a correlation stay. Resolves to how many there were.
 */
export async function liftAutomaticBans(
  control: Control,
  hostId: string,
  clients: ReadonlySet<string>,
  since: number,
): Promise<number> {
  const networks = new Set([...clients].flatMap((client) => {
    const words = parseAddress(client);
    return words === null ? [] : [formatCidr(clientNetwork(words))];
  }));
  const bans = control.store.bans.list(control.clock.now(), { origin: "automatic" }).filter((ban) =>
    ban.createdAt >= since && (ban.hostId === hostId || ban.hostId === null) && networks.has(ban.network)
  );
  for (const { id } of bans) await perform(control, SYSTEM_ACTOR, "bans.delete", { id });
  return bans.length;
}
