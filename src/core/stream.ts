/**
 * A stream after validation, all defaults filled in (spec 01, Streams): TCP or UDP from a port of this machine to one
 * upstream. Field names are the contract of REST and YAML.
 */
export interface Stream {
  readonly id: string;
  /** Unique among streams; what logs and people call it. */
  readonly name: string;
  readonly enabled: boolean;
  readonly notes: string;
  readonly protocol: StreamProtocol;
  /** `ADDRESS:PORT` as `formatListen` writes it, or `https`: beside the hosts, on every HTTPS listener. */
  readonly listen: string;
  /** `HOST:PORT`, IPv6 in brackets. */
  readonly upstream: string;
  /**
   * Of a TLS client: exact names or `*.example.com`, lower case. Where they or `alpn` are set, other streams (and with
   * `https` the hosts) may share the port, and the client's first message decides: so on a shared port the client has to
   * speak first, within the handshake's time. Both empty: all that come.
   */
  readonly server_names: readonly string[];
  /** Protocols (RFC 7301) of which the client must offer one, e.g. `ssh`, `imap`. */
  readonly alpn: readonly string[];
  /** `pass`: bytes go through as they are. `terminate`: TLS ends here, the upstream gets what was inside. */
  readonly tls: "pass" | "terminate";
  /** Id of a stored certificate; empty: by the name that the client asks for, else the local CA's. */
  readonly certificate: string;
  /** Connections (UDP: clients) at once over all threads; 0: only the process's own bound. */
  readonly max_connections: number;
  readonly timeouts: StreamTimeouts;
  readonly proxy_protocol: StreamProxyProtocol;
  /** Not empty: nobody else enters. Who stands here is spared bans and `l4_conn_limit`. */
  readonly whitelist_cidrs: readonly string[];
  readonly blacklist_cidrs: readonly string[];
  /** Bytes a second of one connection, from the client and to it; 0: no limit. */
  readonly upload_rate_bytes: number;
  readonly download_rate_bytes: number;
  /** A TCP connect to the upstream; its result is shown, connections are tried all the same. */
  readonly health: StreamHealth;
  /** Each connection gets a row: address, bytes, duration, reason of its end. */
  readonly log: boolean;
  /** `database` is editable; `file` was declared in aegis.yml and is read-only in UI and API. */
  readonly origin: "database" | "file";
  /** Milliseconds since 1970. */
  readonly created_at: number;
  readonly updated_at: number;
  /** Grows by one with each change; REST shows it as ETag. */
  readonly version: number;
}

export type StreamProtocol = "tcp" | "udp" | "both";

export interface StreamTimeouts {
  readonly connect_ms: number;
  /** Without a byte either way. */
  readonly idle_ms: number;
}

export interface StreamProxyProtocol {
  /** Networks whose connections (UDP: datagrams, version 2) must begin with a PROXY header. */
  readonly senders: readonly string[];
  /** What the upstream is told of the client. UDP: before each datagram, version 2 only. */
  readonly send: "off" | "v1" | "v2";
}

export interface StreamHealth {
  readonly enabled: boolean;
  readonly interval_ms: number;
  readonly timeout_ms: number;
  readonly unhealthy_threshold: number;
  readonly healthy_threshold: number;
}

/** What a stream is where its author says nothing. */
export const STREAM_DEFAULTS = Object.freeze({
  enabled: true,
  notes: "",
  protocol: "tcp",
  server_names: [],
  alpn: [],
  tls: "pass",
  certificate: "",
  max_connections: 0,
  timeouts: Object.freeze({ connect_ms: 5_000, idle_ms: 300_000 }),
  proxy_protocol: Object.freeze({ senders: [], send: "off" }),
  whitelist_cidrs: [],
  blacklist_cidrs: [],
  upload_rate_bytes: 0,
  download_rate_bytes: 0,
  health: Object.freeze({
    enabled: true,
    interval_ms: 10_000,
    timeout_ms: 3_000,
    unhealthy_threshold: 3,
    healthy_threshold: 2,
  }),
  log: true,
}) satisfies Omit<
  Stream,
  "id" | "name" | "listen" | "upstream" | "origin" | "created_at" | "updated_at" | "version"
>;

/** `listen` of streams that stand beside the hosts. */
export const ON_HTTPS = "https";

/** True where the client's first message decides who gets the connection. */
export function isRouted(stream: Pick<Stream, "server_names" | "alpn">): boolean {
  return stream.server_names.length > 0 || stream.alpn.length > 0;
}

export function carries(stream: Pick<Stream, "protocol">, transport: "tcp" | "udp"): boolean {
  return stream.protocol === "both" || stream.protocol === transport;
}

/** Why a connection ended, or was not let in. */
export const STREAM_ENDS = Object.freeze({
  client: "closed by the client",
  upstream: "closed by the upstream",
  idle: "no byte for the idle time-out",
  connect: "the upstream could not be reached",
  ban: "banned",
  blacklist: "on the black list",
  not_listed: "not on the white list",
  max_connections: "too many connections",
  tls: "the TLS handshake failed",
  no_route: "asked for a name that no stream has",
  evicted: "made room for another client",
  changed: "the stream was changed or removed",
  stop: "Aegis stopped",
});

export type StreamEnd = keyof typeof STREAM_ENDS;

/** One line of the connection log. */
export interface StreamRecord {
  readonly id: string;
  /** Its beginning, milliseconds since 1970. */
  readonly at: number;
  readonly streamId: string;
  readonly transport: "tcp" | "udp";
  readonly client: string;
  /** Name that a TLS client asked for; empty where none is known. */
  readonly serverName: string;
  readonly durationMs: number;
  /** From the client, and to it. */
  readonly uploadBytes: number;
  readonly downloadBytes: number;
  readonly end: StreamEnd;
  /** Operator's text; empty where the reason says all. */
  readonly detail: string;
}
