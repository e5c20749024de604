import { mix32 } from "../../lib/mix32.ts";
import type { Candidate, Policy } from "./policy.ts";

const RANGE = 2 ** 32;

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar 1998; logarithmic weights as in Schindelhauer and Schomaker
 * 2005): every pair of client and target has a score, the highest wins. A target that leaves moves only its own
 * clients, one that comes takes its share from all, and every thread and machine decides alike.
 */
export function ipHash(candidates: readonly Candidate[]): Policy {
  const seeds = Int32Array.from(candidates, ({ target }) => textHash(target.url));
  return {
    choose(gate, client) {
      let best = -1;
      let highest = -Infinity;
      for (let i = 0; i < candidates.length; i++) {
        const candidate = candidates[i]!;
        if (!gate.admits(candidate)) continue;
        // Strictly between 0 and 1.
        const draw = ((mix32(mix32(client) ^ seeds[i]!) >>> 0) + 0.5) / RANGE;
        const score = -gate.weight(candidate) / Math.log(draw);
        if (score > highest) {
          highest = score;
          best = i;
        }
      }
      return best < 0 ? null : candidates[best]!;
    },
  };
}

/** By address, not by id: the same target keeps its clients when the host is made anew. */
function textHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = mix32(hash ^ text.charCodeAt(i));
  return hash;
}
