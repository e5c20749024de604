import type { SharedState } from "../../gateway/shared_state.ts";
import type { ReputationTable } from "../../shield/reputation.ts";

/** What only the running process knows of its limits. */
export interface LimitFigures {
  /** null: nothing runs; the store has what the last process left. */
  readonly reputation: Pick<ReputationTable, "read" | "worst" | "reset" | "figures"> | null;
  /** Clients with a bucket, clients that were refused of late, and how many of either (or with a pass) had to be forgotten. */
  clients(): { readonly limited: number; readonly refused: number; readonly forgotten: number };
}

/** While nothing runs. */
export const NO_LIMITS: LimitFigures = Object.freeze({
  reputation: null,
  clients: () => ({ limited: 0, refused: 0, forgotten: 0 }),
});

/** Of the shared memory that all gateways work with. */
export function limitFigures(
  { reputation, shield, refusals, passHolders }: Pick<
    SharedState,
    "reputation" | "shield" | "refusals" | "passHolders"
  >,
): LimitFigures {
  return {
    reputation,
    clients: () => ({
      limited: shield.held(),
      refused: refusals.held(),
      forgotten: shield.evicted() + refusals.evicted() + passHolders.evicted(),
    }),
  };
}
