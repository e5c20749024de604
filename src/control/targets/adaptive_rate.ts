import type { Adaptive, RateLimit } from "../../core/host_traffic.ts";
import { quantilesOf } from "../../gateway/balancer/latency_windows.ts";

/** Nothing is decided on fewer answers. */
const LEAST_SAMPLES = 20;
/** Under this share of the threshold there is room for more. */
const EASY_SHARE = 0.7;

export type RateChange = "lowered" | "raised" | null;

/**
 * The adaptive rate of one host (spec 01, Balancing and health): called once an interval, it lowers the rate while the
 * targets answer slowly and raises it again when they have room. It judges by answers that came after its last change,
 * so that it never reacts twice to the same slowness; and after a reduction one evaluation passes by.
 */
export class AdaptiveRate {
  /** Requests a second in force. */
  rate: number;
  /** Wall clock of the last change; answers before it say nothing of the present rate. */
  changedAt = 0;
  #rests = false;

  constructor(limit: RateLimit) {
    this.rate = limit.requests_per_second;
  }

  /** `latencies`: milliseconds of answers since `changedAt`. Changes `rate`, and says how. */
  evaluate(
    latencies: readonly number[],
    settings: Adaptive,
    limit: RateLimit,
    nowMs: number,
  ): RateChange {
    if (this.#rests) {
      this.#rests = false;
      return null;
    }
    if (latencies.length < LEAST_SAMPLES) return null;
    const p95 = quantilesOf(latencies, [0.95])![0]!;
    const before = this.rate;
    if (p95 > settings.latency_threshold_ms) {
      // A configured rate below the floor stays what it is.
      const floor = Math.min(settings.min_rate, limit.requests_per_second);
      this.rate = Math.max(floor, before * settings.reduction_factor);
    } else if (p95 < settings.latency_threshold_ms * EASY_SHARE) {
      const top = Math.max(limit.requests_per_second, settings.max_rate ?? 0);
      this.rate = Math.min(top, before * settings.recovery_factor);
    }
    if (this.rate === before) return null;
    this.changedAt = nowMs;
    this.#rests = this.rate < before;
    return this.#rests ? "lowered" : "raised";
  }
}
