import type { Exchange } from "../../../core/exchange.ts";
import type { HeaderList } from "../../../core/header_list.ts";
import type { PieceQueue } from "../../../lib/piece_queue.ts";
import type { BodyPace } from "../http1/pace.ts";
import { DEFAULT_PRIORITY, type Priority } from "./priority.ts";
import { ReceiveWindow } from "./receive_window.ts";
import { type BodyHost, Http2Body } from "./request_body.ts";
import type { AnsweredStream, ResponseHost } from "./response_host.ts";
import { Http2Response } from "./response_writer.ts";
import { STREAM_WINDOW } from "./settings.ts";

/** To this size a stream's window grows, while everything is taken as it comes. */
const MAX_STREAM_WINDOW = 524_288;

/** What a stream asks of its connection. */
export interface StreamHost extends ResponseHost<Http2Stream> {
  bodyWanted(stream: Http2Stream): void;
  bodyConsumed(stream: Http2Stream, bytes: number): void;
}

/** What a head says of its stream. */
export interface StreamParts {
  readonly id: number;
  readonly isHead: boolean;
  /** Content that is declared, null: not said. */
  readonly bodyLength: number | null;
  /** The request has ended with its head. */
  readonly ended: boolean;
  /** Protocol of an Extended CONNECT. */
  readonly upgrade: string | null;
  readonly expectsContinue: boolean;
  /** The client's initial window. */
  readonly sendWindow: number;
  readonly priority: Priority | null;
  readonly pace: BodyPace | null;
}

/** One open stream (RFC 9113, 5): an exchange, its two directions, and what waits to be sent on it. */
export class Http2Stream implements BodyHost, AnsweredStream {
  readonly id: number;
  readonly isHead: boolean;
  readonly body: Http2Body;
  readonly response: Http2Response<Http2Stream>;
  readonly upgrade: string | null;
  readonly pace: BodyPace | null;
  exchange: Exchange | null = null;
  /** Place in the list of open streams. */
  place = -1;
  priority: Priority;
  /** A `100 Continue` is due. */
  continueDue: boolean;
  /** Bytes that the client takes; below 0 after it has lowered its initial window (RFC 9113, 6.9.2). */
  sendWindow: number;
  /** What the client may send on it; null: it has ended with its head. */
  readonly receiveWindow: ReceiveWindow | null;
  /** Content that waits for windows or the socket; null while there is none. */
  pending: PieceQueue | null = null;
  pendingBytes = 0;
  /** The answer is complete but for what waits. */
  ending = false;
  trailers: HeaderList | null = null;
  /** `write` has returned false. */
  blocked = false;
  /** Monotonic milliseconds at which what waits last became less; -1 while nothing waits. */
  progressAt = -1;
  /** An Extended CONNECT was answered: DATA goes both ways. */
  isTunnel = false;
  /** END_STREAM of a tunnel is sent, the client's is still to come. */
  sentEnd = false;
  /** What the client did wrong, as the code that its stream is reset with; -1: nothing. */
  faultCode = -1;
  readonly #host: StreamHost;

  constructor(parts: StreamParts, host: StreamHost) {
    this.#host = host;
    this.id = parts.id;
    this.isHead = parts.isHead;
    this.upgrade = parts.upgrade;
    this.continueDue = parts.expectsContinue;
    this.sendWindow = parts.sendWindow;
    this.priority = parts.priority ?? DEFAULT_PRIORITY;
    this.pace = parts.pace;
    this.receiveWindow = parts.ended ? null : new ReceiveWindow(STREAM_WINDOW, MAX_STREAM_WINDOW);
    this.body = new Http2Body(parts.bodyLength, parts.ended, this);
    this.response = new Http2Response(this, host);
  }

  bodyWanted(): void {
    this.#host.bodyWanted(this);
  }

  bodyConsumed(bytes: number): void {
    this.#host.bodyConsumed(this, bytes);
  }
}
