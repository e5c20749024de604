import { block, PASS } from "../../core/verdict.ts";
import { clientKey } from "../balancer/client_key.ts";
import type { Flow } from "./flow.ts";
import type { Stage } from "./stage.ts";

/** Which target gets the request. */
export const balanceStage: Stage = {
  name: "29_balance",
  onError: "closed",
  run(flow) {
    pickTarget(flow, null);
    return flow.target === null ? block("no_target", "the host has no target") : PASS;
  },
};

/** The target for this request, other than `exceptId` where there is another, with its ticket, into the flow. */
export function pickTarget(flow: Flow, exceptId: string | null): void {
  const { balancer } = flow.host!;
  const words = balancer.needsClient ? flow.clientWords : null;
  flow.target = balancer.pick(exceptId, words === null ? 0 : clientKey(words));
  flow.ticket = balancer.ticket;
}
