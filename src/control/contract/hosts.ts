import { z } from "zod";
import { HostInput, HostPatch, PathInput } from "../../config/host_schema.ts";
import { certificateFacts } from "./certificates.ts";
import { count, id, nothing, search, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

const hostState = z.enum(["serving", "down", "disabled"]);

const targetView = z.strictObject({
  id,
  url: z.string(),
  weight: z.int(),
  backup: z.boolean(),
  role: z.enum(["primary", "canary"]),
  verify_tls: z.boolean(),
  protocol: z.enum(["http1", "h2"]),
});

/** A host as it stands, and how it does. The first half are the fields of `Host` in core. */
export const hostView = z.strictObject({
  ...HostInput.shape,
  targets: z.array(targetView),
  paths: z.array(z.strictObject({ ...PathInput.shape, targets: z.array(targetView) })),
  id,
  origin: z.enum(["database", "file", "docker"]),
  created_at: timestamp,
  updated_at: timestamp,
  version: count,
  state: hostState,
  targets_state: z.array(z.strictObject({
    id,
    url: z.string(),
    /** null: not checked yet. */
    up: z.boolean().nullable(),
    text: z.string(),
    checked_at: timestamp.nullable(),
  })),
  /** What is switched on for a while, milliseconds since 1970 until it ends by itself; null: off. */
  switches: z.strictObject({
    under_attack: timestamp.nullable(),
    maintenance: timestamp.nullable(),
    waf_pause: timestamp.nullable(),
  }),
  requests_24h: count,
  blocked_24h: count,
  detected_24h: count,
});

export const hostsContract = {
  "hosts.list": contract({
    summary: "All hosts and how they do",
    role: "viewer",
    changes: false,
    input: z.strictObject({ q: search.optional(), state: hostState.optional() }),
    output: z.array(hostView),
  }),
  "hosts.get": contract({
    summary: "One host, by id or by one of its domains",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id: z.string().min(1).max(253) }),
    output: hostView,
  }),
  "hosts.create": contract({
    summary: "Serve a new host",
    role: "operator",
    changes: true,
    input: z.strictObject({ host: HostInput }),
    output: hostView,
  }),
  "hosts.update": contract({
    summary: "Change fields of a host; refused where `version` is given and no longer the current one",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, host: HostPatch, version: count.optional() }),
    output: hostView,
  }),
  "hosts.delete": contract({
    summary: "Serve a host no longer",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, version: count.optional() }),
    output: nothing,
  }),
  "hosts.set_enabled": contract({
    summary: "Switch a host on or off",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, enabled: z.boolean() }),
    output: hostView,
  }),
  "hosts.test_tls": contract({
    summary: "Shake hands with a host's target over TLS and show its chain, and why it does not verify",
    role: "operator",
    changes: false,
    input: z.strictObject({
      id: z.string().min(1).max(253),
      /** Absent: the first target that is spoken to over TLS. */
      target_id: id.optional(),
    }),
    output: z.strictObject({
      reachable: z.boolean(),
      /** The chain and the name are good by the host's settings. */
      verified: z.boolean(),
      text: z.string(),
      /** `TLSv1.3`; empty where there was no handshake. */
      version: z.string(),
      /** What was negotiated: `h2`, `http/1.1`, or empty. */
      protocol: z.string(),
      /** The name that was sent and verified. */
      server_name: z.string(),
      /** Leaf first, as the target sent them. */
      chain: z.array(certificateFacts),
    }),
  }),
  "hosts.test": contract({
    summary: "Send one request to a target and say what came of it",
    role: "operator",
    changes: false,
    input: z.union([
      z.strictObject({ id: z.string().min(1).max(253) }),
      z.strictObject({ url: z.string().min(1).max(2_048), verify_tls: z.boolean().default(true) }),
    ]),
    output: z.strictObject({
      reachable: z.boolean(),
      status: z.int().nullable(),
      latency_ms: z.number().nullable(),
      text: z.string(),
    }),
  }),
};
