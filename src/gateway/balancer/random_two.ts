import type { Candidate, Policy } from "./policy.ts";

/**
 * Two different candidates by chance, of these the one with less load for its weight (Mitzenmacher 2001): close to
 * least-connections, without every thread running to the same target at once. `random`: 0 to below 1.
 */
export function randomTwoChoices(
  candidates: readonly Candidate[],
  random: () => number = Math.random,
): Policy {
  return {
    choose(gate) {
      let usable = 0;
      for (let i = 0; i < candidates.length; i++) if (gate.admits(candidates[i]!)) usable++;
      if (usable === 0) return null;
      const first = Math.trunc(random() * usable);
      let second = Math.trunc(random() * (usable - 1));
      if (second >= first) second++;
      let chosen: Candidate | null = null;
      let lowest = Infinity;
      for (let i = 0, nth = -1; i < candidates.length; i++) {
        const candidate = candidates[i]!;
        if (!gate.admits(candidate) || (++nth !== first && nth !== second)) continue;
        const load = (gate.active(candidate) + 1) / gate.weight(candidate);
        if (load < lowest) {
          lowest = load;
          chosen = candidate;
        }
      }
      return chosen;
    },
  };
}
