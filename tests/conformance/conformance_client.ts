import type { Buffer } from "node:buffer";
import type { ListenerHandler } from "../../src/core/listener.ts";
import type { Listener } from "../../src/gateway/listener/front.ts";
import type { RunOptions } from "../support/raw_listener.ts";

/**
 * What a client of any HTTP version can do, so that one suite runs over every codec. Names in headers are lower case.
 * Nothing of an answer is read before it is asked for.
 */
export interface ConformanceClient {
  request(request: ClientRequest): Promise<ClientExchange>;
  close(): void;
}

export interface ClientRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: readonly (readonly [string, string])[];
  /** Bytes of body that follow, null: not known beforehand. Default: none. */
  readonly length?: number | null;
}

export interface ClientHead {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}

export interface ClientExchange {
  /** Sends a part of the body; waits where the other side does not read. */
  write(data: string | Uint8Array): Promise<void>;
  /** Ends the body; not called where there is none. */
  end(trailers?: readonly (readonly [string, string])[]): Promise<void>;
  /** The next interim or final head. */
  head(): Promise<ClientHead>;
  /** The next part of the body, null at its proper end; rejects where the answer breaks off. After the final head. */
  read(): Promise<Buffer | null>;
  /** Complete once `read` gave null. */
  readonly trailers: readonly (readonly [string, string])[];
  /** Gives up the exchange, without a word about it. */
  leave(): void;
}

/** A codec on a kind of connection, and the client that speaks to it. */
export interface Conformer {
  readonly name: string;
  run(
    handler: ListenerHandler,
    options: Pick<RunOptions, "settings">,
    test: (connect: () => Promise<ConformanceClient>, listener: Listener) => Promise<void>,
  ): Promise<void>;
}
