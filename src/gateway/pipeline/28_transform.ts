import { PASS } from "../../core/verdict.ts";
import { planRequest } from "../routing/apply_request.ts";
import type { Stage } from "./stage.ts";

/** Header edits, rewrites and redirects of the host; and the answer of hosts that have no target. */
export const transformStage: Stage = {
  name: "28_transform",
  onError: "closed",
  run(flow) {
    const { ownAnswer, requestPlan } = flow.host!;
    if (ownAnswer !== null) return ownAnswer(flow.exchange);
    if (requestPlan === null) return PASS;
    const planned = planRequest(requestPlan, flow.exchange);
    if ("kind" in planned) return planned;
    flow.rewrite = planned;
    return PASS;
  },
};
