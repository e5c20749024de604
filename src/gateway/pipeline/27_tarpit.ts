import { PASS, type Verdict } from "../../core/verdict.ts";
import { tarpitMs } from "../../shield/tarpit.ts";
import type { Stage } from "./stage.ts";

/** Hostile clients wait. Where too many do already, this one goes on at once: it is slowed, never refused. */
export const tarpitStage: Stage = {
  name: "27_tarpit",
  onError: "open",
  run(flow) {
    const { clientWords, exchange, services } = flow;
    if (clientWords === null || exchange.marked || !flow.snapshot.settings.toggles.anomaly) return PASS;
    const ms = tarpitMs(services.reputation.of(clientWords));
    if (ms === 0) return PASS;
    return new Promise<Verdict>((resolve) => {
      flow.waiting = services.tarpit.wait(ms, () => {
        flow.goOn();
        resolve(PASS);
      });
      if (flow.waiting === null) resolve(PASS);
      else flow.waitForClient();
    });
  },
};
