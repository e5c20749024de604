import type { ShownCertificates } from "./client_auth.ts";
import type { Exchange } from "./exchange.ts";
import type { Reason } from "./reason.ts";
import type { AddressWords } from "../lib/ip.ts";

export type ListenerName = "http" | "https" | "admin" | "api" | "metrics" | "stream";

/** What is known of a connection once its handshake is over. One object a connection, shared by its exchanges. */
export interface ConnectionInfo {
  readonly listener: ListenerName;
  /** The socket's other end, canonical text: IPv4-mapped IPv6 is written as IPv4. */
  readonly peerAddress: string;
  /** The same as words, so that no request parses it again; absent: nobody has. */
  readonly peerWords?: AddressWords | null;
  readonly peerPort: number;
  readonly localPort: number;
  /** null in the clear. */
  readonly tls: TlsInfo | null;
  /** Which program the TLS client is (`Ja4`); absent or empty where that was not read. */
  readonly ja4?: string;
}

export interface TlsInfo {
  /** Lower case; empty where the client sent none. */
  readonly serverName: string;
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly version: string;
  /** Id of the certificate that was served, and the names it covers. */
  readonly certificateId: string;
  readonly certificateNames: readonly string[];
  /** What was asked of the client and shown by it. */
  readonly shown: ShownCertificates;
}

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
