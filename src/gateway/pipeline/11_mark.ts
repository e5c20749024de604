import { PASS } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** White lists: from here on, what would refuse a marked client is only recorded. */
export const markStage: Stage = {
  name: "11_mark",
  onError: "closed",
  run(flow) {
    const words = flow.clientWords;
    if (words === null) return PASS;
    flow.exchange.marked = flow.snapshot.whiteList.find(words) !== undefined ||
      flow.host!.whiteList.find(words) !== undefined;
    return PASS;
  },
};
