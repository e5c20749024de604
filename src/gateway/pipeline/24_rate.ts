import { block, PASS } from "../../core/verdict.ts";
import { rateHeaders } from "../../shield/limiter.ts";
import type { Stage } from "./stage.ts";

/** The host's `rate_limit`, as the adaptive rate has it now. */
export const rateStage: Stage = {
  name: "24_rate",
  onError: "open",
  run(flow) {
    const { rate } = flow.host!;
    if (rate === null) return PASS;
    const { services } = flow;
    const { requests_per_second: configured, burst, per } = rate.limit;
    const perSecond = services.targets.rate(rate.slot) || configured;
    const left = services.limiter.take(rate, flow.clientWords, perSecond, services.time.now());
    if (left >= 0) return PASS;
    const shown = Math.round(perSecond * 10) / 10;
    const whose = per === "host" ? "of the whole host" : "a client";
    const adapted = perSecond < configured ? `, lowered from ${configured} while targets are slow` : "";
    return block("rate", `${shown} requests a second ${whose}, burst ${burst}${adapted}`, {
      headers: rateHeaders("host", burst, burst / perSecond, -left),
    });
  },
};
