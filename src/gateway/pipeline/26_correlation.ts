import type { Ban } from "../../core/snapshot.ts";
import { type Block, block, PASS } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** What the analyst decided about this client, of its earlier requests (spec 02, Correlation). */
export const correlationStage: Stage = {
  name: "26_correlation",
  onError: "closed",
  run(flow) {
    const { correlationBans } = flow.snapshot;
    if (correlationBans === null || flow.clientWords === null) return PASS;
    const book = correlationBans.get(flow.host!.host.id);
    if (book === undefined) return PASS;
    const ban = book.find(flow.clientWords, flow.services.clock);
    return ban === null ? PASS : correlationVerdictOf(ban);
  },
};

/** What is said of a request of somebody whom the analyst keeps out. */
export function correlationVerdictOf(ban: Ban): Block {
  return block("correlation", ban.reason);
}
