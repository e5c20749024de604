import type { HeaderList } from "../../core/header_list.ts";

/** Where calls wait for a connection: what a call asks of the pool. */
export interface CallSource<Call> {
  /** A connection is there, with other requests on all its streams; else none was made so far. */
  readonly isBusy: boolean;
  apply(call: Call): void;
  withdraw(call: Call): void;
}

/** What a call asks of the connection that it is on. */
export interface CallConnection<Call> {
  /** An Extended CONNECT (RFC 8441) is taken. */
  readonly takesConnect: boolean;
  /** Gives the call a stream and sends its head. */
  open(call: Call, endStream: boolean): void;
  /** False: wait for `drained`. */
  send(call: Call, chunk: Uint8Array): boolean;
  /** END_STREAM, behind all that waits. */
  sendEnd(call: Call, trailers: HeaderList | null): void;
  /** So many bytes of content were taken: the target may send as many more. */
  consumed(call: Call, bytes: number): void;
  /** The call is over. `code`: of the RST_STREAM for a stream that is still open; null: it is not. */
  leave(call: Call, code: number | null): void;
  /** A request got no answer: the target has to show that it listens still before it gets another one. */
  suspect(): void;
}
