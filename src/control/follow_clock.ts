import { errorText } from "../core/errors.ts";
import type { Control } from "./control.ts";
import { publishAll } from "./publish_all.ts";

/**
 * The machine's clock was set: what is stored with an end on it ends as late as before, here and in the gateways; what
 * is to be told is told no later. False:
 * the table takes nothing now (a full disk).
 */
export function followClock(control: Control, ms: number): boolean {
  const { store, logger, publisher } = control;
  logger.warn("the clock was set; bans last as long as before", { by_ms: ms });
  try {
    store.transaction(() => {
      store.bans.shift(ms);
      store.reputations.shift(ms);
      store.repeatedBans.shift(ms);
      store.strikes.shift(ms);
      store.deliveries.shift(ms);
    });
  } catch (thrown) {
    logger.error("bans could not follow the clock", { error: errorText(thrown) });
    return false;
  }
  if (publisher.version === 0) return true;
  publishAll(control).catch((thrown) =>
    logger.error("bans could not follow the clock", { error: errorText(thrown) })
  );
  return true;
}
