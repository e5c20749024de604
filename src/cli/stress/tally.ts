import { bucketOf, LATENCY_BUCKETS, quantileMs } from "../../lib/log_histogram.ts";
import type { Outcome } from "./outcome.ts";

/** Outcomes of one sort, by what was told and the status. */
export interface OutcomeCount extends Outcome {
  readonly count: number;
}

/** What became of all the requests of a run. Its size does not grow with their number. */
export class Tally {
  /** How many of them answers came for. */
  answered = 0;
  readonly #counts = new Map<string, { outcome: Outcome; count: number }>();
  readonly #durations = new Uint32Array(LATENCY_BUCKETS);

  add(outcome: Outcome, ms: number): void {
    const key = `${outcome.kind} ${outcome.by} ${outcome.status}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { outcome, count: 1 });
    else known.count++;
    if (outcome.status === null) return;
    this.answered++;
    this.#durations[bucketOf(ms)]!++;
  }

  /** Most frequent first. */
  get outcomes(): OutcomeCount[] {
    return [...this.#counts.values()].map(({ outcome, count }) => ({ ...outcome, count }))
      .sort((a, b) => b.count - a.count);
  }

  countOf(kind: Outcome["kind"]): number {
    return this.outcomes.reduce((sum, each) => each.kind === kind ? sum + each.count : sum, 0);
  }

  /** Milliseconds that `share` (0 to 1) of the answers took at most, to within 9 %; null where none came. */
  quantileMs(share: number): number | null {
    return quantileMs([...this.#durations].map((n, bucket) => ({ bucket, n })), share);
  }
}
