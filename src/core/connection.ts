import type { ShownCertificates } from "./client_auth.ts";
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
