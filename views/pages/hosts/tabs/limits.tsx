import { SelectField, SwitchField, TextField } from "../../../components/field.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** How much may come, and what is done when targets get slow or break. */
export function LimitsTab({ host, form }: TabProps) {
  const { rate_limit: limit, adaptive, circuit_breaker: breaker } = host;
  const number = (
    name: string,
    label: string,
    value: number | string,
    hint?: string,
    placeholder?: string,
  ) => (
    <TextField
      form={form}
      name={name}
      label={label}
      value={value}
      inputmode="numeric"
      {...(hint === undefined ? {} : { hint })}
      {...(placeholder === undefined ? {} : { placeholder })}
    />
  );
  return (
    <>
      <Card title="Rate limit">
        <SwitchField
          form={form}
          name="rate_limit.on"
          label="Limit requests"
          hint="Over it a visitor is answered 429, and told when to come again."
          checked={limit !== null}
        />
        <div class="pair">
          {number("rate_limit.requests_per_second", "Requests a second", limit?.requests_per_second ?? 100)}
          {number("rate_limit.burst", "At once after a pause (burst)", limit?.burst ?? 150)}
        </div>
        <SelectField
          form={form}
          name="rate_limit.per"
          label="Counted for"
          value={limit?.per ?? "client"}
          options={[
            { value: "client", text: "Each visitor" },
            { value: "host", text: "The whole host" },
          ]}
          hint="A visitor is one IPv4 address, or one IPv6 network of /64."
        />
      </Card>
      <Card title="When targets are slow">
        <SwitchField
          form={form}
          name="adaptive.enabled"
          label="Lower the rate limit while targets answer slowly"
          hint="A host without a rate limit is left alone."
          checked={adaptive.enabled}
        />
        <div class="pair">
          {number(
            "adaptive.latency_threshold_ms",
            "Slow means a p95 above, in ms",
            adaptive.latency_threshold_ms,
          )}
          {number(
            "adaptive.evaluation_interval_ms",
            "Measured every, in ms",
            adaptive.evaluation_interval_ms,
          )}
        </div>
        <div class="pair">
          {number(
            "adaptive.reduction_factor",
            "When slow, multiply the rate by",
            adaptive.reduction_factor,
            "After each step down, one measurement passes by.",
          )}
          {number(
            "adaptive.recovery_factor",
            "When fast again, multiply it by",
            adaptive.recovery_factor,
            "Once p95 is under 70 % of the threshold.",
          )}
        </div>
        <div class="pair">
          {number("adaptive.min_rate", "Lowest rate, a second", adaptive.min_rate)}
          {number(
            "adaptive.max_rate",
            "Highest rate, a second",
            adaptive.max_rate ?? "",
            undefined,
            "the rate limit",
          )}
        </div>
      </Card>
      <Card title="When a target breaks">
        <div class="pair">
          {number(
            "circuit_breaker.failure_threshold",
            "Failures in a row that open its breaker",
            breaker.failure_threshold,
            "5xx or no answer. One broken page counts once.",
          )}
          {number(
            "circuit_breaker.open_timeout_ms",
            "No requests go to it for, in ms",
            breaker.open_timeout_ms,
          )}
        </div>
        <div class="pair">
          {number(
            "circuit_breaker.half_open_max_requests",
            "Requests that then try it, at once",
            breaker.half_open_max_requests,
          )}
          {number(
            "circuit_breaker.success_threshold",
            "Good answers that close it",
            breaker.success_threshold,
          )}
        </div>
        <p class="small muted">
          The last target that is left is never spared: with one target, or with all of them broken, traffic
          goes on.
        </p>
      </Card>
    </>
  );
}
