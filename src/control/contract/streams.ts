import { z } from "zod";
import { StreamInput, StreamListen, StreamPatch } from "../../config/stream_schema.ts";
import { STREAM_ENDS, type StreamEnd } from "../../core/stream.ts";
import { contract } from "../operation_contract.ts";
import { count, fieldError, id, nothing, search, timestamp } from "./common.ts";

const streamState = z.enum(["serving", "down", "failed", "disabled"]);

/** Since Aegis began, over all its threads. */
const counters = {
  /** Connections (UDP: clients) now. */
  active: count,
  total: count,
  refused: count,
  failed: count,
  upload_bytes: count,
  download_bytes: count,
};

/** A stream as it stands, and how it does. The first half are the fields of `Stream` in core. */
export const streamView = z.strictObject({
  ...StreamInput.shape,
  id,
  origin: z.enum(["database", "file"]),
  created_at: timestamp,
  updated_at: timestamp,
  version: count,
  state: streamState,
  /** Why its port is not open; empty where it is. */
  fault: z.string(),
  upstream_state: z.strictObject({
    /** null: not checked. */
    up: z.boolean().nullable(),
    text: z.string(),
    checked_at: timestamp.nullable(),
  }),
  ...counters,
});

const connectionView = z.strictObject({
  id,
  at: timestamp,
  stream_id: id,
  /** null where it is gone. */
  stream_name: z.string().nullable(),
  transport: z.enum(["tcp", "udp"]),
  client: z.string(),
  server_name: z.string(),
  duration_ms: z.number(),
  upload_bytes: count,
  download_bytes: count,
  end: z.enum(Object.keys(STREAM_ENDS) as [StreamEnd, ...StreamEnd[]]),
  /** The end in words. */
  why: z.string(),
  detail: z.string(),
});

export const streamsContract = {
  "streams.list": contract({
    summary: "All streams and how they do",
    role: "viewer",
    changes: false,
    input: z.strictObject({ q: search.optional() }),
    output: z.array(streamView),
  }),
  "streams.get": contract({
    summary: "One stream, by id or name",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id }),
    output: streamView,
  }),
  "streams.create": contract({
    summary: "Pass a port on",
    role: "operator",
    changes: true,
    input: z.strictObject({ stream: StreamInput }),
    output: streamView,
  }),
  "streams.update": contract({
    summary: "Change fields of a stream; refused where `version` is given and no longer the current one",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, stream: StreamPatch, version: count.optional() }),
    output: streamView,
  }),
  "streams.delete": contract({
    summary: "Close a stream; what runs gets ten seconds to end",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, version: count.optional() }),
    output: nothing,
  }),
  "streams.set_enabled": contract({
    summary: "Switch a stream on or off",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, enabled: z.boolean() }),
    output: streamView,
  }),
  "streams.stats": contract({
    summary: "Live counters of all streams",
    role: "viewer",
    changes: false,
    input: z.strictObject({}),
    output: z.array(z.strictObject({ id, name: z.string(), state: streamState, ...counters })),
  }),
  "streams.connections": contract({
    summary: "The connection log, newest first: address, bytes, duration, reason of the end",
    role: "viewer",
    changes: false,
    input: z.strictObject({
      id: id.optional(),
      /** Only those that began before. */
      to: timestamp.optional(),
      limit: z.int().min(1).max(500).default(50),
    }),
    output: z.array(connectionView),
  }),
  "streams.validate_port": contract({
    summary: "Whether a stream could have a port: against every other listener, and the machine",
    role: "operator",
    changes: false,
    input: z.strictObject({
      listen: StreamListen,
      protocol: z.enum(["tcp", "udp", "both"]).default("tcp"),
      server_names: z.array(z.string().max(253)).max(256).default([]),
      alpn: z.array(z.string().max(64)).max(32).default([]),
      /** The stream that is to have it, where there is one already. */
      id: id.optional(),
    }),
    output: z.strictObject({ free: z.boolean(), fault: fieldError.nullable() }),
  }),
};
