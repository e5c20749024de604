import { startBotListWatch } from "./control/bot_lists/bot_list_watch.ts";
import type { CertificateRenewal } from "./control/certificates/certificate_renewal.ts";
import type { Control } from "./control/control.ts";
import { watchEnforcing } from "./control/rules/enforce_watch.ts";
import { startProxyWatch } from "./control/proxies/proxy_watch.ts";
import { startSchemaRefresh } from "./control/schemas/schema_refresh.ts";
import { startUpkeep } from "./control/upkeep.ts";

/** How soon a clock that was set is noticed where nothing is changed. */
const CLOCK_EVERY_MS = 1_000;

/** Starts what control does again and again of its own accord, once gateways have a snapshot. Returns what ends it. */
export function startStandingTasks(control: Control, renewal: CertificateRenewal): () => void {
  const ends = [startUpkeep(control, renewal), startSchemaRefresh(control)];
  control.lists.start();
  control.banOffers.start();
  const clockTimer = setInterval(() => control.clockWatch.check(), CLOCK_EVERY_MS);
  ends.push(watchEnforcing(control), startProxyWatch(control), startBotListWatch(control));
  control.notices.start();
  return () => {
    for (const end of ends) end();
    renewal.stop();
    control.notices.stop();
    control.lists.stop();
    control.banOffers.stop();
    clearInterval(clockTimer);
  };
}
