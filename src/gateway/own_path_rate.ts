import { type Block, block } from "../core/verdict.ts";
import { clientHigh, clientLow } from "../lib/client_words.ts";
import { mix32 } from "../lib/mix32.ts";
import { rateHeaders } from "../shield/limiter.ts";
import type { Flow } from "./pipeline/flow.ts";

/** Spec 01: paths below `/_aegis/`, a second and client; a page of ours with all its parts at once. */
const PER_SECOND = 10;
const BURST = 20;
const INTERVAL_US = 1_000_000 / PER_SECOND;
/** Sets these buckets apart from those of hosts in the same table. */
const OWN = mix32(0x6f776e21);

/** The refusal of a client that asks for too much below `/_aegis/`; null: it may. */
export function ownPathRefusal({ clientWords, services }: Flow): Block | null {
  if (clientWords === null) return null;
  const [high, low] = [OWN ^ clientHigh(clientWords), mix32(OWN + clientLow(clientWords) | 0)];
  const left = services.rates.take(high, low, INTERVAL_US, BURST, services.time.now());
  if (left >= 0) return null;
  return block("rate", `${PER_SECOND} requests a second a client below /_aegis/`, {
    headers: rateHeaders("own-paths", BURST, BURST / PER_SECOND, -left),
  });
}
