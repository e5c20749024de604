import type { SharedState } from "../../gateway/shared_state.ts";
import { OnceTable } from "../../lib/once_table.ts";

/** What became of challenges since the process began. */
export interface ChallengeFigures {
  readonly issued: number;
  readonly passed: number;
  readonly failed: number;
  readonly forgotten: number;
}

/** While nothing runs. */
export const NO_CHALLENGES: ChallengeFigures = Object.freeze({
  issued: 0,
  passed: 0,
  failed: 0,
  forgotten: 0,
});

/** Of the shared memory that all gateways work with. */
export function challengeFigures(
  { counters, spent }: Pick<SharedState, "counters" | "spent">,
): () => ChallengeFigures {
  const once = new OnceTable(spent);
  return () => {
    const { challengesIssued, challengesPassed, challengesFailed } = counters.read();
    return {
      issued: challengesIssued,
      passed: challengesPassed,
      failed: challengesFailed,
      forgotten: once.evicted(),
    };
  };
}
