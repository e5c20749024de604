import { head, sample } from "./metrics_text.ts";

/**
 * Seconds from the head of a request to the end of its answer. `counts[i]`: those within `bounds[i]`, not cumulative;
 * one more for the rest.
 */
export interface LatencyMetrics {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Cumulative buckets, as the format wants them. */
export function latencyLines({ bounds, counts, sum }: LatencyMetrics): string[] {
  const name = "aegis_request_duration_seconds";
  const lines = head(name, "histogram", "Time from a request's head to the end of its answer.");
  let total = 0;
  for (const [i, bound] of bounds.entries()) {
    total += counts[i] ?? 0;
    lines.push(sample(`${name}_bucket`, { le: bound }, total));
  }
  total += counts[bounds.length] ?? 0;
  lines.push(
    sample(`${name}_bucket`, { le: "+Inf" }, total),
    sample(`${name}_sum`, {}, sum),
    sample(`${name}_count`, {}, total),
  );
  return lines;
}
