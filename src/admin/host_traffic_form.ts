import type { OperationInput } from "../control/operation.ts";
import type { FormReader } from "./form_reader.ts";

type HostPatch = OperationInput<"hosts.update">["host"];

/** The tab "Limits": rate limit, adaptive rate, circuit breaker. */
export function readLimits(form: FormReader): HostPatch {
  const limit = {
    requests_per_second: form.decimal("rate_limit.requests_per_second"),
    burst: form.whole("rate_limit.burst"),
    per: form.text("rate_limit.per") as "client",
  };
  const maxRate = form.text("adaptive.max_rate");
  return {
    rate_limit: form.isOn("rate_limit.on") ? limit : null,
    adaptive: {
      enabled: form.isOn("adaptive.enabled"),
      evaluation_interval_ms: form.whole("adaptive.evaluation_interval_ms"),
      latency_threshold_ms: form.whole("adaptive.latency_threshold_ms"),
      reduction_factor: form.decimal("adaptive.reduction_factor"),
      recovery_factor: form.decimal("adaptive.recovery_factor"),
      min_rate: form.decimal("adaptive.min_rate"),
      max_rate: maxRate === "" ? null : form.decimal("adaptive.max_rate"),
    },
    circuit_breaker: {
      failure_threshold: form.whole("circuit_breaker.failure_threshold"),
      success_threshold: form.whole("circuit_breaker.success_threshold"),
      open_timeout_ms: form.whole("circuit_breaker.open_timeout_ms"),
      half_open_max_requests: form.whole("circuit_breaker.half_open_max_requests"),
    },
  };
}

/** The tab "Canary". */
export function readCanary(form: FormReader): HostPatch {
  return {
    canary: {
      percent: form.decimal("canary.percent"),
      sticky: form.isOn("canary.sticky"),
      auto_rollback: form.isOn("canary.auto_rollback"),
      max_error_percent: form.decimal("canary.max_error_percent"),
      max_latency_factor: form.decimal("canary.max_latency_factor"),
      window_ms: form.whole("canary.window_ms"),
      min_samples: form.whole("canary.min_samples"),
    },
  };
}
