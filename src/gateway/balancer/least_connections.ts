import type { Candidate, Policy } from "./policy.ts";

/**
 * The candidate with the fewest running requests for its weight, the next one included. Equals take turns, so that an
 * idle host does not send everything to the first.
 */
export function leastConnections(candidates: readonly Candidate[]): Policy {
  let turn = 0;
  return {
    choose(gate) {
      let best = -1;
      let lowest = Infinity;
      for (let k = 0; k < candidates.length; k++) {
        const i = (turn + k) % candidates.length;
        const candidate = candidates[i]!;
        if (!gate.admits(candidate)) continue;
        const load = (gate.active(candidate) + 1) / gate.weight(candidate);
        if (load < lowest) {
          lowest = load;
          best = i;
        }
      }
      if (best < 0) return null;
      turn = best + 1;
      return candidates[best]!;
    },
  };
}
