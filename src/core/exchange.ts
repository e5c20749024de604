import type { BodySource } from "./body.ts";
import type { Finding } from "./finding.ts";
import type { HeaderList } from "./header_list.ts";
import type { ConnectionInfo } from "./connection.ts";
import type { LastingRefusal } from "./lasting_refusal.ts";
import type { AnswerParts, PreparedAnswer } from "./prepared_answer.ts";
import type { Reason } from "./reason.ts";

/** The request's head as the codec validated it. Byte strings (one char a byte) throughout. */
export interface RequestHead {
  readonly method: string;
  /** Of the connection: `https` where it is TLS. */
  readonly scheme: "http" | "https";
  /** Host header or `:authority`, lower case, with port where sent. */
  readonly authority: string;
  /** Path as sent, starts with `/` (or is `*` for OPTIONS). Never contains `?` or `#`. */
  readonly rawPath: string;
  /** After the first `?`, without it; null where there was none. */
  readonly rawQuery: string | null;
  /** All fields as received, hop-by-hop ones too; without HTTP/2's pseudo-headers, with `host`. */
  readonly headers: HeaderList;
  /** Protocol asked for by an upgrade (`websocket`) or an Extended CONNECT, lower case; else null. */
  readonly upgrade: string | null;
}

/** Bytes both ways after an upgrade. */
export interface Tunnel {
  /** Starts what comes from this side; its `end` means that side will send no more. */
  readonly incoming: BodySource;
  /** False: wait for `onDrain` before the next write. */
  write(chunk: Uint8Array): boolean;
  /** Sends what is written, then closes the sending half. */
  end(): void;
  /** Both halves, now. */
  destroy(): void;
  onDrain: (() => void) | null;
}

/**
 * The way back to the client. Call `head` once, then `write` and `end`; or `tunnel`; or `abort`. Header lists are
 * without hop-by-hop fields: framing (content-length, chunked, connection) is the codec's.
 */
export interface ResponseWriter {
  /** 1xx but 101. Silently dropped where the client's protocol cannot take it (HTTP/1.0). */
  informational(status: number, headers: HeaderList): void;
  /** `length`: bytes that follow, null where not known. A body of HEAD, 204 and 304 is never written. */
  head(status: number, headers: HeaderList, length: number | null): void;
  /** False: the client reads slowly, wait for `onDrain`. The codec owns a copy or has sent it when this returns. */
  write(chunk: Uint8Array): boolean;
  end(trailers: HeaderList | null): void;
  /** Head, whole body and end in one write. */
  send(status: number, headers: HeaderList, body: Uint8Array | null): void;
  /** The whole of an answer that is often sent, with what of it is this request's own. */
  sendPrepared(answer: PreparedAnswer, parts: AnswerParts): void;
  /** The answer cannot be finished: RST_STREAM, or the connection's end, never a clean one. */
  abort(detail: string): void;
  /** Answers the upgrade (101, or 200 to an Extended CONNECT) and leaves the bytes to the caller. */
  tunnel(headers: HeaderList): Tunnel;
  /** True once `head`, `send` or `tunnel` was called. */
  readonly started: boolean;
  /** Bytes of body written so far. */
  readonly bodyBytes: number;
  onDrain: (() => void) | null;
  /** The client is gone (or too slow to live) before the answer ended. Called at most once; set it before `head`. */
  onAbort: ((detail: string) => void) | null;
  /** The answer is complete and handed to the socket, or aborted. Called exactly once. */
  onDone: (() => void) | null;
  /** After this answer the connection ends (HTTP/1.1 `connection: close`, HTTP/2 GOAWAY). Before `head`. */
  closeAfter(): void;
}

/**
 * One request and its response. The codec fills the upper half and cannot be told apart by anybody after it; the
 * lower half is what the stages find out, in their order.
 */
export class Exchange {
  readonly protocol: "HTTP/1.0" | "HTTP/1.1" | "HTTP/2";
  readonly connection: ConnectionInfo;
  readonly request: RequestHead;
  readonly body: BodySource;
  readonly response: ResponseWriter;
  /** 26 characters, time-ordered (ULID); `X-Request-ID`, shown to client and operator. */
  readonly id: string;
  /** Wall clock and monotonic milliseconds at the head's last byte. */
  readonly receivedAt: number;
  readonly startedAt: number;
  /** How the client's HTTP/2 begins: `SETTINGS|WINDOW_UPDATE|PRIORITY|pseudo-headers`; empty for HTTP/1.1. */
  readonly fingerprint: string;

  /** Stage 04: the real client's address, canonical text. */
  client: string;
  /** Stage 04: what the real client speaks; a trusted proxy may have ended its TLS. */
  scheme: "http" | "https";
  /** Stage 04: the peer is a trusted proxy. */
  viaProxy = false;
  /** Stage 06: decoded once, dot segments and `//` resolved. */
  path = "";
  /** Stage 06: id of the host that answers; empty before. */
  hostId = "";
  /** Stage 11: white-listed; what would refuse it is only recorded. */
  marked = false;
  /** What the rules found, for the record. */
  findings: Finding[] = [];
  score = 0;
  threshold = 0;
  /** Why it was refused (or would have been), null where it was not. */
  reason: Reason | null = null;
  /** Extended reason for the log: rule id, list name, limit. */
  detail = "";
  action: ExchangeAction = "allowed";
  /** What refuses the same request again; null: it would have to be judged anew. */
  lasting: LastingRefusal | null = null;
  /** Status of the answer as sent; 0 where there was none. */
  status = 0;
  requestBytes = 0;
  /** Target that answered, and milliseconds until its response head. */
  targetId = "";
  upstreamMs = -1;
  /** Milliseconds of CPU-bound work in the rule engine. */
  wafMs = 0;

  constructor(parts: {
    protocol: Exchange["protocol"];
    connection: ConnectionInfo;
    request: RequestHead;
    body: BodySource;
    response: ResponseWriter;
    id: string;
    receivedAt: number;
    startedAt: number;
    fingerprint?: string;
  }) {
    this.protocol = parts.protocol;
    this.connection = parts.connection;
    this.request = parts.request;
    this.body = parts.body;
    this.response = parts.response;
    this.id = parts.id;
    this.receivedAt = parts.receivedAt;
    this.startedAt = parts.startedAt;
    this.fingerprint = parts.fingerprint ?? "";
    this.client = parts.connection.peerAddress;
    this.scheme = parts.request.scheme;
  }
}

export type ExchangeAction = "allowed" | "detected" | "blocked" | "challenged";
