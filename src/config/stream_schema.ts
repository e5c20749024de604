import { z } from "zod";
import { isRouted, ON_HTTPS, type Stream, STREAM_DEFAULTS } from "../core/stream.ts";
import { parseStreamTarget } from "../core/stream_target.ts";
import { parseAddress } from "../lib/ip.ts";
import { Cidr, complain, Domain, formatListen, isNeverTarget } from "./fields.ts";
import { listenFault, parseListen } from "./values.ts";

/**
 * A stream as people write it: in aegis.yml, in REST and in the form. `StreamInput` fills in the defaults of spec 01;
 * `StreamPatch` changes what it names and nothing else, inside nested objects too. What fields mean together is checked by
 * `streamFaults`, which also sees a patched stream as a whole.
 */

const DAY_MS = 86_400_000;
const ms = (most: number) => z.number().int().min(1).max(most);
/** Slower than this a rate only holds connections open. */
const rate = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).check(complain((value: number) => {
  if (value === 0 || value >= 1_024) return null;
  return { message: `${value} bytes a second are too few`, remedy: "write at least 1024, or 0 for no limit" };
}));

export const StreamListen = z.string().overwrite((text) => {
  const address = parseListen(text);
  return address === null ? text.trim().toLowerCase() : formatListen(address);
}).check(complain((text: string) => {
  if (text === ON_HTTPS) return null;
  const fault = listenFault(text);
  if (fault !== null) return fault;
  if (parseListen(text)?.port !== 0) return null;
  return { message: "a stream needs a port of its own", remedy: "ports are 1 to 65535" };
}));

const Timeouts = z.strictObject({ connect_ms: ms(300_000), idle_ms: ms(7 * DAY_MS) });
const ProxyProtocol = z.strictObject({
  senders: z.array(Cidr).max(256),
  send: z.enum(["off", "v1", "v2"]),
});
const Health = z.strictObject({
  enabled: z.boolean(),
  interval_ms: ms(DAY_MS),
  timeout_ms: ms(300_000),
  unhealthy_threshold: z.number().int().min(1).max(100),
  healthy_threshold: z.number().int().min(1).max(100),
});

/** What is wrong with an upstream's text, or null. */
function streamTargetFault(text: string): { message: string; remedy: string } | null {
  const remedy = "write HOST:PORT such as 10.0.0.7:5432 or db.internal:5432, IPv6 in brackets";
  if (text.includes("://")) return { message: `"${text}" is a URL`, remedy };
  const target = parseStreamTarget(text);
  if (target === null) return { message: `"${text}" is no host with a port`, remedy };
  const words = target.isAddress ? parseAddress(target.host) : null;
  // [SECURITY] SSRF: cloud metadata hands out credentials to whoever can reach it.
  if (words !== null && isNeverTarget(words)) {
    return {
      message: `${target.host} is a link-local or metadata address`,
      remedy: "such addresses are never passed to",
    };
  }
  return null;
}

const FIELDS = {
  name: z.string().check(complain((name: string) => {
    if (/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/.test(name)) return null;
    return {
      message: `"${name}" is no name of a stream`,
      remedy: "write letters, digits, . _ - such as mail-in",
    };
  })),
  enabled: z.boolean(),
  notes: z.string().max(10_000),
  protocol: z.enum(["tcp", "udp", "both"]),
  listen: StreamListen,
  upstream: z.string().overwrite((text) => text.trim().toLowerCase()).check(complain(streamTargetFault)),
  server_names: z.array(Domain).max(256),
  alpn: z.array(
    z.string().check(complain((name: string) => {
      if (/^[\x21-\x7e]{1,64}$/.test(name)) return null;
      return {
        message: `"${name}" is no protocol name`,
        remedy: "write one as registered for ALPN, such as imap",
      };
    })),
  ).max(32),
  tls: z.enum(["pass", "terminate"]),
  certificate: z.string().max(128),
  max_connections: z.number().int().min(0).max(1_000_000),
  whitelist_cidrs: z.array(Cidr).max(10_000),
  blacklist_cidrs: z.array(Cidr).max(10_000),
  upload_rate_bytes: rate,
  download_rate_bytes: rate,
  log: z.boolean(),
};

const D = STREAM_DEFAULTS;

