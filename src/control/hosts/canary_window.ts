import type { Canary } from "../../core/host_traffic.ts";
import type { TargetTally } from "../../gateway/balancer/target_tallies.ts";
import { quantileMs } from "../../lib/log_histogram.ts";

/** What one side of a canary did within the window. */
export interface SideFigures {
  readonly requests: number;
  readonly failures: number;
  /** Answers with a known time; others were tunnels, event streams, or none. */
  readonly answers: number;
  /** Milliseconds until the answer began; null where nothing was answered. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface CanaryFigures {
  readonly primary: SideFigures;
  readonly canary: SideFigures;
  /** Wall clock since when they count. */
  readonly since: number;
}

/** Sums of both sides at one time. */
interface Point {
  readonly at: number;
  readonly primary: TargetTally;
  readonly canary: TargetTally;
}

/** Points that a window is made of: what has left it is forgotten with this precision. */
const STEPS = 30;

/** Both sides of one host's canary over its window: differences of sums that the gateways only ever raise. */
export class CanaryWindow {
  #points: Point[] = [];

  /** Takes the sums as they are now. True where a step of the window is over, and it is time to judge. */
  add(point: Point, windowMs: number): boolean {
    const last = this.#points.at(-1);
    if (last !== undefined && point.at - last.at < windowMs / STEPS) return false;
    this.#points.push(point);
    // The newest that is as old as the window is what everything is counted from.
    const from = this.#points.findLastIndex(({ at }) => at <= point.at - windowMs);
    if (from > 0) this.#points.splice(0, from);
    return true;
  }

  /** From the window's beginning to `now`; null before the first point. */
  figures(now: Omit<Point, "at">): CanaryFigures | null {
    const from = this.#points[0];
    if (from === undefined) return null;
    return {
      primary: side(from.primary, now.primary),
      canary: side(from.canary, now.canary),
      since: from.at,
    };
  }
}

/** Why the canaries have to come back, for people; null where they may stay. */
export function whyRollBack({ primary, canary }: CanaryFigures, settings: Canary): string | null {
  if (canary.requests < settings.min_samples) return null;
  const percent = canary.failures * 100 / canary.requests;
  if (percent >= settings.max_error_percent) {
    return `${rounded(percent)} % of its ${canary.requests} requests failed ` +
      `(limit ${settings.max_error_percent} %)`;
  }
  const isTimed = canary.answers >= settings.min_samples && primary.answers >= settings.min_samples;
  if (!isTimed || canary.p95! <= primary.p95! * settings.max_latency_factor) return null;
  return `its p95 of ${Math.round(canary.p95!)} ms is more than ${settings.max_latency_factor} times ` +
    `the primaries’ ${Math.round(primary.p95!)} ms`;
}

/** Of several targets. */
export function sumOf(tallies: readonly TargetTally[], buckets: number): TargetTally {
  const latency = new Float64Array(buckets);
  let [requests, failures, latencySumMs] = [0, 0, 0];
  for (const each of tallies) {
    requests += each.requests;
    failures += each.failures;
    latencySumMs += each.latencySumMs;
    for (let i = 0; i < buckets; i++) latency[i]! += each.latency[i]!;
  }
  return { requests, failures, latencySumMs, latency };
}

/** A target that got another cell begins at zero: what was before is not taken away from it. */
function side(from: TargetTally, to: TargetTally): SideFigures {
  const buckets = [...to.latency].map((n, bucket) => ({ bucket, n: Math.max(0, n - from.latency[bucket]!) }));
  return {
    requests: Math.max(0, to.requests - from.requests),
    failures: Math.max(0, to.failures - from.failures),
    answers: buckets.reduce((sum, { n }) => sum + n, 0),
    p50: quantileMs(buckets, 0.5),
    p95: quantileMs(buckets, 0.95),
    p99: quantileMs(buckets, 0.99),
  };
}

function rounded(percent: number): number {
  return Math.round(percent * 10) / 10;
}
