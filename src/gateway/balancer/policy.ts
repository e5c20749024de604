import type { Target } from "../../core/target.ts";

/** One of a host's targets, with the place of its cell in shared memory (-1: it has none). */
export interface Candidate {
  readonly target: Target;
  readonly slot: number;
}

/** What a policy may ask of candidates while it chooses. */
export interface Gate {
  admits(candidate: Candidate): boolean;
  /** The weight that counts now: less than the target's own while it warms up. Above 0. */
  weight(candidate: Candidate): number;
  /** Requests that run at it, over all threads. */
  active(candidate: Candidate): number;
}

/** Spreads requests over its candidates. Chooses without making an object: it runs for every request. */
export interface Policy {
  /** `client`: 32 bits that are the same for every request of one client. Null where the gate admits nobody. */
  choose(gate: Gate, client: number): Candidate | null;
}

export type PolicyOf = (candidates: readonly Candidate[]) => Policy;