export const StreamInput = z.strictObject({
  name: FIELDS.name,
  enabled: FIELDS.enabled.default(D.enabled),
  notes: FIELDS.notes.default(D.notes),
  protocol: FIELDS.protocol.default(D.protocol),
  listen: FIELDS.listen,
  upstream: FIELDS.upstream,
  server_names: FIELDS.server_names.default([...D.server_names]),
  alpn: FIELDS.alpn.default([...D.alpn]),
  tls: FIELDS.tls.default(D.tls),
  certificate: FIELDS.certificate.default(D.certificate),
  max_connections: FIELDS.max_connections.default(D.max_connections),
  timeouts: z.strictObject({
    connect_ms: Timeouts.shape.connect_ms.default(D.timeouts.connect_ms),
    idle_ms: Timeouts.shape.idle_ms.default(D.timeouts.idle_ms),
  }).prefault({}),
  proxy_protocol: z.strictObject({
    senders: ProxyProtocol.shape.senders.default([...D.proxy_protocol.senders]),
    send: ProxyProtocol.shape.send.default(D.proxy_protocol.send),
  }).prefault({}),
  whitelist_cidrs: FIELDS.whitelist_cidrs.default([...D.whitelist_cidrs]),
  blacklist_cidrs: FIELDS.blacklist_cidrs.default([...D.blacklist_cidrs]),
  upload_rate_bytes: FIELDS.upload_rate_bytes.default(D.upload_rate_bytes),
  download_rate_bytes: FIELDS.download_rate_bytes.default(D.download_rate_bytes),
  health: z.strictObject({
    enabled: Health.shape.enabled.default(D.health.enabled),
    interval_ms: Health.shape.interval_ms.default(D.health.interval_ms),
    timeout_ms: Health.shape.timeout_ms.default(D.health.timeout_ms),
    unhealthy_threshold: Health.shape.unhealthy_threshold.default(D.health.unhealthy_threshold),
    healthy_threshold: Health.shape.healthy_threshold.default(D.health.healthy_threshold),
  }).prefault({}),
  log: FIELDS.log.default(D.log),
});

/** What is absent stays as it is; lists are replaced whole where they are named. */
export const StreamPatch = z.strictObject({
  ...FIELDS,
  timeouts: Timeouts.partial(),
  proxy_protocol: ProxyProtocol.partial(),
  health: Health.partial(),
}).partial();

export type StreamInput = z.input<typeof StreamInput>;
/** With every default filled in: a core `Stream` but for `id`, `origin`, `created_at`, `updated_at` and `version`. */
export type StreamFields = z.output<typeof StreamInput>;
export type StreamPatch = z.output<typeof StreamPatch>;

export interface StreamFault {
  readonly field: keyof StreamFields;
  readonly message: string;
  readonly remedy: string;
}

/** What of a stream's fields does not go together. */
export function streamFaults(
  stream: Pick<
    Stream,
    "protocol" | "listen" | "server_names" | "alpn" | "tls" | "certificate" | "proxy_protocol"
  >,
): StreamFault[] {
  const faults: StreamFault[] = [];
  const fault = (field: keyof StreamFields, message: string, remedy: string) =>
    void faults.push({ field, message, remedy });
  const routed = isRouted(stream);
  if (stream.protocol !== "tcp") {
    if (routed) {
      fault(
        "server_names",
        "UDP carries no TLS name to choose by",
        "leave server_names and alpn out, or protocol: tcp",
      );
    }
    if (stream.tls === "terminate") fault("tls", "TLS ends only on TCP", "tls: pass, or protocol: tcp");
    if (stream.proxy_protocol.send === "v1") {
      fault("proxy_protocol", "version 1 of the PROXY protocol knows no UDP", "send: v2");
    }
  }
  if (stream.listen === ON_HTTPS) {
    if (!routed) {
      fault(
        "server_names",
        "beside the hosts a stream is told by name or protocol",
        "add server_names or alpn",
      );
    }
    const own = stream.server_names.length === 0
      ? stream.alpn.find((name) => ["h2", "http/1.1", "acme-tls/1"].includes(name))
      : undefined;
    if (own !== undefined) {
      fault("alpn", `"${own}" is the hosts' own`, "add server_names, or name another protocol");
    }
    if (stream.proxy_protocol.senders.length > 0) {
      fault(
        "proxy_protocol",
        "the HTTPS listener reads PROXY headers itself",
        "set proxy_protocol at https_listen",
      );
    }
  }
  if (stream.certificate !== "" && stream.tls !== "terminate") {
    fault(
      "certificate",
      "a certificate is only used where TLS ends here",
      "tls: terminate, or leave it empty",
    );
  }
  return faults;
}
