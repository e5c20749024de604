import type { Candidate, Policy } from "./balancer.ts";

/**
 * Smooth weighted round robin, as nginx has it: each turn every usable candidate gains its weight, the richest is
 * chosen and pays the sum of what was handed out. Weights 5, 1, 1 give a a b a c a a, not a a a a a b c. Deterministic;
 * ties go to the one that stands first.
 */
export function smoothWeightedRoundRobin(candidates: readonly Candidate[]): Policy {
  const credits = new Float64Array(candidates.length);
  return {
    choose(isUsable) {
      let best = -1;
      let handedOut = 0;
      for (let i = 0; i < candidates.length; i++) {
        const candidate = candidates[i]!;
        if (!isUsable(candidate)) continue;
        credits[i]! += candidate.target.weight;
        handedOut += candidate.target.weight;
        if (best < 0 || credits[i]! > credits[best]!) best = i;
      }
      if (best < 0) return null;
      credits[best]! -= handedOut;
      return candidates[best]!;
    },
  };
}
