import { type Block, block, PASS } from "../../core/verdict.ts";
import { type HostRate, rateHeaders } from "../../shield/limiter.ts";
import type { Flow } from "./flow.ts";
import { checkRateRules } from "./rate_rules.ts";
import type { Stage } from "./stage.ts";

/** The host's `rate_limit`, then its rate rules. */
export const rateStage: Stage = {
  name: "24_rate",
  onError: "open",
  run(flow) {
    const { rate, rateRules } = flow.host!;
    const refused = rate === null ? null : overRate(rate, flow);
    if (refused !== null) return refused;
    return rateRules === null ? PASS : checkRateRules(rateRules, flow);
  },
};

/** As the adaptive rate has it now; null: it may pass. */
function overRate(rate: HostRate, { services, clientWords }: Flow): Block | null {
  const { requests_per_second: configured, burst, per } = rate.limit;
  const perSecond = services.targets.rate(rate.slot) || configured;
  const left = services.limiter.take(rate, clientWords, perSecond, services.time.now());
  if (left >= 0) return null;
  const shown = Math.round(perSecond * 10) / 10;
  const whose = per === "host" ? "of the whole host" : "a client";
  const adapted = perSecond < configured ? `, lowered from ${configured} while targets are slow` : "";
  return block("rate", `${shown} requests a second ${whose}, burst ${burst}${adapted}`, {
    headers: rateHeaders("host", burst, burst / perSecond, -left),
  });
}
