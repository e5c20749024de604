import type { Host, Target } from "../../core/host.ts";
import { smoothWeightedRoundRobin } from "./round_robin.ts";

/** What is known of targets, by their slots in shared memory. */
export interface TargetHealth {
  /** False only where checks have found the target down. */
  isHealthy(slot: number): boolean;
}

/** Chooses the target of each request of one host. One per thread and snapshot. */
export interface Balancer {
  /**
   * The target for the next request, other than `exceptId` (one that was just tried) where there is another. Null only
   * where the host has no target.
   */
  pick(exceptId: string | null): Target | null;
}

/** One of a host's targets, with what a policy needs to choose by. */
export interface Candidate {
  readonly target: Target;
  readonly slot: number;
}

/** Chooses one of `candidates`, of which there is at least one. */
export interface Policy {
  choose(isUsable: (candidate: Candidate) => boolean): Candidate | null;
}

/** How a host may spread its requests, by the name in its `balance` field. */
const POLICIES: Readonly<Record<Host["balance"], (candidates: readonly Candidate[]) => Policy>> = {
  "round-robin": smoothWeightedRoundRobin,
};

/**
 * Primaries that are up come first, then backups that are up. Where all are down traffic still goes (`panic`, spec 01):
 * to the primaries, because a check that fails everywhere says more of the check than of the targets.
 */
export function createBalancer(
  host: Pick<Host, "targets" | "balance">,
  targetSlots: Readonly<Record<string, number>>,
  health: TargetHealth,
): Balancer {
  const candidates = host.targets.map((target) => ({ target, slot: targetSlots[target.id] ?? -1 }));
  const policyOf = POLICIES[host.balance];
  const primaries = policyOf(candidates.filter(({ target }) => !target.backup));
  const backups = policyOf(candidates.filter(({ target }) => target.backup));
  return {
    pick(exceptId) {
      const isOther = ({ target }: Candidate) => target.id !== exceptId;
      const isUp = (each: Candidate) => isOther(each) && health.isHealthy(each.slot);
      const any = () => true;
      const chosen = primaries.choose(isUp) ?? backups.choose(isUp) ??
        primaries.choose(isOther) ?? backups.choose(isOther) ??
        primaries.choose(any) ?? backups.choose(any);
      return chosen?.target ?? null;
    },
  };
}
