import { z } from "zod";
import { count, id, nothing, search, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

/** Where hosts come from besides the database: a file that declares them, containers that ask for them. */
export const hostSource = z.strictObject({
  kind: z.enum(["file", "docker"]),
  /** Path of the file, or of the engine's socket. */
  place: z.string(),
  state: z.enum(["ok", "failed"]),
  text: z.string(),
  /** What in it cannot be obeyed; the rest is in force. */
  problems: z.array(z.strictObject({ where: z.string(), message: z.string(), remedy: z.string() }))
    .readonly(),
});

export const systemStatus = z.strictObject({
  version: z.string(),
  /** How this executable was built: `compiled`, `portable` or `source`. */
  form: z.string(),
  commit: z.string(),
  built_at: z.string(),
  deno: z.string(),
  v8: z.string(),
  ruleset_version: z.string(),
  started_at: timestamp,
  threads: z.array(z.strictObject({ kind: z.string(), index: z.int(), state: z.string(), restarts: count })),
  listeners: z.array(z.strictObject({
    name: z.string(),
    address: z.string(),
    state: z.enum(["open", "failed", "off"]),
    remedy: z.string().optional(),
  })),
  database: z.strictObject({ path: z.string(), bytes: count, error: z.string().optional() }),
  log: z.strictObject({ lost: count, sampled_out: count, error: z.string().optional() }),
  sources: z.array(hostSource),
  memory_bytes: count,
  snapshot_version: count,
  /** Bans that Aegis makes by itself, since the start. */
  automatic_bans: z.strictObject({
    state: z.enum(["on", "paused"]),
    /** Why it is paused, and what to do. */
    text: z.string(),
    banned: count,
    exempt: count,
    paused: count,
    evicted: count,
  }),
  /** What protects, and whether it is on; with the remedy where it cannot be. */
  layers: z.array(z.strictObject({ name: z.string(), state: z.string(), remedy: z.string().optional() })),
});

export const auditRow = z.strictObject({
  id,
  at: timestamp,
  actor_kind: z.string(),
  actor_id: z.string(),
  actor_name: z.string(),
  address: z.string(),
  /** Name of the operation. */
  action: z.string(),
  /** What was changed: an id or a name. */
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});

export const systemContract = {
  "system.status": contract({
    summary: "Versions, threads, listeners, database, log, and which layers are on",
    role: "viewer",
    changes: false,
    input: nothing,
    output: systemStatus,
  }),
  "system.reload": contract({
    summary: "Read the configuration again and put everything in force anew",
    role: "admin",
    changes: true,
    input: nothing,
    output: z.strictObject({ version: count }),
  }),
  "system.trust_bundle": contract({
    summary: "ZIP with the local CA and how to trust it on each platform",
    role: "anyone",
    changes: false,
    input: nothing,
    output: z.strictObject({
      file_name: z.string(),
      /** The ZIP, base64. */
      content: z.string(),
      ca_fingerprint: z.string(),
    }),
  }),
  "audit.list": contract({
    summary: "Who changed what, newest first",
    role: "admin",
    changes: false,
    input: z.strictObject({
      q: search.optional(),
      /** Cursor: `next` of the page before. */
      before: z.string().max(200).optional(),
      limit: z.int().min(1).max(500).default(50),
    }),
    output: z.strictObject({ rows: z.array(auditRow), next: z.string().nullable() }),
  }),
};
