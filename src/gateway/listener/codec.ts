import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";
import type { Exchange } from "../../core/exchange.ts";
import type { Reason } from "../../core/reason.ts";
import type { ListenerHandler } from "../../core/listener.ts";
import type { ConnectionInfo } from "../../core/connection.ts";
import type { ServerSettings } from "../../core/snapshot.ts";
import type { HttpDate } from "../../lib/http_date.ts";
import type { UlidGenerator } from "../../lib/ulid.ts";
import type { WriteRoom } from "../../lib/write_room.ts";

/** What speaks HTTP on one connection. The front feeds it; it owns everything above the socket's bytes. */
export interface Codec {
  receive(chunk: Buffer): void;
  /** Bytes that are only lent for this call. False: it did nothing with them, and wants a copy by `receive`. */
  borrow?(bytes: Buffer): boolean;
  /** The peer sends no more (FIN or close_notify). */
  receiveEnd(): void;
  /** The socket takes more output. */
  drained(): void;
  /** The connection is over. May come more than once. */
  closed(detail: string): void;
  /** Looks at every deadline. `nowMs` is monotonic and may lag behind, so that nothing fires too early. */
  check(nowMs: number): void;
  /** No new exchange after the running ones; an idle connection ends now. */
  drain(): void;
  /** Ends what would never end by itself: tunnels and event streams. Comes after `drain`. */
  endStreams(): void;
  /** Breaks off what runs for clients that are banned by now: answers, uploads, tunnels. */
  endBanned(whyBanned: WhyBanned): void;
  /** Pace of a client that does not keep up with its answer, else null. */
  slowReader(nowMs: number): SlowReader | null;
  /** The client reads so slowly that it has to go. */
  tooSlow(detail: string): void;
}

/** Why the client of a request that runs is kept out now; null: it is not. A stream's codec knows by itself. */
export type WhyBanned = (exchange: Exchange) => { readonly reason: Reason; readonly detail: string } | null;

/** `bytesPerSecond` since the output began to wait for the client, `forMs` ago. */
export interface SlowReader {
  readonly bytesPerSecond: number;
  readonly forMs: number;
}

/** What all connections of a listener share and the front keeps up to date. */
export interface ListenerState {
  /** Read at each use, so that a change reaches running connections. */
  readonly settings: ServerSettings;
  /** Monotonic milliseconds of the last sweep: exact enough to begin a deadline with, and free. */
  readonly nowMs: number;
  readonly draining: boolean;
}

export interface CodecContext {
  readonly socket: Socket;
  /** Ends the connection so that the peer sees an error, not an end (RST). */
  readonly reset: () => void;
  readonly info: ConnectionInfo;
  readonly handler: ListenerHandler;
  readonly state: ListenerState;
  readonly clock: Clock;
  readonly ids: UlidGenerator;
  readonly date: HttpDate;
  readonly room: WriteRoom;
}
