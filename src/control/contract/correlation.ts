import { z } from "zod";
import { contract } from "../operation_contract.ts";
import { count, id, nothing, severity, timestamp } from "./common.ts";

export const correlationEventView = z.strictObject({
  id,
  /** Of the request that met the rule. */
  at: timestamp,
  rule_id: z.string(),
  rule_name: z.string(),
  severity,
  host_id: z.string(),
  /** First domain; null where the host is gone. */
  host_name: z.string().nullable(),
  group_by: z.string(),
  /** The address or network, the fingerprint; of a cookie a keyed hash. */
  group: z.string(),
  /** Addresses that took part, that of the last request first. */
  clients: z.array(z.string()),
  action: z.enum(["blocked", "detected"]),
  /** `none`: it only was written down. `over`: nobody is kept out for it now. */
  block: z.enum(["none", "in_force", "over"]),
  blocked_until: timestamp.nullable(),
  window_seconds: z.int(),
  threshold: z.int(),
  /** Requests that counted. */
  counted: count,
  /** Steps of the rule that they met, each by what was found; several may be met by one request. Empty: it has none. */
  steps: z.array(z.string()),
});

export const correlationSnapshot = z.strictObject({
  /** Request id, as in the log. */
  id: z.string(),
  at: timestamp,
  client: z.string(),
  method: z.string(),
  target: z.string(),
  user_agent: z.string(),
  status: z.int(),
  size: count,
  content_type: z.string(),
  latency_ms: z.number(),
  body_bytes: count,
  /** Keyed: equal for equal bodies. Empty where there was none, or no rule asks for bodies. */
  body_hash: z.string(),
  rule_ids: z.array(z.string()),
  /** False: what the same client did in between. */
  counted: z.boolean(),
});

export const correlationContract = {
  "correlation.list": contract({
    summary: "What correlated rules were met by, newest first, and how the analyst is doing",
    role: "viewer",
    changes: false,
    input: z.strictObject({
      /** Host id or domain. */
      host: z.string().max(253).optional(),
      rule: z.string().max(64).optional(),
      /** Address of the last request. */
      client: z.string().max(64).optional(),
      action: z.enum(["blocked", "detected"]).optional(),
      /** Cursor: `next` of the page before. */
      before: z.string().max(64).optional(),
      limit: z.int().min(1).max(200).default(50),
    }),
    output: z.strictObject({
      events: z.array(correlationEventView),
      next: z.string().nullable(),
      analyst: z.strictObject({
        /** Since its start: requests that it looked at. */
        requests: count,
        /** Requests that it was not told of, because it was behind: the oldest are left out first. */
        lost: count,
        events: count,
        /** Events that were too many to be written down. */
        unwritten: count,
        /** Clients whose last requests it remembers, and in how much memory. */
        clients: count,
        bytes: count,
      }),
      /** Correlated rules that are in force somewhere. */
      rules: z.array(z.strictObject({ id: z.string(), name: z.string(), hosts: count })),
    }),
  }),
  "correlation.get": contract({
    summary: "One event with the requests that made it",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id }),
    output: z.strictObject({ ...correlationEventView.shape, snapshots: z.array(correlationSnapshot) }),
  }),
  "correlation.lift": contract({
    summary: "Let the clients of an event come through again",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: nothing,
  }),
};
