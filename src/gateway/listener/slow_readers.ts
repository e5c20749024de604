import type { SlowReader } from "./codec.ts";

/** Spec 01, HTTP validation: so many clients may read slowly at once. */
const MAX_SLOW_READERS = 1_000;
/** Less than a 33.6 kbit/s modem takes; whoever is faster is no slow reader, however long it takes. */
const SLOW_BYTES_PER_SECOND = 4_096;
/** Before this a pause in reading says nothing: buffers on the way empty in bursts. */
const SETTLED_MS = 10_000;

/**
 * Of all `readers` those that have to go so that the rest are at most `max` slow ones: the slowest first.
 *
 * [SECURITY] Slow read, Slowloris the other way round: each such client holds buffers and a target's answer, while it
 * makes just enough progress for its time-out (CWE-400).
 */
export function slowestToDrop<T>(
  readers: Iterable<readonly [T, SlowReader]>,
  max = MAX_SLOW_READERS,
): T[] {
  const slow: (readonly [T, SlowReader])[] = [];
  for (const each of readers) {
    const { bytesPerSecond, forMs } = each[1];
    if (forMs >= SETTLED_MS && bytesPerSecond < SLOW_BYTES_PER_SECOND) slow.push(each);
  }
  if (slow.length <= max) return [];
  slow.sort((a, b) => a[1].bytesPerSecond - b[1].bytesPerSecond);
  return slow.slice(0, slow.length - max).map((each) => each[0]);
}
