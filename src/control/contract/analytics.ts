import { z } from "zod";
import { count, id, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

export const range = z.enum(["1h", "24h", "7d", "30d"]);

const counts = {
  requests: count,
  allowed: count,
  detected: count,
  blocked: count,
  challenged: count,
};

/** One thing that needs a person. */
export const attentionItem = z.strictObject({
  kind: z.enum([
    "no-host",
    "target-down",
    "detect-only",
    "attack",
    "log-lossy",
    "certificate-due",
    "not-serving",
    "canary-rollback",
    "waf-rollback",
    "source-trouble",
    "shared-address",
  ]),
  severity: z.enum(["down", "slow", "off"]),
  /** The bold half of the line. */
  title: z.string(),
  /** The rest, a sentence with its figures. */
  text: z.string(),
  host_id: id.nullable(),
  /** The rows behind the figures: filters of traffic.query. */
  filter: z.record(z.string(), z.string()),
});

export const targetState = z.strictObject({
  host_id: id,
  host_name: z.string(),
  id,
  url: z.string(),
  /** null: not checked yet. */
  up: z.boolean().nullable(),
  text: z.string(),
  checked_at: timestamp.nullable(),
  since: timestamp.nullable(),
});

export const dashboard = z.strictObject({
  range,
  from: timestamp,
  to: timestamp,
  /** Whether anything is wrong now, in one sentence, and what is known behind it. */
  headline: z.strictObject({
    state: z.enum(["quiet", "attention", "attack", "empty", "idle"]),
    text: z.string(),
    detail: z.string(),
  }),
  totals: z.strictObject({
    ...counts,
    /** null: nothing measured in the range. */
    latency_p95_ms: z.number().nullable(),
    /** What Aegis itself added, p95; null where nothing was measured. */
    added_p95_ms: z.number().nullable(),
    /** Of all requests, 0 to 1; null where there was none. */
    blocked_rate: z.number().nullable(),
    /** Over the last minute. */
    requests_per_second: z.number(),
  }),
  timeline: z.array(
    z.strictObject({ at: timestamp, allowed: count, detected: count, blocked: count, challenged: count }),
  ),
  /** Length of one bucket of the timeline. */
  bucket_ms: z.int(),
  top_clients: z.array(z.strictObject({
    client: z.string(),
    /** ISO 3166-1 alpha-2; empty: not known, as are city and network. */
    country: z.string(),
    city: z.string(),
    network: z.string(),
    requests: count,
    blocked: count,
  })),
  /** Of those that are known, the busiest first. */
  countries: z.array(
    z.strictObject({ country: z.string(), name: z.string(), requests: count, blocked: count }),
  ),
  top_hosts: z.array(
    z.strictObject({ host_id: z.string(), name: z.string(), requests: count, blocked: count }),
  ),
  top_rules: z.array(
    z.strictObject({ rule_id: z.string(), name: z.string(), findings: count, blocked: count }),
  ),
  targets: z.array(targetState),
  targets_up: count,
  attention: z.array(attentionItem),
  certificates_due: z.array(z.strictObject({ id, names: z.array(z.string()), expires_at: timestamp })),
});

const inRange = z.strictObject({ range: range.default("24h") });
const most = inRange.extend({ limit: z.int().min(1).max(100).default(8) });
const { timeline, bucket_ms, top_clients, top_hosts, top_rules } = dashboard.shape;
const span = { from: timestamp, to: timestamp };

function read<Input extends z.ZodType, Output extends z.ZodType>(
  summary: string,
  input: Input,
  output: Output,
) {
  return contract({ summary, role: "viewer", changes: false, input, output });
}

export const analyticsContract = {
  "analytics.dashboard": read(
    "Is anything wrong now, what was blocked, what needs a person",
    inRange,
    dashboard,
  ),
  "analytics.timeline": read(
    "Requests over time, by what became of them",
    inRange,
    z.strictObject({ ...span, bucket_ms, timeline }),
  ),
  "analytics.top_ips": read(
    "The clients with the most requests",
    most,
    z.strictObject({ ...span, top_clients }),
  ),
  "analytics.top_hosts": read("The busiest hosts", most, z.strictObject({ ...span, top_hosts })),
  "analytics.top_rules": read(
    "The rules that found most",
    most,
    z.strictObject({ ...span, top_rules }),
  ),
};
