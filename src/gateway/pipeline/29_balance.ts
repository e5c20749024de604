import { block, PASS } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** Which target gets the request. */
export const balanceStage: Stage = {
  name: "29_balance",
  onError: "closed",
  run(flow) {
    flow.target = flow.host!.balancer.pick(null);
    return flow.target === null ? block("no_target", "the host has no target") : PASS;
  },
};
