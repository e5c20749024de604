import type { Correlation } from "../../core/correlation.ts";

/** A request that counts for a rule. */
export interface Hit {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly requestId: string;
  readonly client: string;
  /** White-listed. */
  readonly marked: boolean;
  /** Ring in which its snapshot stands. */
  readonly ring: string;
  /** A bit a step of the rule that it meets. */
  readonly steps: number;
  /** Requests with an equal one count once; empty: it counts by itself. */
  readonly likeness: string;
}

/** Hits kept of one group for a rule that wants steps in order; the oldest leaves first. */
const MOST_ORDERED = 64;

/** Steps of a rule: one bit of an Int32 each. */
export const MOST_STEPS = 30;

/**
 * Adds `hit` to those of its group, which stand in the order of time whatever order they came in (threads hand over
 * theirs in batches), and drops what is outside of the window or can no longer matter. Returns the hits that meet the
 * rule, or null.
 */
export function addHit(hits: Hit[], hit: Hit, rule: Correlation): readonly Hit[] | null {
  insert(hits, hit);
  const oldest = hits.at(-1)!.at - rule.windowSeconds * 1_000;
  let old = 0;
  while (hits[old]!.at < oldest) old++;
  hits.splice(0, old);
  switch (rule.sequenceMode) {
    case "any":
      dropAlike(hits, hit, (each) => hit.likeness !== "" && each.likeness === hit.likeness);
      return hits.length >= rule.threshold ? [...hits] : null;
    case "distinct":
      dropAlike(hits, hit, (each) => each.steps === hit.steps);
      // One odd request that many rules speak of is no sequence.
      return hits.length >= 2 && countBits(unionOf(hits)) >= rule.threshold ? [...hits] : null;
    case "ordered":
      if (hits.length > MOST_ORDERED) hits.shift();
      return inOrder(hits, rule.triggerRules.length);
  }
}

function insert(hits: Hit[], hit: Hit): void {
  let place = hits.length;
  while (place > 0 && hits[place - 1]!.at > hit.at) place--;
  hits.splice(place, 0, hit);
}

/** Of hits that count once, the latest stays: the window reaches further from it. */
function dropAlike(hits: Hit[], hit: Hit, isAlike: (each: Hit) => boolean): void {
  for (let i = hits.length - 1, kept = false; i >= 0; i--) {
    const each = hits[i]!;
    if (each !== hit && !isAlike(each)) continue;
    if (kept) hits.splice(i, 1);
    kept = true;
  }
}

function inOrder(hits: readonly Hit[], steps: number): readonly Hit[] | null {
  const chain: Hit[] = [];
  for (const hit of hits) {
    if ((hit.steps & (1 << chain.length)) === 0) continue;
    chain.push(hit);
    if (chain.length === steps) return chain;
  }
  return null;
}

function unionOf(hits: readonly Hit[]): number {
  let all = 0;
  for (const { steps } of hits) all |= steps;
  return all;
}

function countBits(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count++;
  return count;
}
