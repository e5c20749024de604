import { z } from "zod";
import { contract } from "../operation_contract.ts";
import { count, id, timestamp } from "./common.ts";

const milliseconds = z.number().min(0).nullable();

export const hostTargets = z.strictObject({
  host_id: id,
  balance: z.string(),
  /** Requests a second; null: the host has no limit. */
  rate: z.strictObject({ configured: z.number(), now: z.number() }).nullable(),
  targets: z.array(z.strictObject({
    id,
    url: z.string(),
    role: z.enum(["primary", "canary"]),
    backup: z.boolean(),
    weight: z.int(),
    /** null: not checked yet. */
    up: z.boolean().nullable(),
    text: z.string(),
    checked_at: timestamp.nullable(),
    breaker: z.enum(["closed", "open", "half-open"]),
    /** Times that it opened since the target is known to this process. */
    breaker_openings: count,
    /** Percent of its weight that it gets. */
    warm_up: z.int().min(0).max(100),
    /** Requests that run there now. */
    active: count,
    /** Answers of the last minute, 1,000 at most, that the next three are of: milliseconds until an answer began. */
    samples: count,
    p50: milliseconds,
    p95: milliseconds,
    p99: milliseconds,
  })),
});

export const targetTrafficContract = {
  "hosts.targets": contract({
    summary: "How the targets of a host do with its traffic, now",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id: z.string().min(1).max(253) }),
    output: hostTargets,
  }),
};
