/**
 * Durations counted in buckets whose width grows with the value: every bucket ends 2^(1/4) times above its start, so
 * a quantile read from it is off by at most 9 %, and sums of histograms are sums of counts.
 */

export interface HistogramBucket {
  readonly bucket: number;
  readonly n: number;
}

const BUCKETS_PER_OCTAVE = 4;
/** 2^-4 ms: what is faster counts as this. */
const FIRST_OCTAVE = -4;
/** 2^22 ms, over an hour: what is slower counts as this. */
const LAST_BUCKET = (22 - FIRST_OCTAVE) * BUCKETS_PER_OCTAVE;

/** How many buckets there are. */
export const LATENCY_BUCKETS = LAST_BUCKET + 1;

/** Bucket of a duration in milliseconds, 0 to 104. */
export function bucketOf(ms: number): number {
  if (!(ms > 0)) return 0;
  const bucket = Math.ceil((Math.log2(ms) - FIRST_OCTAVE) * BUCKETS_PER_OCTAVE);
  return Math.min(Math.max(bucket, 0), LAST_BUCKET);
}

/** Longest duration that a bucket holds, milliseconds. */
export function bucketEndMs(bucket: number): number {
  return 2 ** (bucket / BUCKETS_PER_OCTAVE + FIRST_OCTAVE);
}

/** Geometric middle of a bucket, milliseconds. */
export function bucketMiddleMs(bucket: number): number {
  return 2 ** ((bucket - 0.5) / BUCKETS_PER_OCTAVE + FIRST_OCTAVE);
}

/** The duration that `quantile` (0 to 1) of what was counted stayed within; null where nothing was. */
export function quantileMs(buckets: readonly HistogramBucket[], quantile: number): number | null {
  let total = 0;
  for (const each of buckets) total += each.n;
  if (total === 0) return null;
  const wanted = Math.max(1, Math.ceil(total * quantile));
  let seen = 0;
  for (const each of [...buckets].sort((a, b) => a.bucket - b.bucket)) {
    seen += each.n;
    if (seen >= wanted) return bucketMiddleMs(each.bucket);
  }
  return null;
}
