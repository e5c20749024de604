import type { AddressWords } from "../lib/ip.ts";
import type { BodySource } from "./body.ts";
import type { Tunnel } from "./exchange.ts";
import type { HeaderList } from "./header_list.ts";
import type { HostTimeouts } from "./host_timeouts.ts";
import type { Target } from "./target.ts";
import type { Reason } from "./reason.ts";
import type { ReputationReason } from "./reputation_reason.ts";
import type { UpstreamTls } from "./upstream_tls.ts";

/** How an exchange reaches a target; `Target.protocol` says in which protocol. */
export interface Transport {
  /** Sends one request; everything that comes of it arrives at `sink`. Never throws. */
  send(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall;
}

export interface UpstreamRequest {
  readonly target: Target;
  /** How its host speaks TLS to targets; absent: as usual. */
  readonly tls?: UpstreamTls;
  readonly method: string;
  /** Path and query as they go on the wire. */
  readonly path: string;
  /** With `host`, without hop-by-hop and framing fields: those are the transport's. Nobody changes it any more. */
  readonly headers: HeaderList;
  /** 26 characters, sent as `x-request-id` behind the other fields. */
  readonly requestId?: string;
  /** null: no body. */
  readonly body: BodySource | null;
  readonly timeouts: HostTimeouts;
  /** Protocol to upgrade to (`websocket`), or null. */
  readonly upgrade: string | null;
}

/**
 * Exactly one of `end`, `upgraded` and `failed` comes last, once; after `abort` nothing comes. `chunk` is only valid
 * during the call.
 */
export interface UpstreamSink {
  informational(status: number, headers: HeaderList): void;
  /** `length` as `ResponseWriter.head` takes it. Headers without hop-by-hop and framing fields. */
  head(status: number, headers: HeaderList, length: number | null): void;
  data(chunk: Uint8Array): void;
  end(trailers: HeaderList | null): void;
  upgraded(status: number, headers: HeaderList, tunnel: Tunnel): void;
  failed(failure: UpstreamFailure): void;
}

export interface UpstreamFailure {
  readonly reason: Extract<
    Reason,
    "upstream_connect" | "upstream_protocol" | "upstream_timeout" | "overload" | "timeout_client"
  >;
  readonly detail: string;
  /** False: not one byte of the request can have reached the target, so another target may be tried. */
  readonly sent: boolean;
}

export interface UpstreamCall {
  /** The client left or the answer is not wanted: the connection to the target is closed. Idempotent. */
  abort(): void;
  /** Back-pressure: `data` stops until `resume`. */
  pause(): void;
  resume(): void;
}

/** Structured log lines; `fields` use snake_case names. Masking is the logger's. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What a client's conduct has earned it, over all hosts and threads: −10 to +10, and back to 0 within 24 hours. */
export interface Reputation {
  of(client: AddressWords): number;
  /** `points`: below 0 for what speaks against it. */
  add(client: AddressWords, points: number, reason: ReputationReason): void;
}
