import type { ConnectionInfo, ListenerName } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import type { Reason } from "./reason.ts";

/** A request that the codec refused before it became an exchange; it is logged all the same. */
export interface Refusal {
  readonly connection: ConnectionInfo;
  readonly reason: Reason;
  /** Operator's text: what exactly was wrong. */
  readonly detail: string;
  readonly requestId: string;
  /** What was readable of the request line and Host, else empty. Byte strings. */
  readonly method: string;
  readonly target: string;
  readonly host: string;
}

/** What stands behind a listener: the pipeline of a gateway, or the admin's adapter. */
export interface ListenerHandler {
  /**
   * Stage 01, called before a byte is read. False: the connection is destroyed at once. Where it returns true,
   * `disconnected` follows exactly once when the connection ends.
   */
  connected(peerAddress: string, listener: ListenerName): boolean;
  disconnected(peerAddress: string): void;
  /** A request's head is complete and valid. Never throws. */
  exchange(exchange: Exchange): void;
  refused(refusal: Refusal): void;
}
