/** How a host treats its traffic: trying a new version on a share of it, and how much of it there may be (spec 01, 02). */

/** A share of the requests goes to the targets with the role `canary`, and comes back by itself when they do worse. */
export interface Canary {
  /** 0 to 100, of requests; where `sticky`, of clients. */
  readonly percent: number;
  /** A client stays on the side that its address falls to. */
  readonly sticky: boolean;
  readonly auto_rollback: boolean;
  /** Failed requests of the canaries, in percent, at which they are taken out. */
  readonly max_error_percent: number;
  /** They are taken out where their p95 is above the primaries' times this. */
  readonly max_latency_factor: number;
  /** What is looked at. */
  readonly window_ms: number;
  /** Nothing is decided on fewer requests. */
  readonly min_samples: number;
}

/** Requests that one client, or all together, may send. Over it: 429. */
export interface RateLimit {
  readonly requests_per_second: number;
  /** So many at once after a pause. */
  readonly burst: number;
  readonly per: "client" | "host";
}

/** Lowers `rate_limit` while targets are slow, and raises it again. */
export interface Adaptive {
  readonly enabled: boolean;
  readonly evaluation_interval_ms: number;
  /** p95 of the targets' answers above which the rate is lowered. */
  readonly latency_threshold_ms: number;
  readonly reduction_factor: number;
  readonly recovery_factor: number;
  /** Requests a second below which the rate never falls. */
  readonly min_rate: number;
  /** Requests a second to which it may grow while targets are fast; null: to `rate_limit` only. */
  readonly max_rate: number | null;
}

export const DEFAULT_CANARY: Canary = Object.freeze({
  percent: 0,
  sticky: true,
  auto_rollback: true,
  max_error_percent: 10,
  max_latency_factor: 2,
  window_ms: 300_000,
  min_samples: 20,
});

export const DEFAULT_RATE_LIMIT: RateLimit = Object.freeze({
  requests_per_second: 100,
  burst: 150,
  per: "client",
});

export const DEFAULT_ADAPTIVE: Adaptive = Object.freeze({
  enabled: true,
  evaluation_interval_ms: 10_000,
  latency_threshold_ms: 500,
  reduction_factor: 0.8,
  recovery_factor: 1.1,
  min_rate: 10,
  max_rate: null,
});

/** The longest that a full burst may take to drain, seconds: what the counters of the limiter can hold. */
export const MOST_BURST_SECONDS = 1_800;
