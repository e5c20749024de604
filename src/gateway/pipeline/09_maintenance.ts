import { HeaderList } from "../../core/header_list.ts";
import { block, PASS } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** Nobody is told to come back later than this, seconds: maintenance may end earlier than it was set to. */
const LONGEST_WAIT_SECONDS = 3_600;

/** The maintenance page, while an operator has it switched on, for all but the exempt addresses. */
export const maintenanceStage: Stage = {
  name: "09_maintenance",
  onError: "open",
  run(flow) {
    const { maintenanceUntil, maintenanceExempt } = flow.host!;
    if (maintenanceUntil === 0) return PASS;
    const left = maintenanceUntil - flow.services.clock.now();
    if (left <= 0) return PASS;
    const { clientWords } = flow;
    if (clientWords !== null && maintenanceExempt.find(clientWords) !== undefined) return PASS;
    const seconds = Math.min(Math.ceil(left / 1_000), LONGEST_WAIT_SECONDS);
    return block("maintenance", `switched on until ${new Date(maintenanceUntil).toISOString()}`, {
      headers: HeaderList.from([["retry-after", String(seconds)]]),
    });
  },
};
