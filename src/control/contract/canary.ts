import { z } from "zod";
import { contract } from "../operation_contract.ts";
import { count, id, note, timestamp } from "./common.ts";
import { hostView } from "./hosts.ts";

const milliseconds = z.number().min(0).nullable();

const side = z.strictObject({
  targets: z.array(id),
  requests: count,
  failures: count,
  /** null: there was no request. */
  failed_percent: z.number().nullable(),
  /** Milliseconds until an answer began; null where there was none. */
  p50: milliseconds,
  p95: milliseconds,
  p99: milliseconds,
});

export const canaryView = z.strictObject({
  host_id: id,
  host_name: z.string(),
  /** `none`: no target has the role `canary`; `off`: none of the traffic is theirs. */
  state: z.enum(["none", "off", "running", "rolled-back"]),
  percent: z.number(),
  rollback: z.strictObject({
    at: timestamp,
    reason: z.string(),
    /** Empty: Aegis itself. */
    by: z.string(),
  }).nullable(),
  /** Both sides count since then, at most for `window_ms`; null before the first look. */
  since: timestamp.nullable(),
  window_ms: count,
  primary: side,
  canary: side,
});

const host = z.strictObject({ id: z.string().min(1).max(253) });

export const canaryContract = {
  "hosts.canary": contract({
    summary: "How the canaries of a host do, beside its primaries",
    role: "viewer",
    changes: false,
    input: host,
    output: canaryView,
  }),
  "hosts.canary_promote": contract({
    summary: "Make the canaries of a host its primaries; the primaries stay as canaries without traffic",
    role: "operator",
    changes: true,
    input: host,
    output: hostView,
  }),
  "hosts.canary_rollback": contract({
    summary: "Give the canaries of a host no more traffic",
    role: "operator",
    changes: true,
    input: z.strictObject({ ...host.shape, reason: note.default("") }),
    output: canaryView,
  }),
  "hosts.canary_reset": contract({
    summary: "Give canaries that were rolled back their share again, and count anew",
    role: "operator",
    changes: true,
    input: host,
    output: canaryView,
  }),
};
