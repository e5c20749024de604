import { z } from "zod";
import {
  DEFAULT_ADAPTIVE,
  DEFAULT_CANARY,
  DEFAULT_RATE_LIMIT,
  MOST_BURST_SECONDS,
  type RateLimit,
} from "../core/host_traffic.ts";
import { complain } from "./fields.ts";

const DAY_MS = 86_400_000;

export const Canary = z.strictObject({
  percent: z.number().min(0).max(100),
  sticky: z.boolean(),
  auto_rollback: z.boolean(),
  max_error_percent: z.number().gt(0).max(100),
  max_latency_factor: z.number().min(1).max(100),
  window_ms: z.number().int().min(10_000).max(3_600_000),
  min_samples: z.number().int().min(1).max(1_000_000),
});

export const CanaryInput = z.strictObject({
  percent: Canary.shape.percent.default(DEFAULT_CANARY.percent),
  sticky: Canary.shape.sticky.default(DEFAULT_CANARY.sticky),
  auto_rollback: Canary.shape.auto_rollback.default(DEFAULT_CANARY.auto_rollback),
  max_error_percent: Canary.shape.max_error_percent.default(DEFAULT_CANARY.max_error_percent),
  max_latency_factor: Canary.shape.max_latency_factor.default(DEFAULT_CANARY.max_latency_factor),
  window_ms: Canary.shape.window_ms.default(DEFAULT_CANARY.window_ms),
  min_samples: Canary.shape.min_samples.default(DEFAULT_CANARY.min_samples),
});

const Rate = z.number().min(0.1).max(1_000_000);

export const RateFields = z.strictObject({
  requests_per_second: Rate,
  burst: z.number().int().min(1).max(10_000_000),
  per: z.enum(["client", "host"]),
});

/** What is wrong with a burst that would take so long to drain that no bucket can hold it; null where nothing is. */
export function burstFault(limit: Pick<RateLimit, "requests_per_second" | "burst">) {
  const { requests_per_second: rate, burst } = limit;
  if (burst <= rate * MOST_BURST_SECONDS) return null;
  return {
    message: `a burst of ${burst} takes longer than half an hour to drain at ${rate} requests a second`,
    remedy: `write at most ${Math.floor(rate * MOST_BURST_SECONDS)} as burst`,
  };
}

export const RateLimitInput = z.strictObject({
  requests_per_second: RateFields.shape.requests_per_second.default(DEFAULT_RATE_LIMIT.requests_per_second),
  burst: RateFields.shape.burst.default(DEFAULT_RATE_LIMIT.burst),
  per: RateFields.shape.per.default(DEFAULT_RATE_LIMIT.per),
}).check(complain(burstFault)).nullable();

/** null takes the limit away; of a limit that stays only what is named changes. */
export const RateLimitPatch = RateFields.partial().nullable();

export const Adaptive = z.strictObject({
  enabled: z.boolean(),
  evaluation_interval_ms: z.number().int().min(1_000).max(DAY_MS),
  latency_threshold_ms: z.number().int().min(1).max(DAY_MS),
  reduction_factor: z.number().gt(0).lt(1),
  recovery_factor: z.number().gt(1).max(10),
  min_rate: Rate,
  max_rate: Rate.nullable(),
});

export const AdaptiveInput = z.strictObject({
  enabled: Adaptive.shape.enabled.default(DEFAULT_ADAPTIVE.enabled),
  evaluation_interval_ms: Adaptive.shape.evaluation_interval_ms.default(
    DEFAULT_ADAPTIVE.evaluation_interval_ms,
  ),
  latency_threshold_ms: Adaptive.shape.latency_threshold_ms.default(DEFAULT_ADAPTIVE.latency_threshold_ms),
  reduction_factor: Adaptive.shape.reduction_factor.default(DEFAULT_ADAPTIVE.reduction_factor),
  recovery_factor: Adaptive.shape.recovery_factor.default(DEFAULT_ADAPTIVE.recovery_factor),
  min_rate: Adaptive.shape.min_rate.default(DEFAULT_ADAPTIVE.min_rate),
  max_rate: Adaptive.shape.max_rate.default(DEFAULT_ADAPTIVE.max_rate),
});
