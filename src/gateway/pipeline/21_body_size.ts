import { block, PASS } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** The declared length now; what streams is counted by the body itself. */
export const bodySizeStage: Stage = {
  name: "21_body_size",
  onError: "closed",
  run(flow) {
    const most = flow.host!.host.max_body_bytes;
    if (most === 0) return PASS;
    const declared = flow.exchange.body.length;
    if (declared !== null && declared > most) {
      return block("body_too_large", `${declared} of at most ${most} bytes`);
    }
    if (!flow.exchange.marked) flow.body.maxBytes = most;
    return PASS;
  },
};
