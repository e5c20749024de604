import type { Candidate, Policy } from "./policy.ts";

/**
 * Smooth weighted round robin, as nginx has it: each turn every usable candidate gains its weight, the richest is
 * chosen and pays the sum of what was handed out. Weights 5, 1, 1 give a a b a c a a, not a a a a a b c. Deterministic;
 * ties go to the one that stands first. Who is not admitted gains nothing, so that it finds no arrears when it returns.
 */
export function smoothWeightedRoundRobin(candidates: readonly Candidate[]): Policy {
  const credits = new Float64Array(candidates.length);
  return {
    choose(gate) {
      let best = -1;
      let handedOut = 0;
      for (let i = 0; i < candidates.length; i++) {
        const candidate = candidates[i]!;
        if (!gate.admits(candidate)) continue;
        const weight = gate.weight(candidate);
        credits[i]! += weight;
        handedOut += weight;
        if (best < 0 || credits[i]! > credits[best]!) best = i;
      }
      if (best < 0) return null;
      credits[best]! -= handedOut;
      return candidates[best]!;
    },
  };
}
